using System.Text;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>
/// The .env file as dotenv libraries and shells read it: <c>KEY=value</c>, an optional <c>export</c>, comments, values bare or in quotes.
/// Quotes do not reach over several lines, and <c>$</c> stands for itself.
/// </summary>
internal static partial class EnvSyntax
{
    public static string Write(IReadOnlyList<(string Column, string? Value)> values)
    {
        var text = new StringBuilder();
        foreach (var (column, value) in values)
        {
            text.Append(column.ToUpperInvariant()).Append('=').Append(Quote(value)).Append('\n');
        }

        return text.ToString();
    }

    public static RawFile Read(string text)
    {
        var file = new RawFile();
        var lines = text.Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at].Trim(' ', '\t', '\r');
            if (line.Length > 0 && line[0] != '#')
            {
                ReadLine(file, line, at + 1);
            }
        }

        return file;
    }

    private static void ReadLine(RawFile file, string line, int number)
    {
        if (Assignment().Match(line) is not { Success: true } match)
        {
            file.Refuse(number, "it should read KEY=value, or begin with # to be a comment.");
            return;
        }

        var (key, rest) = (match.Groups["key"].Value, match.Groups["value"].Value);
        if (rest is ['"' or '\'', ..])
        {
            ReadQuoted(file, key, rest, number);
        }
        else
        {
            // "# …" is a comment only after a blank, so that a value may hold the character.
            var isEmpty = rest.StartsWith('#') && match.Groups["gap"].Length > 0;
            file.Entries.Add(new(key, isEmpty ? "" : TrailingComment().Replace(rest, ""), number));
        }
    }

    private static void ReadQuoted(RawFile file, string key, string rest, int number)
    {
        var quote = rest[0];
        var value = new StringBuilder();
        var at = 1;
        for (; at < rest.Length && rest[at] != quote; at++)
        {
            if (rest[at] == '\\' && at + 1 < rest.Length && Unescape(quote, rest[at + 1]) is { } escaped)
            {
                value.Append(escaped);
                at++;
            }
            else
            {
                value.Append(rest[at]);
            }
        }

        var after = at < rest.Length ? rest[(at + 1)..].TrimStart() : "";
        if (at >= rest.Length)
        {
            file.Refuse(number, $"the value of {key} begins with {quote}, which nothing closes in this line. A line break in a value is written \\n, in double quotes.", key);
        }
        else if (after.Length > 0 && after[0] != '#')
        {
            file.Refuse(number, $"after the closing {quote} of {key} there is more. Only a comment may follow.", key);
        }
        else
        {
            file.Entries.Add(new(key, value.ToString(), number));
        }
    }

    /// <summary>A backslash before any other character stands for itself, as in a Windows path.</summary>
    private static char? Unescape(char quote, char escaped) => (quote, escaped) switch
    {
        (_, '\\') => '\\',
        ('\'', '\'') => '\'',
        ('"', '"' or '\'' or '$' or '`') => escaped,
        ('"', 'n') => '\n',
        ('"', 'r') => '\r',
        ('"', 't') => '\t',
        _ => null,
    };

    private static string Quote(string? value)
    {
        if (string.IsNullOrEmpty(value) || Bare().IsMatch(value))
        {
            return value ?? "";
        }

        // Single quotes where they do: shells and most libraries expand $ in double ones.
        return value.AsSpan().IndexOfAny("'\\\n\r\t") < 0
            ? $"'{value}'"
            : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"";
    }

    [GeneratedRegex(@"^(?:export[ \t]+)?(?<key>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=(?<gap>[ \t]*)(?<value>.*)$", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"[ \t]+(#.*)?$", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex TrailingComment();

    [GeneratedRegex(@"^[A-Za-z0-9_./:@%+,=-]+\z")]
    private static partial Regex Bare();
}
