namespace Sanctum.Configurator.Features.Tools.Curl;

internal enum ShellDialect
{
    Posix,
    CommandPrompt,
    PowerShell,
}

/// <summary>
/// Which shell a command was written for. A prompt in front tells: <c>C:\&gt;</c>, <c>PS C:\&gt;</c>, <c>$</c>. Otherwise the first of these
/// that stands outside quotes: <c>^</c> at a line's end or before a double quote (the command prompt, as browsers copy for it), a backtick
/// at a line's end (PowerShell), a backslash at a line's end (POSIX shells). With none of them it is taken for a POSIX shell's.
/// </summary>
internal static class ShellDialects
{
    private const string Marks = "$#%>❯➜";

    /// <summary>The dialect, and where the command begins behind a prompt.</summary>
    public static (ShellDialect Dialect, int Start) Detect(string text)
    {
        var first = 0;
        while (first < text.Length && char.IsWhiteSpace(text[first]))
        {
            first++;
        }

        var line = text.AsSpan(first);
        line = line[..Math.Min(line.Length, 200)];
        line = line.IndexOfAny('\r', '\n') is >= 0 and var end ? line[..end] : line;
        var prompt = PromptOf(line);
        return prompt.Length == 0 ? (ByMarks(text, first), first)
            : prompt.StartsWith("PS ", StringComparison.Ordinal) ? (ShellDialect.PowerShell, first + prompt.Length)
            : prompt.Length > 2 && prompt[1] == ':' && prompt[2] == '\\' ? (ShellDialect.CommandPrompt, first + prompt.Length)
            : (ByMarks(text, first + prompt.Length), first + prompt.Length);
    }

    private static ReadOnlySpan<char> PromptOf(ReadOnlySpan<char> line)
    {
        var command = line.IndexOf("curl", StringComparison.OrdinalIgnoreCase);
        var before = command <= 0 ? [] : line[..command];
        var bare = before.TrimEnd();
        return bare.Length > 0 && bare.IndexOfAny('"', '\'') < 0 && Marks.Contains(bare[^1], StringComparison.Ordinal)
            && (bare.Length < before.Length || bare[^1] == '>')
            ? before
            : [];
    }

    private static ShellDialect ByMarks(string text, int at)
    {
        while ((at = NextMark(text, at)) >= 0)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            var isLineEnd = next is '\n' or '\r';
            switch (text[at])
            {
                case '^' when isLineEnd || next == '"':
                    return ShellDialect.CommandPrompt;
                case '`' when isLineEnd:
                    return ShellDialect.PowerShell;
                case '\\' when isLineEnd:
                    return ShellDialect.Posix;
                case '\'' or '"':
                    at = CloseOf(text, at);
                    break;
                default:
                    at += text[at] == '\\' ? 2 : 1;
                    break;
            }
        }

        return ShellDialect.Posix;
    }

    private static int NextMark(string text, int at)
    {
        var found = at < text.Length ? text.AsSpan(at).IndexOfAny("^`\\'\"") : -1;
        return found < 0 ? -1 : at + found;
    }

    private static int CloseOf(string text, int open)
    {
        var at = open + 1;
        while (at < text.Length && text[at] != text[open])
        {
            at += text[at] == '\\' && text[open] == '"' ? 2 : 1;
        }

        return at + 1;
    }
}
