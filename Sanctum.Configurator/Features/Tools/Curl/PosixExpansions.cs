namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// What a POSIX shell would put something else in place of (POSIX.1-2024, 2.6 Word Expansions; Bash's brace expansion): it stays in the
/// word
/// as it stands and is named. A pattern in a word with <c>://</c> is not named, as no file's path matches an address.
/// </summary>
internal sealed class PosixExpansions(string text, WordDraft word, CurlNotes notes)
{
    private string? _named;
    private char _pattern;
    private int _brace;

    /// <summary>A <c>$</c> or a backtick, inside double quotes or outside.</summary>
    public CurlFault? Append(ref int at)
    {
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        if (text[at] == '`')
        {
            return Take(ref at, CloseOfBacktick(at), isCommand: true);
        }

        switch (next)
        {
            case '(':
                return Take(ref at, Brackets.FindClose(text, at + 1, '(', ')'), isCommand: true);
            case '{':
                return Take(ref at, Brackets.FindClose(text, at + 1, '{', '}'));
            case '_' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z'):
                var end = at + 1;
                while (end + 1 < text.Length && (char.IsAsciiLetterOrDigit(text[end + 1]) || text[end + 1] == '_'))
                {
                    end++;
                }

                return Take(ref at, end);
            case (>= '0' and <= '9') or '@' or '*' or '#' or '?' or '$' or '!' or '-':
                return Take(ref at, at + 1);
            default:
                word.AppendByte('$');
                at++;
                return null;
        }
    }

    /// <summary>Characters outside quotes, which may be part of a pattern.</summary>
    public void Watch(int at, int length)
    {
        var run = text.AsSpan(at, length);
        if (run[0] == '~' && word.Length == 0)
        {
            notes.Add("~ is a folder on your machine and is not replaced.");
        }

        if (run.IndexOfAny("*?[") is >= 0 and var pattern)
        {
            _pattern = run[pattern];
        }

        WatchBraces(run);
    }

    /// <summary>{a,b} and {1..3} in any run of a word, but not {} or {a}.</summary>
    private void WatchBraces(ReadOnlySpan<char> run)
    {
        while (_brace < 3)
        {
            var found = _brace switch
            {
                0 => run.IndexOf('{'),
                1 => Math.Min((uint)run.IndexOf(','), (uint)run.IndexOf("..")) is < int.MaxValue and var at ? (int)at : -1,
                _ => run.IndexOf('}'),
            };
            if (found < 0)
            {
                return;
            }

            run = run[(found + 1)..];
            _brace++;
        }
    }

    /// <summary>The word ends.</summary>
    public void Close()
    {
        if (_brace == 3)
        {
            notes.Add($"A shell makes several words of {Octets.Show(word.Octets)}, which stays one here: put it in single quotes.");
        }
        else if (_pattern != '\0' && !word.Octets.Contains("://", StringComparison.Ordinal))
        {
            notes.Add(
                $"{_pattern} outside quotes is a pattern for names of files to a shell; {Octets.Show(word.Octets)} stays as it stands."
            );
        }

        (_pattern, _brace) = ('\0', 0);
    }

    private CurlFault? Take(ref int at, int last, bool isCommand = false)
    {
        if (last < 0)
        {
            return new(
                $"The {text.AsSpan(at, Math.Min(2, text.Length - at))} at character {at + 1} is not closed. Paste the complete command, or put it in single quotes.",
                at
            );
        }

        var taken = text.AsSpan(at, last + 1 - at);
        word.Append(taken);
        at = last + 1;
        if (!taken.SequenceEqual(_named))
        {
            _named = taken.ToString();
            var shown = Octets.Show(Octets.Of(taken[..Math.Min(taken.Length, 80)].ToString()));
            notes.Add(isCommand ? $"{shown} is a shell command and is not run." : $"{shown} is a shell variable and is not replaced.");
        }

        return null;
    }

    private int CloseOfBacktick(int open)
    {
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == '`')
            {
                return at;
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        return -1;
    }
}
