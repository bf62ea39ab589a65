namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <summary>Reads a text of PostgREST's language from left to right.</summary>
/// <param name="what">What the text is, for whoever wrote it.</param>
internal sealed class Scanner(string text, string what)
{
    public int At { get; private set; }

    public bool IsEnd => At >= text.Length;

    public char Next => IsEnd ? '\0' : text[At];

    public bool Sees(string word) => string.CompareOrdinal(text, At, word, 0, word.Length) == 0;

    public bool Takes(string word)
    {
        var sees = Sees(word);
        At += sees ? word.Length : 0;
        return sees;
    }

    public void Expect(string word)
    {
        if (!Takes(word))
        {
            throw Fault($"\"{word}\"");
        }
    }

    public void ExpectEnd()
    {
        if (!IsEnd)
        {
            throw Fault("the end");
        }
    }

    public string Rest()
    {
        var rest = text[At..];
        At = text.Length;
        return rest;
    }

    public string While(Func<char, bool> isPart)
    {
        var from = At;
        while (!IsEnd && isPart(text[At]))
        {
            At++;
        }

        return text[from..At];
    }

    /// <summary>A name: letters, digits, blanks, _, $ and -, or whatever stands in double quotes.</summary>
    public string Name(string expecting = "a name")
    {
        if (Next == '"')
        {
            return Quoted();
        }

        var from = At;
        while (!IsEnd && (char.IsLetterOrDigit(Next) || Next is '_' or ' ' or '$' || (Next == '-' && !Sees("->"))))
        {
            At++;
        }

        return text[from..At].Trim() is { Length: > 0 } name ? name : throw Fault(expecting);
    }

    /// <summary>What stands in double quotes; a backslash takes the next character as it is.</summary>
    public string Quoted()
    {
        Expect("\"");
        var content = new StringBuilder();
        while (Next != '"')
        {
            if (Next == '\\')
            {
                At++;
            }

            if (IsEnd)
            {
                throw Fault("a closing \"");
            }

            content.Append(text[At++]);
        }

        At++;
        return content.ToString();
    }

    /// <summary>
    /// <c>-&gt;key</c> and <c>-&gt;&gt;key</c>, as many as there are.
    /// </summary>
    public IReadOnlyList<PathStep> Path()
    {
        var steps = new List<PathStep>();
        while (Takes("->"))
        {
            var isText = Takes(">");
            var isQuoted = Next == '"';
            var key =
                isQuoted ? Quoted()
                : Takes("-") ? $"-{While(char.IsAsciiDigit)}"
                : While(c => c is not ('(' or '-' or ':' or '.' or ',' or '>' or ')')).Trim();
            if (key is "" or "-")
            {
                throw Fault("a key or an index");
            }

            steps.Add(new(key, isText, !isQuoted && int.TryParse(key, out _)));
            if (steps.Count > 16)
            {
                throw Fault("at most 16 steps");
            }
        }

        return steps;
    }

    public FieldName Field() => new(Name("a column"), Path());

    public RestFault Fault(string expecting) =>
        new(
            StatusCodes.Status400BadRequest,
            "PGRST100",
            $"\"failed to parse {what} ({RestFault.Shorten(text)})\" (line 1, column {At + 1})",
            $"unexpected {(IsEnd ? "end of input" : $"\"{Next}\"")} expecting {expecting}",
            "The guide to the REST API lists what is understood. Values with commas, dots, colons or parentheses stand in double quotes, and + is written %2B in addresses."
        );
}

/// <summary>A column, or a place in one that holds JSON.</summary>
internal sealed record FieldName(string Column, IReadOnlyList<PathStep> Path)
{
    /// <summary>How its value is called where nobody says otherwise.</summary>
    public string Label => Path.LastOrDefault(step => !step.IsIndex)?.Key ?? Column;
}

/// <param name="IsText">By <c>-&gt;&gt;</c>: as text.</param>
internal sealed record PathStep(string Key, bool IsText, bool IsIndex);
