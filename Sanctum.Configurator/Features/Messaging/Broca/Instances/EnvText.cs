using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>
/// A file of environment variables, read as Broca's library reads it: <c>export</c>, quotation marks, comments, and of a variable that is
/// there twice the later one. Changing one leaves every other line as it is.
/// </summary>
internal sealed partial class EnvText
{
    private readonly string _lineEnd;
    private readonly List<string> _lines;

    public EnvText(string text)
    {
        _lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        _lines = [.. text.ReplaceLineEndings("\n").Split('\n')];
        if (_lines[^1].Length == 0)
        {
            _lines.RemoveAt(_lines.Count - 1);
        }
    }

    /// <summary>The variables in their order.</summary>
    public IReadOnlyDictionary<string, string> Values
    {
        get
        {
            var values = new Dictionary<string, string>();
            foreach (var match in _lines.Select(line => Line().Match(line)).Where(match => match.Success))
            {
                values[match.Groups["key"].Value] = ValueOf(match);
            }

            return values;
        }
    }

    /// <summary>Variables that are there more than once.</summary>
    public IEnumerable<string> Repeated =>
        _lines
            .Select(line => Line().Match(line))
            .Where(match => match.Success)
            .GroupBy(match => match.Groups["key"].Value)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key);

    /// <summary>The numbers of lines that are neither a variable nor a comment.</summary>
    public IEnumerable<int> Unreadable =>
        _lines
            .Index()
            .Where(line => !string.IsNullOrWhiteSpace(line.Item) && !line.Item.TrimStart().StartsWith('#') && !Line().IsMatch(line.Item))
            .Select(line => line.Index + 1);

    public static bool IsName(string key) => Name().IsMatch(key);

    /// <summary>Sets a variable, where it stands last or at the end; null takes it away.</summary>
    public void Set(string key, string? value)
    {
        if (value is null)
        {
            _lines.RemoveAll(line => IsOf(line, key));
            return;
        }

        var at = _lines.FindLastIndex(line => IsOf(line, key));
        if (at < 0)
        {
            _lines.Add($"{key}={Written(value)}");
            return;
        }

        var match = Line().Match(_lines[at]);
        _lines[at] = $"{match.Groups["head"].Value}{Written(value)}{match.Groups["tail"].Value}";
    }

    public override string ToString() => string.Concat(_lines.Select(line => line + _lineEnd));

    private static bool IsOf(string line, string key) => Line().Match(line) is { Success: true } match && match.Groups["key"].Value == key;

    private static string ValueOf(Match match) =>
        match.Groups["single"] is { Success: true } single
            ? single.Value.Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
        : match.Groups["double"] is { Success: true } quoted
            ? Escape().Replace(quoted.Value, escape => escape.Groups[1].Value is "n" ? "\n" : escape.Groups[1].Value)
        : match.Groups["plain"].Value.TrimEnd();

    /// <summary>In single quotation marks, nothing in it means anything.</summary>
    private static string Written(string value) =>
        Plain().IsMatch(value)
            ? value
            : $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    [GeneratedRegex(
        @"^(?<head>\s*(export\s+)?(?<key>[A-Za-z_][A-Za-z0-9_.]*)\s*=[ \t]*)('(?<single>(\\.|[^'\\])*)'|""(?<double>(\\.|[^""\\])*)""|(?<plain>[^'""\s]((?![ \t]+#).)*?|))(?<tail>[ \t]*|[ \t]+#.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Line();

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9_./:@%+,=~^*?&;!|()\[\]{}<>-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
