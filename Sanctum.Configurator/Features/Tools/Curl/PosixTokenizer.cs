using System.Buffers;

namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// The words of a POSIX shell's command (POSIX.1-2024, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition), with Bash's
/// <c>$'…'</c> and <c>$"…"</c>. Nothing is expanded: variables, commands and patterns stay as they stand and are named. A CR before a
/// line's LF does not count outside quotes, so that a command from a Windows clipboard reads the same.
/// </summary>
internal sealed class PosixTokenizer(string text, int start, WordDraft word, CurlNotes notes)
{
    private static readonly SearchValues<char> Marks = SearchValues.Create(" \t\r\n#<>&;|()\\'\"$`");

    private readonly PosixExpansions _expansions = new(text, word, notes);
    private readonly PosixOperators _operators = new(text, word, notes);
    private readonly int _start = start;
    private int _at = start;

    private char Current => text[_at];

    private char Next => _at + 1 < text.Length ? text[_at + 1] : '\0';

    public CurlFault? Split()
    {
        while (_at < text.Length && word.Fault is null)
        {
            if (Current is '\n' or ';' or '|' or '&' or '(' or ')' && _operators.EndsCommand(_at) is { } end)
            {
                word.Close();
                _operators.Leave(_at, end);
                return null;
            }

            if (Step() is { } fault)
            {
                return fault;
            }
        }

        CloseWord();
        return null;
    }

    private CurlFault? Step()
    {
        switch (Current)
        {
            case ' ' or '\t' or '\n':
                CloseWord();
                _at++;
                return null;
            case '\r' when Next == '\n':
                _at++;
                return null;
            case '#' when !word.IsOpen:
                _at = PosixOperators.LineEnd(text, _at);
                return null;
            case '<' or '>' or '&':
                return Redirect();
            case '\\':
                Backslash();
                return null;
            default:
                return Part();
        }
    }

    private CurlFault? Part()
    {
        word.Open(_at);
        switch (Current)
        {
            case '\'':
                return SingleQuotes();
            case '"':
                return DoubleQuotes();
            case '$' when Next == '\'':
                return AnsiQuotes.Append(text, ref _at, word);
            case '$' when Next == '"':
                _at++;
                return DoubleQuotes();
            case '$' or '`':
                return _expansions.Append(ref _at);
            default:
                Plain();
                return null;
        }
    }

    /// <summary>Up to the next character that means something, but for patterns.</summary>
    private void Plain()
    {
        var length = Length(text.AsSpan(_at + 1).IndexOfAny(Marks)) + 1;
        _expansions.Watch(_at, length);
        word.Refuse(LookAlikes.FaultOf(text.AsSpan(_at, length), _at, word.Length == 0));
        word.Append(text.AsSpan(_at, length));
        _at += length;
    }

    private int Length(int found) => found < 0 ? text.Length - _at - 1 : found;

    private CurlFault? SingleQuotes()
    {
        var close = text.IndexOf('\'', _at + 1);
        if (close < 0)
        {
            return new($"The single quote at character {_at + 1} is not closed. Add the missing ' or paste the complete command.", _at);
        }

        word.Append(text.AsSpan(_at + 1, close - _at - 1));
        _at = close + 1;
        return null;
    }

    private CurlFault? DoubleQuotes()
    {
        var open = _at++;
        while (_at < text.Length && Current != '"')
        {
            if (Current is '$' or '`')
            {
                if (_expansions.Append(ref _at) is { } fault)
                {
                    return fault;
                }
            }
            else if (Current == '\\')
            {
                QuotedBackslash();
            }
            else
            {
                var length = Length(text.AsSpan(_at + 1).IndexOfAny("\"\\$`")) + 1;
                word.Append(text.AsSpan(_at, length));
                _at += length;
            }
        }

        return _at++ < text.Length
            ? null
            : new($"The double quote at character {open + 1} is not closed. Add the missing \" or paste the complete command.", open);
    }

    private void QuotedBackslash()
    {
        if (LineBreak(_at + 1) is > 0 and var lineBreak)
        {
            _at += 1 + lineBreak;
            return;
        }

        _at += Next is '$' or '`' or '"' or '\\' ? 1 : 0;
        word.AppendByte(Current);
        _at++;
    }

    private void Backslash()
    {
        var blanks = _at + 1;
        while (blanks < text.Length && text[blanks] is ' ' or '\t')
        {
            blanks++;
        }

        if (LineBreak(blanks) is > 0 and var lineBreak)
        {
            if (blanks > _at + 1)
            {
                notes.Add(
                    $"A blank stands behind the \\ at character {_at + 1}, so that a shell ends the command there; it is read on here."
                );
                CloseWord();
            }

            _at = PosixOperators.PastPrompt(text, _start, blanks + lineBreak);
        }
        else if (_at + 1 == text.Length)
        {
            _at++;
        }
        else
        {
            word.Open(_at++);
            _at += word.Append(text, _at);
        }
    }

    private CurlFault? Redirect()
    {
        _expansions.Close();
        return _operators.Redirect(ref _at);
    }

    private void CloseWord()
    {
        _expansions.Close();
        word.Close();
    }

    private int LineBreak(int at) =>
        at >= text.Length ? 0
        : text[at] == '\n' ? 1
        : text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2
        : 0;
}
