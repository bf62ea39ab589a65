using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.Tools.Curl;

namespace Sanctum.Configurator.Features.Memories.Text;

/// <summary>
/// Looks at what wants to be remembered: what could be an order to the model, a secret, or something that nobody can read, waits until
/// somebody has looked at it.
/// </summary>
internal static partial class MemoryGuard
{
    /// <summary>Characters of a memory that is used without a look; a summary may have more.</summary>
    public const int Longest = 500;
    public const int LongestSummary = 2_000;

    /// <summary>Why somebody has to look at it, in a sentence; null where nobody has to.</summary>
    public static string? ReasonToHold(string content, bool isSummary = false) =>
        content.Length > (isSummary ? LongestSummary : Longest) ? "It is unusually long."
        : HasUnseen(content) ? "It contains invisible characters."
        : SecretShapes.Find(content, 0, content.Length).Select(found => found.Kind).FirstOrDefault() is { } kind
            ? $"It seems to contain a secret: {kind}."
        : Password().IsMatch(content) ? "It seems to contain a password or a key."
        : Credentials().IsMatch(content) ? "It contains an address with credentials."
        : Picture().IsMatch(content) ? "It contains a picture that would be loaded from elsewhere."
        : Blob().IsMatch(content) ? "It contains a long run of characters that are no words."
        : Orders().IsMatch(content) ? "It reads like an instruction to the model, not like something about a person."
        : null;

    private static bool HasUnseen(string content)
    {
        var before = default(Rune);
        foreach (var letter in content.EnumerateRunes())
        {
            var isOfAPicture = letter.Value is 0x200D or 0xFE0F && before.Value > 0x2000 && !Unseen.IsInvisible(before);
            if ((Rune.IsControl(letter) && letter.Value is not ('\n' or '\t' or '\r')) || (Unseen.IsInvisible(letter) && !isOfAPicture))
            {
                return true;
            }

            before = letter;
        }

        return false;
    }

    [GeneratedRegex(
        @"\b(password|passphrase|passwort|secret|api[ _-]?key|access[ _-]?token|private[ _-]?key|pin)\b\s*(is|=|:)\s*\S+",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Password();

    [GeneratedRegex(@"[a-z][a-z0-9+.-]*://[^\s/@]+:[^\s/@]+@", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"!\[[^\]]*\]\(\s*https?:|<img\b|<script\b|javascript:", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Picture();

    [GeneratedRegex("[A-Za-z0-9+/_-]{48,}", RegexOptions.NonBacktracking)]
    private static partial Regex Blob();

    [GeneratedRegex(
        @"\b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|rules?|prompts?|guidelines?|guardrails|polic(y|ies)|everything)\b"
            + @"|\b(system|developer) (prompt|message|mode)\b|\bjailbreak|\byou are now\b|\byou must (always )?(obey|comply)\b|\bact as (an?|the) "
            + @"|\bfrom now on,? you (are|must|will)\b|\bnew instructions?\s*:|<\|[a-z_]+\|>|\[/?inst\]|</?(system|user|assistant|memory|memories)\b"
            + @"|\b(don'?t|do not|never|without) (tell|mention|inform|telling|informing|asking)\b.{0,20}\b(user|them|him|her|anyone|anybody)\b"
            + @"|\b(send|post|upload|forward|exfiltrate|leak)\b.{0,80}(https?://|\bto [\w.+-]+@)|\brun\b.{0,20}\b(curl|wget|bash|powershell)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.Singleline
    )]
    private static partial Regex Orders();
}
