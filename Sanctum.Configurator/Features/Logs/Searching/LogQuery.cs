namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Something in a search that can't be understood.</summary>
/// <param name="Start">Where it begins, in characters from 0.</param>
/// <param name="Length">How many characters it is about.</param>
/// <param name="Message">What is wrong and what would be right, as a sentence.</param>
public sealed record LogQueryError(int Start, int Length, string Message);

/// <summary>One condition of a search as it was typed.</summary>
/// <param name="Field">What stands before the operator; null for words.</param>
/// <param name="Operator">":", "=", "&gt;=", "&lt;=", "&gt;", "&lt;" or "~"; "" for words.</param>
public sealed record LogTerm(string? Field, string Operator, string Value, bool IsQuoted, bool IsExcluded, int Start, int Length)
{
    /// <summary>Whether one of the words beside it is enough.</summary>
    public bool IsOr => IsBare && Value is ("OR" or "||");

    /// <summary>Whether it says what is so without it: all that stands beside each other is wanted.</summary>
    public bool IsAnd => IsBare && Value is ("AND" or "&&");

    public bool IsOperator => IsOr || IsAnd;

    /// <summary>Whether it is words that are wanted.</summary>
    public bool IsWords =>
        !IsOperator && !IsExcluded && (Field is null || (Operator != "~" && Field.Equals("message", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Neither a field nor in quotes nor with a dash.</summary>
    public bool IsBare => Field is null && !IsQuoted && !IsExcluded;

    /// <summary>Whether a parenthesis stands before it.</summary>
    public bool Opens { get; init; }

    /// <summary>Whether a parenthesis stands behind it.</summary>
    public bool Closes { get; init; }

    public LogQueryError Wrong(string message) => new(Start, Length, message);
}

/// <summary>Splits a search into its conditions. What they mean is for <see cref="LogQueryReader"/>.</summary>
public sealed class LogQuery
{
    private static readonly string[] Operators = [">=", "<=", ">", "<", ":", "=", "~"];

    private readonly string _text;
    private readonly List<LogTerm> _terms = [];
    private readonly List<LogQueryError> _errors = [];
    private int _at;

    private LogQuery(string text) => _text = text;

    public static (IReadOnlyList<LogTerm> Terms, IReadOnlyList<LogQueryError> Errors) Split(string? text)
    {
        var query = new LogQuery(text ?? "");
        while (query.SkipSpace())
        {
            query.ReadTerm();
        }

        return (query._terms, query._errors);
    }

    private bool SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length;
    }

    private void ReadTerm()
    {
        var start = _at;
        var isExcluded = _text[_at] == '-' && _at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1]);
        _at += isExcluded ? 1 : 0;
        var (field, @operator) = ReadField();
        var opens = field is null && _at < _text.Length && _text[_at] == '(';
        _at += opens && string.CompareOrdinal(_text, _at, "(\"", 0, 2) == 0 ? 1 : 0;
        var isQuoted = _at < _text.Length && _text[_at] == '"';
        var value = isQuoted ? ReadQuoted() : ReadBare();
        if (isQuoted && _at < _text.Length && _text[_at] == '*')
        {
            value += "*";
            _at++;
        }

        var closes = isQuoted ? _at < _text.Length && _text[_at] == ')' : value.EndsWith(')');
        _at += isQuoted && closes ? 1 : 0;
        var term = new LogTerm(field, @operator, value, isQuoted, isExcluded, start, _at - start) { Opens = opens, Closes = closes };
        if (value.Length == 0)
        {
            _errors.Add(term.Wrong(field is null ? "The quotes are empty." : $"Enter a value for {field}, such as {field}{@operator}…"));
            return;
        }

        _terms.Add(term);
    }

    /// <summary>A name and an operator, where the term begins with both; names are letters, digits, dots, dashes and lines.</summary>
    private (string? Field, string Operator) ReadField()
    {
        var end = _at;
        while (end < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] is '.' or '_' or '-'))
        {
            end++;
        }

        var found =
            end == _at || !char.IsLetter(_text[_at])
                ? null
                : Array.Find(Operators, o => string.CompareOrdinal(_text, end, o, 0, o.Length) == 0);

        // An address such as https://… is a word.
        if (found is null || (found == ":" && string.CompareOrdinal(_text, end, "://", 0, 3) == 0))
        {
            return (null, "");
        }

        var field = _text[_at..end];
        _at = end + found.Length;
        return (field, found);
    }

    private string ReadQuoted()
    {
        var start = _at++;
        var value = new System.Text.StringBuilder();
        for (; _at < _text.Length; _at++)
        {
            if (_text[_at] == '"')
            {
                _at++;
                return value.ToString();
            }

            _at += string.CompareOrdinal(_text, _at, "\\\"", 0, 2) == 0 ? 1 : 0;
            value.Append(_text[_at]);
        }

        _errors.Add(new(start, _text.Length - start, "The quotes are not closed."));
        return value.ToString();
    }

    private string ReadBare()
    {
        var start = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _text[start.._at];
    }
}
