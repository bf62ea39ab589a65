using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>
/// The .env file as dotenv libraries read it: <c>KEY=value</c>, an optional <c>export</c>, comments, values bare or in one of three quotes.
/// A line ends in LF, CRLF or CR. What stands in quotes may go over several lines, and these are value, whatever they look like. <c>$</c>
/// stands for itself. https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow
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
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        for (var at = 0; at < lines.Length; )
        {
            var line = lines[at].Trim(' ', '\t');
            at = line.Length == 0 || line[0] == '#' ? at + 1 : ReadEntry(file, lines, at);
        }

        return file;
    }

    /// <summary>Reads the entry that begins in a line, and gives the line behind its end.</summary>
    private static int ReadEntry(RawFile file, string[] lines, int at)
    {
        if (Assignment().Match(lines[at].Trim(' ', '\t')) is not { Success: true } match)
        {
            file.Refuse(at + 1, "use KEY=value, or begin a comment with #.");
            return at + 1;
        }

        var (key, rest) = (match.Groups["key"].Value, match.Groups["value"].Value);
        if (rest is ['"' or '\'' or '`', ..])
        {
            // Not trimmed at its end: the blanks there may be of the value.
            return ReadQuoted(file, key, lines, at, lines[at].IndexOf(rest[0], StringComparison.Ordinal));
        }

        // "# …" is a comment only after a blank, so that a value may hold the character.
        var isEmpty = rest.StartsWith('#') && match.Groups["gap"].Length > 0;
        file.Entries.Add(new(key, isEmpty ? "" : TrailingComment().Replace(rest, ""), at + 1));
        return at + 1;
    }

    private static int ReadQuoted(RawFile file, string key, string[] lines, int first, int open)
    {
        var quote = lines[first][open];
        var value = new StringBuilder();
        for (var (line, from) = (first, open + 1); line < lines.Length; (line, from) = (line + 1, 0))
        {
            var end = AppendUpTo(quote, lines[line], from, value);
            if (end < 0)
            {
                value.Append('\n');
                continue;
            }

            var after = lines[line][(end + 1)..].TrimStart();
            if (after.Length > 0 && after[0] != '#')
            {
                file.Refuse(line + 1, $"unexpected text after the closing {quote} of {key}. Only a comment can follow.", key);
            }
            else
            {
                file.Entries.Add(new(key, value.ToString(), first + 1));
            }

            return line + 1;
        }

        // Whatever follows may be meant to be value, and nothing of it is taken for a setting.
        file.Refuse(
            first + 1,
            $"the value of {key} begins with {quote}, which is not closed{(first + 1 < lines.Length && lines.Skip(first + 1).Any(line => line.Trim().Length > 0) ? ", so that the lines below it can't be read" : "")}. Add the missing {quote}.",
            key
        );
        return lines.Length;
    }

    /// <summary>Appends what stands before the closing quote, and gives its place; less than 0 where it is not in this line.</summary>
    private static int AppendUpTo(char quote, string line, int from, StringBuilder value)
    {
        for (var at = from; at < line.Length; at++)
        {
            if (line[at] == quote)
            {
                return at;
            }

            if (line[at] == '\\' && at + 1 < line.Length && Unescape(quote, line[at + 1]) is { } escaped)
            {
                value.Append(escaped);
                at++;
            }
            else
            {
                value.Append(line[at]);
            }
        }

        return -1;
    }

    /// <summary>A backslash before any other character stands for itself, as in a Windows path.</summary>
    private static char? Unescape(char quote, char escaped) =>
        (quote, escaped) switch
        {
            ('`', _) => null,
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
                .Replace("$", "\\$", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"";
    }

    [GeneratedRegex(
        @"^(?:export[ \t]+)?(?<key>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=(?<gap>[ \t]*)(?<value>.*)$",
        RegexOptions.Singleline | RegexOptions.NonBacktracking
    )]
    private static partial Regex Assignment();

    [GeneratedRegex(@"[ \t]+(#.*)?$", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex TrailingComment();

    [GeneratedRegex(@"^[A-Za-z0-9_./:@%+,=-]+\z")]
    private static partial Regex Bare();
}
