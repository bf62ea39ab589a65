using Sanctum.Configurator.Features.Logs.Indexing;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>A filter as conditions of SQL, and the values they name.</summary>
internal sealed class LogSql(LogFilter filter, bool isSqlite)
{
    private readonly List<(string Name, object? Value)> _values = [];

    public IReadOnlyList<(string Name, object? Value)> Values => _values;

    /// <summary>Whether the words have to be looked up: something of the filter is in the index of words.</summary>
    public bool HasEnumText => Lookups().Any();

    /// <summary>Whether levels or origins are wanted.</summary>
    public bool HasFacets => filter.Levels is not null || filter.Origins.Count > 0;

    /// <summary>The conditions on columns of <c>logs</c>, each with "AND" before it; without time.</summary>
    public string OfLines() =>
        Facets(level => $"'{EnumText<LogLevelWord>.Of(level)}'", "coalesce(source_id, 0)")
        + (filter.UserId is { } user ? $" AND user_id = {Name("user", user)}" : "")
        + (filter.CorrelationId is { } correlation ? $" AND correlation_id = {Name("correlation", correlation)}" : "");

    /// <summary>
    /// The sums to ask: of each origin where the filter names one by its number, and otherwise of each source, which are far fewer rows.
    /// </summary>
    /// <param name="span">"minutes" or "hours".</param>
    public string SumsOf(string span) =>
        filter.Origins.Concat(filter.ExcludedOrigins).Any(origin => origin.Id is not null) ? $"log_{span}" : $"log_source_{span}";

    /// <summary>The conditions on the sums' columns, each with "AND" before it; without time.</summary>
    public string OfSums() => Facets(level => ((int)level).ToString(CultureInfo.InvariantCulture), "source_id");

    /// <summary>What the index of words is asked for lines that have the words.</summary>
    /// <param name="withFacets">Also for their level and origin, which SQLite's has.</param>
    public string OfWords(bool withFacets)
    {
        var wanted = withFacets && isSqlite ? Lookups().Concat(FacetLookups()) : Lookups();
        var excluded = filter.ExcludedPhrases.Where(phrase => isSqlite || !HasUnspaced(phrase)).Select(Phrase).ToList();
        return isSqlite
            ? $"{All(wanted)}{(excluded.Count > 0 ? $" NOT ({string.Join(" OR ", excluded)})" : "")}"
            : string.Join(" & ", wanted.Concat(excluded.Select(phrase => $"!({phrase})")));
    }

    /// <summary>What SQLite's index of words is asked for lines of the wanted level and origin, whatever their words.</summary>
    public string OfFacets() => All(FacetLookups());

    private static string All(IEnumerable<string> lookups) => $"({string.Join(" AND ", lookups)})";

    private IEnumerable<string> Lookups()
    {
        var phrases = filter.Phrases.Select(AnyOf);

        // What a detail is equal to stands in the details word by word; the line itself is looked at after that.
        var details = filter
            .Details.Where(detail => !detail.IsExcluded)
            .Select(detail => LogTokenizer.In(detail.Value))
            .Where(words => words.Count > 0)
            .Select(words => Phrase(new(words, false)));
        var user = isSqlite && filter.UserId is { } id ? [Facet(FacetLabels.User(id))] : Array.Empty<string>();
        return [.. phrases, .. details, .. user];
    }

    private IEnumerable<string> FacetLookups()
    {
        if (filter.Levels is { } levels)
        {
            yield return $"({string.Join(" OR ", levels.Select(level => Facet(FacetLabels.Level(level))))})";
        }

        if (filter.Origins.Count > 0)
        {
            yield return $"({string.Join(" OR ", filter.Origins.Select(origin => Facet(FacetLabels.Origin(origin.Source, origin.Id))))})";
        }
    }

    private static string Facet(string word) => $"facets : \"{word}\"";

    private string AnyOf(IReadOnlyList<WordPhrase> phrases) =>
        phrases.Count == 1 ? Phrase(phrases[0]) : $"({string.Join(isSqlite ? " OR " : " | ", phrases.Select(Phrase))})";

    private static bool HasUnspaced(WordPhrase phrase) => phrase.Words.Any(LogTokenizer.IsUnspaced);

    /// <summary>
    /// PostgreSQL counts some signs that are beside each other as no words at all, and knows only so many places of one: whether signs of
    /// scripts without blanks are beside each other is seen of the line itself.
    /// </summary>
    private string Phrase(WordPhrase phrase) =>
        !isSqlite && HasUnspaced(phrase)
            ? $"({string.Join(" & ", phrase.Words.Where(word => Rune.IsLetterOrDigit(Rune.GetRuneAt(word, 0))).Select((word, at) => $"'{word}'{(phrase.IsPrefix && word == phrase.Words[^1] ? ":*" : "")}"))})"
        : isSqlite ? $"{{message details}} : \"{string.Join(' ', phrase.Words)}\"{(phrase.IsPrefix ? " *" : "")}"
        : $"({string.Join(" <-> ", phrase.Words.Select((word, at) => $"'{word}'{(phrase.IsPrefix && at == phrase.Words.Count - 1 ? ":*" : "")}"))})";

    private string Facets(Func<LogLevelWord, string> level, string id)
    {
        var levels = filter.Levels is { } wanted
            ? wanted.Count == 0
                ? " AND 1 = 0"
                : $" AND level IN ({string.Join(", ", wanted.Select(level))})"
            : "";
        var origins =
            filter.Origins.Count == 0
                ? ""
                : $" AND ({string.Join(" OR ", filter.Origins.Select((origin, at) => Origin(origin, $"o{at}", id)))})";
        var excluded = string.Concat(filter.ExcludedOrigins.Select((origin, at) => $" AND NOT ({Origin(origin, $"x{at}", id)})"));
        return levels + origins + excluded;
    }

    private string Origin(LogOrigin origin, string name, string id) =>
        $"source = {Name(name, origin.Source)}{(origin.Id is { } known ? $" AND {id} = {Name($"{name}i", known)}" : "")}";

    private string Name(string name, object value)
    {
        if (!_values.Exists(known => known.Name == $"@{name}"))
        {
            _values.Add(($"@{name}", value));
        }

        return $"@{name}";
    }
}
