namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>
/// What stands between the words of a search: OR, and what people bring along from other searches. All that is not read as it would be
/// there is refused, so that nobody takes what was found for something else.
/// </summary>
internal static class LogOperators
{
    private const string InQuotes = "To search for the word itself, put it in quotes.";

    public static IEnumerable<LogQueryError> FaultsIn(IReadOnlyList<LogTerm> terms)
    {
        for (var at = 0; at < terms.Count; at++)
        {
            if (FaultAt(terms, at) is { } fault)
            {
                yield return terms[at].Wrong(fault);
            }
        }

        for (var from = 0; from < terms.Count; from++)
        {
            var to = terms[from].Opens ? CloseOf(terms, from) : from;
            if (to > from && IsMisread(terms, from, to))
            {
                yield return new(
                    terms[from].Start,
                    terms[to].Start + terms[to].Length - terms[from].Start,
                    "Parentheses can hold words with OR between them only: OR binds first, so this would be read in another way."
                );
            }
        }
    }

    /// <summary>A search that was surely meant in another way, although it can be read; null where there is none.</summary>
    public static string? HintFor(string? text)
    {
        var (terms, _) = LogQuery.Split(text);
        return terms.Skip(1).SkipLast(1).Any(term => term.IsBare && term.Value is "or" or "Or")
            ? "In lower case, or is a word that is searched for. Write OR for lines that have one word or the other."
            : null;
    }

    private static string? FaultAt(IReadOnlyList<LogTerm> terms, int at)
    {
        var (term, before, after) = (terms[at], at > 0 ? terms[at - 1] : null, at + 1 < terms.Count ? terms[at + 1] : null);
        return term switch
        {
            { IsOr: true } when before is not { IsWords: true } || after is not { IsWords: true } =>
                $"OR stands between two words or phrases that are wanted, such as timeout OR refused. For levels and sources write level:error,critical. {InQuotes}",
            { IsAnd: true } when before is null or { IsOperator: true } || after is null or { IsOperator: true } =>
                $"AND stands between two terms, and can be left out. {InQuotes}",
            { IsAnd: true } when terms.Any(other => other.IsOr) =>
                $"OR binds first here: letta timeout OR refused is letta with one of both. Leave AND out if that is meant. {InQuotes}",
            { IsBare: true, Value: "NOT" } when after is not null =>
                $"To leave lines out, write a dash before the term, such as -timeout. {InQuotes}",
            { IsBare: true, Value: ['!', var first, ..] } when char.IsLetterOrDigit(first) =>
                $"To leave lines out, write a dash before the term: -{term.Value[1..]}. {InQuotes}",
            _ => null,
        };
    }

    private static int CloseOf(IReadOnlyList<LogTerm> terms, int from)
    {
        var depth = 0;
        for (var at = from; at < terms.Count; at++)
        {
            depth += (terms[at].Opens ? 1 : 0) - (terms[at].Closes ? 1 : 0);
            if (depth <= 0)
            {
                return at;
            }
        }

        return from;
    }

    /// <summary>Whether terms that are all wanted are one side of an OR.</summary>
    private static bool IsMisread(IReadOnlyList<LogTerm> terms, int from, int to) =>
        ((from > 0 && terms[from - 1].IsOr) || (to + 1 < terms.Count && terms[to + 1].IsOr))
        && Enumerable.Range(from, to - from).Any(at => !terms[at].IsOr && !terms[at + 1].IsOr);
}
