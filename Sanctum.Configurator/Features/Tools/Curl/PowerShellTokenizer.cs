namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// The words of a PowerShell command, as about_Quoting_Rules and about_Special_Characters have it: <c>''</c> in single quotes, <c>""</c>
/// and backticks in double ones, a backtick at a line's end continues the line. A word in which each double quote has a backslash before it
/// was written for Windows PowerShell 5.1, which hands on quotes unescaped: there the backslashes go.
/// </summary>
internal sealed class PowerShellTokenizer(string text, int start, WordDraft word, CurlNotes notes)
{
    private const string Escapes = "abefnrtv";
    private const string Meant = "\a\b\u001B\f\n\r\t\v";

    private int _at = start;

    private char Current => text[_at];

    private char Next => _at + 1 < text.Length ? text[_at + 1] : '\0';

    public CurlFault? Split()
    {
        var whole = new WordDraft();
        while (_at < text.Length && word.Fault is null)
        {
            switch (Current)
            {
                case ' ' or '\t' or '\r':
                case '\n' when word.Words.Count == 0 && !whole.IsOpen:
                    Close(whole);
                    _at++;
                    break;
                case '\n' or ';' or '|' or '&' or '<' or '>' or '(' or ')':
                    Close(whole);
                    Leave();
                    return null;
                case '#' when !whole.IsOpen:
                    _at = PosixOperators.LineEnd(text, _at);
                    break;
                default:
                    if (Part(whole) is { } fault)
                    {
                        return fault;
                    }

                    break;
            }
        }

        Close(whole);
        return word.Fault;
    }

    private CurlFault? Part(WordDraft whole)
    {
        if (Current == '`' && (Next == '\n' || (Next == '\r' && _at + 2 < text.Length && text[_at + 2] == '\n')))
        {
            Close(whole);
            _at += Next == '\n' ? 2 : 3;
            return null;
        }

        whole.Open(_at);
        switch (Current)
        {
            case '\'':
                return Quotes(whole, '\'');
            case '"':
                return Quotes(whole, '"');
            default:
                word.Refuse(LookAlikes.FaultOf(text.AsSpan(_at, char.IsSurrogatePair(text, _at) ? 2 : 1), _at, whole.Length == 0));
                Letter(whole);
                return null;
        }
    }

    private CurlFault? Quotes(WordDraft whole, char quote)
    {
        var open = _at++;
        while (_at < text.Length && (Current != quote || Next == quote))
        {
            if (Current == quote)
            {
                _at += 2;
                whole.AppendByte(quote);
            }
            else if (quote == '"')
            {
                Letter(whole);
            }
            else
            {
                _at += whole.Append(text, _at);
            }
        }

        return _at++ < text.Length
            ? null
            : new($"The quote at character {open + 1} is not closed. Add the missing {quote} or paste the complete command.", open);
    }

    private void Letter(WordDraft whole)
    {
        if (Current == '`' && _at + 1 < text.Length)
        {
            _at++;
            if (Escapes.IndexOf(Current, StringComparison.Ordinal) is >= 0 and var known)
            {
                whole.AppendByte(Meant[known]);
                _at++;
                return;
            }
        }
        else if (Current == '$' && (char.IsAsciiLetter(Next) || Next is '{' or '(' or '_'))
        {
            NameVariable();
        }

        _at += whole.Append(text, _at);
    }

    private void NameVariable()
    {
        var end = _at + 1;
        while (end < text.Length && end - _at < 64 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or ':' or '{' or '('))
        {
            end++;
        }

        notes.Add($"{text.AsSpan(_at, end - _at)} is a variable or a command of PowerShell and is not replaced.");
    }

    private void Close(WordDraft whole)
    {
        if (!whole.IsOpen)
        {
            return;
        }

        whole.Close();
        var (octets, position) = whole.Words[^1];
        word.Open(position);
        foreach (var octet in IsForOldPowerShell(octets) ? octets.Replace("\\\"", "\"", StringComparison.Ordinal) : octets)
        {
            word.AppendByte(octet);
        }

        word.Close();
    }

    private void Leave()
    {
        if (text.AsSpan(_at).Trim() is { IsEmpty: false } rest)
        {
            notes.Add(
                $"{Octets.Show(Octets.Of(rest[..Math.Min(rest.Length, 80)].ToString()))} is ignored. Only the first command is read."
            );
        }
    }

    private static bool IsForOldPowerShell(string octets)
    {
        var at = octets.IndexOf('"', StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        while (at > 0 && octets[at - 1] == '\\')
        {
            at = octets.IndexOf('"', at + 1);
        }

        return at < 0;
    }
}
