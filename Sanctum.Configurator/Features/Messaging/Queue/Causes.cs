using System.Text.RegularExpressions;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>What is alike in failures that have one cause: the sentence without what differs from one to the next.</summary>
internal static partial class Causes
{
    /// <summary>Raised with each change of the rule, so that groups of before are told from those of after.</summary>
    public const int Version = 1;

    /// <summary>Numbers, ids, addresses and what stands in quotes give way to "…".</summary>
    public static string Of(string failure)
    {
        var text = Addresses().Replace(failure.ReplaceLineEndings(" "), "…");
        text = Ids().Replace(text, "…");
        text = Quoted().Replace(text, "“…”");
        text = Numbers().Replace(text, m => IsHttpStatus(m) ? m.Value : "…");
        text = Spaces().Replace(text, " ").Trim();
        return text.Length <= LengthLimits.Cause ? text : text[..LengthLimits.Cause];
    }

    /// <summary>A status of HTTP is what a failure is about.</summary>
    private static bool IsHttpStatus(Match number) => number.Value is [>= '1' and <= '5', _, _] && number.Value.All(char.IsAsciiDigit);

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]*://\S+|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Addresses();

    [GeneratedRegex(
        @"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[a-z]+-[0-9a-f]{8,}\b|\b[0-9a-f]{16,}\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Ids();

    [GeneratedRegex("“[^”]*”|\"[^\"]*\"|'[^']{4,}'|`[^`]*`", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\d+([.,:]\d+)*", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
