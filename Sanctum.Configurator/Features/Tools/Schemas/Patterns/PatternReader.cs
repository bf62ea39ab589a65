namespace Sanctum.Configurator.Features.Tools.Schemas.Patterns;

/// <summary>
/// Reads a regular expression as ECMA-262 has it, by code points (its flag u), as JSON Schema asks for. As browsers do, it takes a brace or
/// bracket that closes nothing for itself, and a backslash before a mark. Back references and scripts of <c>\p</c> are not understood.
/// </summary>
internal sealed class PatternReader
{
    private const int Deepest = 100;
    private const int MostTimes = 1000;

    private readonly string _text;
    private int _at;
    private int _depth;

    private PatternReader(string text) => _text = text;

    private bool IsAtEnd => _at >= _text.Length;

    private char Here => IsAtEnd ? '\0' : _text[_at];

    /// <exception cref="PatternException">It is none.</exception>
    public static PatternNode Read(string text)
    {
        var reader = new PatternReader(text);
        var node = reader.Choice();
        return reader.IsAtEnd ? node : throw new PatternException($"character {reader._at + 1} closes nothing");
    }

    private PatternNode Choice()
    {
        if (++_depth > Deepest)
        {
            throw new PatternException("its groups nest too deep");
        }

        var choices = new List<PatternNode> { Sequence() };
        while (Take('|'))
        {
            choices.Add(Sequence());
        }

        _depth--;
        return choices.Count == 1 ? choices[0] : new PatternNode.Choice(choices);
    }

    private PatternNode.Sequence Sequence()
    {
        var items = new List<PatternNode>();
        while (!IsAtEnd && Here is not ('|' or ')'))
        {
            items.Add(Quantified());
        }

        return new(items);
    }

    private PatternNode Quantified()
    {
        var start = _at;
        var item = Atom();
        if (ReadTimes() is not var (least, most))
        {
            return item;
        }

        Take('?');
        if (item is PatternNode.Edge or PatternNode.Around)
        {
            throw new PatternException($"what stands at character {start + 1} can't be repeated");
        }

        return ReadTimes() is null
            ? new PatternNode.Repeat(item, least, most)
            : throw new PatternException($"nothing is there to be repeated at character {_at}");
    }

    private (int Least, int? Most)? ReadTimes()
    {
        switch (Here)
        {
            case '*' or '+' or '?':
                var mark = _text[_at++];
                return (mark == '+' ? 1 : 0, mark == '?' ? 1 : null);
            case '{':
                var start = _at++;
                var least = Number();
                var most = least is not null && Take(',') ? Number() : least;
                var isOpen = _text[_at - 1] == ',';
                if (least is null || !Take('}'))
                {
                    // A brace that begins no count stands for itself.
                    _at = start;
                    return null;
                }

                return least > MostTimes || most > MostTimes || most < least
                    ? throw new PatternException($"its count at character {start + 1} is above {MostTimes}, or goes down")
                    : (least.Value, isOpen ? null : most);
            default:
                return null;
        }
    }

    private int? Number()
    {
        var start = _at;
        while (char.IsAsciiDigit(Here))
        {
            _at++;
        }

        return _at == start ? null
            : _at - start > 4 ? int.MaxValue
            : int.Parse(_text.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
    }

    private PatternNode Atom()
    {
        switch (Here)
        {
            case '^':
                _at++;
                return new PatternNode.Edge(PatternEdge.Start);
            case '$':
                _at++;
                return new PatternNode.Edge(PatternEdge.End);
            case '.':
                _at++;
                return new PatternNode.Letters(LetterSet.NoLineEnd);
            case '(':
                return Group();
            case '[':
                _at++;
                return new PatternNode.Letters(Class());
            case '*' or '+' or '?':
                throw new PatternException($"nothing is there to be repeated at character {_at + 1}");
            case '\\' when _at + 1 < _text.Length && _text[_at + 1] is 'b' or 'B':
                _at += 2;
                return new PatternNode.Edge(_text[_at - 1] == 'b' ? PatternEdge.WordBoundary : PatternEdge.NoWordBoundary);
            case '\\':
                _at++;
                return new PatternNode.Letters(Escape(isInClass: false).Set);
            default:
                var letter = Letter();
                return new PatternNode.Letters(new LetterSet().Add(letter, letter));
        }
    }

    private PatternNode Group()
    {
        var start = _at++;
        var around =
            Take("?=") ? (false, false)
            : Take("?!") ? (false, true)
            : Take("?<=") ? (true, false)
            : Take("?<!") ? (true, true)
            : ((bool IsBehind, bool IsNegated)?)null;
        if (around is null && !Take("?:") && Take("?"))
        {
            SkipName(start);
        }

        var inner = Choice();
        if (!Take(')'))
        {
            throw new PatternException($"nothing closes the ( at character {start + 1}");
        }

        return around is var (isBehind, isNegated) ? new PatternNode.Around(inner, isBehind, isNegated) : inner;
    }

    private void SkipName(int start)
    {
        var close = Take('<') ? _text.IndexOf('>', _at) : -1;
        if (
            close <= _at
            || !_text.AsSpan(_at, close - _at).ToString().All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '$')
            || char.IsAsciiDigit(Here)
        )
        {
            throw new PatternException($"the group at character {start + 1} begins with a ? that ECMA-262 does not know");
        }

        _at = close + 1;
    }

    private LetterSet Class()
    {
        var start = _at;
        var set = new LetterSet { IsNegated = Take('^') };
        while (!IsAtEnd && Here != ']')
        {
            var (first, low) = Member();
            var dash = _at;
            if (low is { } from && Take('-') && !IsAtEnd && Here != ']')
            {
                var (other, high) = Member();
                if (high is { } to)
                {
                    set.Add(from <= to ? from : throw new PatternException($"the range at character {dash + 1} goes down"), to);
                    continue;
                }

                // [a-\d]: none of the two is the end of a range, so that all stand for themselves.
                set.Add(first).Add('-', '-').Add(other);
                continue;
            }

            _at = dash;
            set.Add(first);
        }

        return Take(']') ? set : throw new PatternException($"nothing closes the [ at character {start}");
    }

    private (LetterSet Set, int? Single) Member()
    {
        if (Take('\\'))
        {
            return Escape(isInClass: true);
        }

        var letter = Letter();
        return (new LetterSet().Add(letter, letter), letter);
    }

    private int Letter()
    {
        var letter = char.IsSurrogatePair(_text, _at) ? char.ConvertToUtf32(_text, _at) : _text[_at];
        _at += letter > 0xFFFF ? 2 : 1;
        return letter;
    }

    private (LetterSet Set, int? Single) Escape(bool isInClass)
    {
        if (IsAtEnd)
        {
            throw new PatternException("it ends in a backslash");
        }

        var place = _at;
        var mark = Letter();
        var set = (char)mark switch
        {
            'd' => LetterSet.Digits,
            'D' => LetterSet.Digits.Negated(),
            'w' => LetterSet.WordLetters,
            'W' => LetterSet.WordLetters.Negated(),
            's' => LetterSet.Blanks,
            'S' => LetterSet.Blanks.Negated(),
            'p' => Property(),
            'P' => Property().Negated(),
            _ => null,
        };
        if (set is not null && mark < 0x80)
        {
            return (set, null);
        }

        var letter = Single(mark, isInClass, place);
        return (new LetterSet().Add(letter, letter), letter);
    }

    private int Single(int mark, bool isInClass, int place) =>
        mark switch
        {
            't' => '\t',
            'n' => '\n',
            'v' => '\v',
            'f' => '\f',
            'r' => '\r',
            'b' when isInClass => '\b',
            '0' when !char.IsAsciiDigit(Here) => 0,
            'c' when char.IsAsciiLetter(Here) => _text[_at++] % 32,
            'x' => Hex(2) ?? throw new PatternException($"the \\x at character {place} is not followed by two hexadecimal digits"),
            'u' => CodePoint()
                ?? throw new PatternException($"the \\u at character {place} is not followed by four hexadecimal digits, or by {{…}}"),
            >= '1' and <= '9' or 'k' => throw new PatternException($"back references, as at character {place}, are not understood here"),
            < 0x80 when char.IsAsciiLetterOrDigit((char)mark) => throw new PatternException(
                $"ECMA-262 knows no \\{(char)mark}, as at character {place}"
            ),
            _ => mark,
        };

    private int? CodePoint()
    {
        if (Take('{'))
        {
            var close = _text.IndexOf('}', _at);
            var isNumber = int.TryParse(
                close < 0 ? "" : _text.AsSpan(_at, close - _at),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var number
            );
            _at = close + 1;
            return isNumber && number is >= 0 and <= 0x10FFFF ? number : null;
        }

        var high = Hex(4);
        var after = _at;
        if (high is >= 0xD800 and <= 0xDBFF && Take("\\u") && Hex(4) is >= 0xDC00 and <= 0xDFFF and var low)
        {
            return char.ConvertToUtf32((char)high, (char)low);
        }

        _at = after;
        return high;
    }

    private int? Hex(int digits)
    {
        if (
            _at + digits > _text.Length
            || !int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        )
        {
            return null;
        }

        _at += digits;
        return number;
    }

    private LetterSet Property()
    {
        var start = _at;
        var close = Take('{') ? _text.IndexOf('}', _at) : -1;
        if (close < 0)
        {
            throw new PatternException($"the \\p at character {start} is not followed by {{…}}");
        }

        var name = _text[_at..close];
        _at = close + 1;
        return Categories.Find(name)
            ?? throw new PatternException($"\\p{{{name}}} is not known here; categories are, such as \\p{{L}} or \\p{{Letter}}");
    }

    private bool Take(char letter)
    {
        var isThere = Here == letter && !IsAtEnd;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private bool Take(string word)
    {
        var isThere = string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0;
        _at += isThere ? word.Length : 0;
        return isThere;
    }
}
