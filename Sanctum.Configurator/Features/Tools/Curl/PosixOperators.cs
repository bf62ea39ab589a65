namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>What ends a POSIX shell's command or sends its output elsewhere. It is named, and never done.</summary>
internal sealed class PosixOperators(string text, WordDraft word, CurlNotes notes)
{
    public static int LineEnd(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    /// <summary>
    /// Behind a continued line: without the <c>&gt; </c> that a terminal shows there, where a prompt stood in front of the command too.
    /// </summary>
    public static int PastPrompt(string text, int start, int at) =>
        start > 0 && !text.AsSpan(0, start).IsWhiteSpace() && at + 1 < text.Length && text[at] == '>' && text[at + 1] == ' ' ? at + 2 : at;

    /// <summary>The operator that ends the command here; null where none does.</summary>
    public string? EndsCommand(int at)
    {
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        return text[at] switch
        {
            '\n' when word.IsOpen || word.Words.Count > 0 => "\n",
            ';' => ";",
            '|' => next == '|' ? "||" : "|",
            '&' when next == '>' => null,
            '&' => next == '&' ? "&&" : "&",
            '(' or ')' => text[at].ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    /// <summary>Names what is left out from here.</summary>
    public void Leave(int at, string end)
    {
        if (end == "\n")
        {
            LeaveLines(at + 1);
            return;
        }

        var rest = text.AsSpan(at + end.Length, LineEnd(text, at) - at - end.Length).Trim();
        if (end == "&" && !rest.IsEmpty)
        {
            notes.Add(
                $"The & at character {at + 1} ends the command for a shell, and what follows it is left out: if it belongs to the address, put the address in quotes."
            );
        }
        else if (!rest.IsEmpty || end is not (";" or "&"))
        {
            notes.Add(
                $"{Octets.Show(Octets.Of($"{end} {rest[..Math.Min(rest.Length, 80)]}"))} is for the shell and is ignored. Only the first command is read."
            );
        }
    }

    /// <summary>The operator, and a mark that its file's name is not curl's. A process substitution stays as it stands.</summary>
    public CurlFault? Redirect(ref int at)
    {
        var from = at;
        if (text[at] != '&' && at + 1 < text.Length && text[at + 1] == '(')
        {
            return Substitute(ref at);
        }

        if (word.IsOpen && word.Octets.All(char.IsAsciiDigit))
        {
            word.Drop();
        }

        word.Close();
        at++;
        while (at < text.Length && at < from + 3 && text[at] is '<' or '>' or '&' or '|' or '-')
        {
            at++;
        }

        word.DropsNext = true;
        notes.Add(
            text[from..at] switch
            {
                ['<', '<', ..] => "<< hands text to curl's input, which is not read: write the text behind -d instead.",
                ['<', ..] => "< hands a file to curl's input; files are never read here: write what is in it behind -d instead.",
                var output => $"{output} sends the output to a file and is left out.",
            }
        );
        return null;
    }

    private CurlFault? Substitute(ref int at)
    {
        var close = Brackets.FindClose(text, at + 1, '(', ')');
        if (close < 0)
        {
            return new($"The bracket at character {at + 2} is not closed. Paste the complete command.", at);
        }

        word.Open(at);
        word.Append(text.AsSpan(at, close + 1 - at));
        notes.Add($"{text[at]}(…) is a shell command and is not run.");
        at = close + 1;
        return null;
    }

    private void LeaveLines(int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '#'))
        {
            at = text[at] == '#' ? LineEnd(text, at) : at + 1;
        }

        if (at < text.Length)
        {
            notes.Add(
                text[at] == '-'
                    ? $"The line before character {at + 1} has no \\ at its end, so the command ends there, and what follows is left out: add the \\."
                    : $"What follows from character {at + 1} on is ignored. Only the first command is read."
            );
        }
    }
}
