namespace Sanctum.Configurator.Registry.Data.Search;

/// <summary>Words and phrases that rows have, and others that they have not.</summary>
internal sealed record WantedWords(IReadOnlyList<WordPhrase> Phrases, IReadOnlyList<WordPhrase> Excluded)
{
    public bool IsNone => Phrases.Count + Excluded.Count == 0;
}

/// <summary>
/// The index of words of a table, on either database. The places of words that are looked for are parameters; names and expressions are ours.
/// </summary>
/// <param name="Name">Of SQLite's index.</param>
/// <param name="Key">The column by which SQLite's index names a row.</param>
/// <param name="TextOfPostgres">The expression that PostgreSQL's index is made on, letter by letter.</param>
internal sealed record WordIndex(string Table, string Name, string Key, string TextOfPostgres)
{
    /// <summary>The rows that have the words and phrases, and not the excluded ones; all of them where none are looked for.</summary>
    /// <param name="columns">Of the table <c>t</c> and SQLite's index <c>w</c>.</param>
    public IQueryable<T> Find<T>(RegistryDbContext registry, WantedWords words, string columns = "t.*")
        where T : class =>
        words.IsNone ? registry.Set<T>()
        : !registry.Database.IsSqlite() ? FindInPostgres<T>(registry, words)
        : words.Phrases.Count == 0 ? Raw<T>(registry, $"SELECT * FROM {Table} WHERE {Key} NOT IN ({Matching})", OneOf(words.Excluded))
        : Raw<T>(
            registry,
            $"SELECT {columns} FROM {Name} AS w CROSS JOIN {Table} AS t ON t.{Key} = w.rowid WHERE w.{Name} MATCH {{0}}",
            Condition(words)
        );

    /// <summary>
    /// The same for who takes the rows with the highest keys first: SQLite's index is read from its newest row on, so that the first of a common
    /// word are as quick as those of a rare one.
    /// </summary>
    public IQueryable<T> FindNewestFirst<T>(RegistryDbContext registry, WantedWords words)
        where T : class =>
        Find<T>(
            registry,
            words,
            string.Join(
                ", ",
                registry
                    .Model.FindEntityType(typeof(T))!
                    .GetProperties()
                    .Select(property => property.GetColumnName())
                    .Select(column => column == Key ? $"w.rowid AS {Key}" : $"t.{column}")
            )
        );

    /// <summary>
    /// The same of a few rows, to which the caller narrows it by columns of the table: each is looked up in the index by itself, however
    /// many rows have the words.
    /// </summary>
    public IQueryable<T> FindAmongFew<T>(RegistryDbContext registry, WantedWords words)
        where T : class =>
        words.IsNone || !registry.Database.IsSqlite() ? Find<T>(registry, words)
        : words.Phrases.Count == 0
            ? Raw<T>(
                registry,
                $"SELECT t.* FROM {Table} AS t WHERE NOT EXISTS (SELECT 1 FROM {Name} AS w WHERE w.rowid = t.{Key} AND w.{Name} MATCH {{0}})",
                OneOf(words.Excluded)
            )
        : Raw<T>(
            registry,
            $"SELECT t.* FROM {Table} AS t CROSS JOIN {Name} AS w ON w.rowid = t.{Key} WHERE w.{Name} MATCH {{0}}",
            Condition(words)
        );

    /// <summary>Rows without the excluded words, where nothing else is looked for, of a part of the table.</summary>
    /// <param name="low">The first key of the part.</param>
    /// <param name="high">The last one.</param>
    public IQueryable<T> FindWithout<T>(RegistryDbContext registry, WantedWords words, int low, int high)
        where T : class =>
        words.IsNone || !registry.Database.IsSqlite()
            ? Find<T>(registry, words)
            : Raw<T>(
                registry,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"SELECT * FROM {Table} WHERE {Key} NOT IN ({Matching} AND rowid BETWEEN {low} AND {high})"
                ),
                OneOf(words.Excluded)
            );

    private string Matching => $"SELECT rowid FROM {Name} WHERE {Name} MATCH {{0}}";

#pragma warning disable EF1002 // Names and numbers of our own; what somebody typed is a parameter.
    private static IQueryable<T> Raw<T>(RegistryDbContext registry, string statement, string words)
        where T : class => registry.Set<T>().FromSqlRaw(statement, words);
#pragma warning restore EF1002

    private static string Condition(WantedWords words)
    {
        var wanted = string.Join(" AND ", words.Phrases.Select(Phrase));
        return words.Excluded.Count > 0 ? $"({wanted}) NOT ({OneOf(words.Excluded)})" : wanted;
    }

    private static string OneOf(IEnumerable<WordPhrase> phrases) => string.Join(" OR ", phrases.Select(Phrase));

    private static string Phrase(WordPhrase phrase) => $"\"{string.Join(' ', phrase.Words)}\"{(phrase.IsPrefix ? " *" : "")}";

    private IQueryable<T> FindInPostgres<T>(RegistryDbContext registry, WantedWords words)
        where T : class
    {
        var values = new List<object>();
        var wanted = words.Phrases.Select(Query).Concat(words.Excluded.Select(phrase => $"!! {Query(phrase)}")).ToList();
#pragma warning disable EF1002 // Places of parameters; what somebody typed is in them.
        return registry
            .Set<T>()
            .FromSqlRaw(
                $"SELECT * FROM {Table} WHERE to_tsvector('simple', {Cut(TextOfPostgres)}) @@ ({string.Join(" && ", wanted)})",
                [.. values]
            );
#pragma warning restore EF1002

        string Query(WordPhrase phrase)
        {
            values.Add(string.Join(' ', phrase.Words));
            var words = $"phraseto_tsquery('simple', {Cut($"{{{values.Count - 1}}}")})";
            return phrase.IsPrefix ? $"(nullif({words}::text, '') || ':*')::tsquery" : words;
        }
    }

    private static string Cut(string text) => $"regexp_replace({text}, '[^[:alnum:]]+', ' ', 'g')";
}
