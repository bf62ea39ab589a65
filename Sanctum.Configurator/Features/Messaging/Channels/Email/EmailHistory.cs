using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>
/// Tells what a sender wrote from the earlier mails and the signature that mail programs put below it. Where it is not sure it leaves all: what
/// an agent reads twice does less harm than what it never reads.
/// </summary>
internal static partial class EmailHistory
{
    private const int LongestSignature = 12;
    private const int LongestAttribution = 3;

    /// <param name="isReply">Only a reply repeats what was written before.</param>
    public static (string Own, string Quoted) Split(string text, bool isReply)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var end = SignatureAt(lines, lines.Length);
        end = isReply ? SignatureAt(lines, HistoryAt(lines, end)) : end;
        var own = Joined(lines[..end]);
        return own.Length > 0 ? (own, Joined(lines[end..])) : (text.Trim(), "");
    }

    public static bool IsForwarded(string subject) => Forwarded().IsMatch(subject);

    private static int HistoryAt(string[] lines, int end)
    {
        for (var at = 0; at < end; at++)
        {
            if (Original().IsMatch(lines[at]) || IsHead(lines, at, end))
            {
                return at > 0 && Rule().IsMatch(lines[at - 1]) ? at - 1 : at;
            }

            if (AttributionAt(lines, at, end) is { } below)
            {
                return IsAnswerAmong(lines[below..end]) ? end : at;
            }
        }

        // Lines quoted between one's own are what is answered; those at the end only repeat.
        while (end > 0 && (IsQuoted(lines[end - 1]) || string.IsNullOrWhiteSpace(lines[end - 1])))
        {
            end--;
        }

        return end;
    }

    /// <summary>"On Monday, Ada wrote:", which may be broken into several lines; where what is below begins.</summary>
    private static int? AttributionAt(string[] lines, int at, int end)
    {
        for (var count = 1; count <= LongestAttribution && at + count <= end; count++)
        {
            var joined = string.Join(' ', lines[at..(at + count)]).Trim();
            if (joined.EndsWith(':') && joined.Any(char.IsDigit) && Attribution().IsMatch(joined))
            {
                return at + count;
            }
        }

        return null;
    }

    /// <summary>Whether somebody answers below or between what is quoted.</summary>
    private static bool IsAnswerAmong(string[] below)
    {
        var first = Array.FindIndex(below, IsQuoted);
        return first >= 0 && below.Skip(first).Any(line => !IsQuoted(line) && !string.IsNullOrWhiteSpace(line));
    }

    /// <summary>"From: …" with "Sent:" or "Date:" and "To:" or "Subject:" below, as Outlook puts it.</summary>
    private static bool IsHead(string[] lines, int at, int end) =>
        HeadLine().IsMatch(lines[at].Trim())
        && lines[(at + 1)..Math.Min(at + 6, end)].Count(line => HeadLine().IsMatch(line.Trim())) >= 2
        && lines.Skip(at).Take(2).All(line => !string.IsNullOrWhiteSpace(line));

    /// <summary>Where the lines "-- " and below begin, or "Sent from my phone".</summary>
    private static int SignatureAt(string[] lines, int end)
    {
        var kept = lines.Take(end).ToList();
        var last = kept.FindLastIndex(line => !string.IsNullOrWhiteSpace(line));
        if (last > 0 && Phone().IsMatch(kept[last]))
        {
            return last;
        }

        var mark = kept.FindLastIndex(line => line.TrimEnd() == "--");
        return mark > 0 && last - mark <= LongestSignature ? mark : end;
    }

    private static bool IsQuoted(string line) => line.TrimStart().StartsWith('>');

    private static string Joined(string[] lines) => string.Join('\n', lines).Trim();

    [GeneratedRegex(
        @"^\s*-{2,}\s*(Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)\s*-{2,}\s*$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Original();

    [GeneratedRegex(@"^\s*[-_]{5,}\s*$")]
    private static partial Regex Rule();

    [GeneratedRegex(
        @"^(On|Am|Le|El|Il|Op|Den|Em|W dniu|Dnia)\s.{4,300}\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|pisze|napisał|napisała)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Attribution();

    [GeneratedRegex(
        @"^\*?(From|Von|De|Da|Od|Van|Sent|Gesendet|Envoyé|Enviado|Date|Datum|To|An|À|Para|Subject|Betreff|Objet|Asunto|Cc)\*?\s?:\*?\s",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex HeadLine();

    [GeneratedRegex(
        @"^\s*(Sent from my \w+|Sent from Outlook for \w+|Get Outlook for \w+|Von meinem \w+ gesendet|Envoyé de mon \w+|Sent from Yahoo Mail.*)[\s\w.]*$",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Phone();

    [GeneratedRegex(@"^\s*(fwd?|wg|tr|rv|i|doorst)\s*:", RegexOptions.IgnoreCase)]
    private static partial Regex Forwarded();
}
