using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// What may be stored to be sent: keys, tokens, paths, addresses. The rule is what can go over the wire and be meant by a person, not what
/// is a blank. Blanks and invisible letters at the ends are cut (<see cref="Unseen.Trim"/>); inside, they are refused.
/// </summary>
public static partial class Sendable
{
    /// <summary>
    /// Whether it stands in the place of a value: it hides one, as pages show them (****1234, sk-...1234), or others are to fill it in
    /// (${TOKEN}, &lt;your token&gt;).
    /// </summary>
    public static bool IsStandIn(string text) => StandIn().IsMatch(text);

    /// <summary>What is wrong with a key or token, in a sentence; null where nothing is. Both go into headers, which are ASCII.</summary>
    public static string? FaultOfKey(string text)
    {
        if (IsStandIn(text))
        {
            return "This is not the key itself, but a placeholder or a key with hidden characters. Copy the key again from where it was issued.";
        }

        var at = text.AsSpan().IndexOfAnyExceptInRange('!', '~');
        return at < 0
            ? null
            : $"A key or token can only contain ASCII letters, digits and symbols, but {NameAt(text, at)}. Copy the key again from where it was issued.";
    }

    /// <summary>What is wrong with a path, an address or a name, in a sentence; null where nothing is.</summary>
    public static string? FaultOfText(string text) => Find(text, isOfLines: false) is >= 0 and var at ? Copied(text, at) : null;

    /// <summary>
    /// What is wrong with a secret of which nobody knows where it goes, such as a password or a certificate: line breaks may be meant, the
    /// unseen not.
    /// </summary>
    public static string? FaultOfSecret(string text) => Find(text, isOfLines: true) is >= 0 and var at ? Copied(text, at) : null;

    /// <summary>
    /// What is wrong with a value of which only this is known, that it is one word, as keys, paths and addresses are; null where nothing
    /// is.
    /// </summary>
    public static string? FaultOfWord(string? text) => text is null || text.AsSpan().IndexOfAny(" \n\r\t") >= 0 ? null : FaultOfText(text);

    [GeneratedRegex(
        @"\$\{[^}]*\}|\{\{[^}]*\}\}|^<[^>]*>$|^(your|YOUR)[-_ ]|\*{3}|[\u2022\u25CF]{3}|\.{3}|\u2026|^\[?(redacted|hidden|masked)\]?$",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase
    )]
    private static partial Regex StandIn();

    private static int Find(string text, bool isOfLines)
    {
        var at = 0;
        foreach (var letter in text.EnumerateRunes())
        {
            var isMeant = isOfLines && letter.Value is '\n' or '\r' or '\t';
            if (
                !isMeant
                && (Rune.IsControl(letter) || letter == Rune.ReplacementChar || Unseen.IsForeignBlank(letter) || Unseen.IsInvisible(letter))
            )
            {
                return at;
            }

            at += letter.Utf16SequenceLength;
        }

        return -1;
    }

    private static string Copied(string text, int at) => $"Remove an unexpected character that was copied along: {NameAt(text, at)}.";

    private static string NameAt(string text, int at)
    {
        var letter = Rune.TryGetRuneAt(text, at, out var found) ? found : Rune.ReplacementChar;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"character {at + 1} is {(letter.Value == ' ' ? "a blank" : Unseen.NameOf(letter))}"
        );
    }
}

/// <summary>The member is sent, or names a place: <see cref="Sendable"/> says what it may hold.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SendableAttribute(SendableAs kind) : ValidationAttribute
{
    public SendableAs Kind => kind;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var fault = value is not string { Length: > 0 } text
            ? null
            : kind switch
            {
                SendableAs.Key => Sendable.FaultOfKey(text),
                SendableAs.Secret => Sendable.FaultOfSecret(text),
                _ => Sendable.FaultOfText(text),
            };
        return fault is null ? ValidationResult.Success : new(fault, [validationContext.MemberName ?? ""]);
    }
}

/// <summary>What a text is sent as.</summary>
public enum SendableAs
{
    /// <summary>A key or token, in a header.</summary>
    Key,

    /// <summary>A password, or another secret.</summary>
    Secret,

    /// <summary>A path, an address, a name.</summary>
    Text,
}
