namespace Sanctum.Configurator.Features.Tools.Curl;

internal enum ShellDialect
{
    Posix,
    CommandPrompt,
    PowerShell,
}

/// <summary>
/// Which shell a command was written for. A prompt in front tells: <c>C:\&gt;</c>, <c>PS C:\&gt;</c>, <c>$</c>. Otherwise the first of
/// these
/// that stands outside quotes: <c>^</c> at a line's end or before a double quote (the command prompt, as browsers copy for it), a backtick
/// at a line's end (PowerShell), a backslash at a line's end (POSIX shells). Carets before other marks, and doubled quotes in quotes, are
/// of use
/// to the command prompt only and tell it too, unless single quotes or variables speak for a POSIX shell. With none of them it is taken for
/// one.
/// </summary>
internal static class ShellDialects
{
    private const string Marks = "$#%>❯➜";

    /// <summary>The dialect, and where the command begins behind a prompt.</summary>
    public static (ShellDialect Dialect, int Start) Detect(string text, CurlNotes notes)
    {
        var first = 0;
        while (first < text.Length && (char.IsWhiteSpace(text[first]) || text[first] is '\uFEFF' or '\u200B'))
        {
            first++;
        }

        var line = text.AsSpan(first);
        line = line[..Math.Min(line.Length, 200)];
        line = line.IndexOfAny('\r', '\n') is >= 0 and var end ? line[..end] : line;
        var prompt = PromptOf(line);
        return prompt.Length == 0 ? (ByMarks(text, first, notes), first)
            : prompt.StartsWith("PS ", StringComparison.Ordinal) ? (ShellDialect.PowerShell, first + prompt.Length)
            : prompt.Length > 2 && prompt[1] == ':' && prompt[2] == '\\' ? (ShellDialect.CommandPrompt, first + prompt.Length)
            : (ByMarks(text, first + prompt.Length, notes), first + prompt.Length);
    }

    private static ReadOnlySpan<char> PromptOf(ReadOnlySpan<char> line)
    {
        var command = line.IndexOf("curl", StringComparison.OrdinalIgnoreCase);
        var before = command <= 0 ? [] : line[..command];
        var bare = before.TrimEnd();
        return
            bare.Length > 0
            && bare.IndexOfAny('"', '\'') < 0
            && Marks.Contains(bare[^1], StringComparison.Ordinal)
            && (bare.Length < before.Length || bare[^1] == '>')
            ? before
            : [];
    }

    private static ShellDialect ByMarks(string text, int at, CurlNotes notes)
    {
        var (isDoubled, isPosix) = (false, false);
        while ((at = NextMark(text, at)) >= 0)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            var isLineEnd = next is '\n' or '\r';
            switch (text[at])
            {
                case '^' when isLineEnd || next is '"' or '&' or '|' or '<' or '>' or '%' or '^':
                    return ShellDialect.CommandPrompt;
                case '`' when isLineEnd:
                    return ShellDialect.PowerShell;
                case '\\' when isLineEnd:
                    return ShellDialect.Posix;
                case '\'':
                    isPosix = true;
                    at = CloseOf(text, at);
                    break;
                case '"':
                    var close = CloseOf(text, at);
                    isDoubled |= close < text.Length && text[close] == '"';
                    isPosix |= HasVariable(text.AsSpan(at, Math.Min(close, text.Length) - at));
                    at = close;
                    break;
                default:
                    at += text[at] == '\\' ? 2 : 1;
                    break;
            }
        }

        if (isDoubled && isPosix)
        {
            notes.Add(
                "There are doubled quotes, which only the Windows command prompt takes for one; the rest looks like a POSIX shell's, to which they are nothing. It is read as that: put C:\\> in front where the other is meant."
            );
        }

        return isDoubled && !isPosix ? ShellDialect.CommandPrompt : ShellDialect.Posix;
    }

    private static bool HasVariable(ReadOnlySpan<char> quoted)
    {
        for (
            var at = quoted.IndexOf('$');
            at >= 0 && at + 1 < quoted.Length;
            at = quoted[(at + 1)..].IndexOf('$') is >= 0 and var next ? at + 1 + next : -1
        )
        {
            if (char.IsAsciiLetter(quoted[at + 1]) || quoted[at + 1] is '_' or '{' or '(')
            {
                return true;
            }
        }

        return false;
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
