using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Messaging.Messages;

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
    public IQueryable<T> Find<T>(RegistryDbContext registry, MessageWords words, string columns = "t.*")
        where T : class =>
        !words.IsOfWords ? registry.Set<T>()
        : registry.Database.IsSqlite() ? FindInSqlite<T>(registry, words, columns)
        : FindInPostgres<T>(registry, words);

    private IQueryable<T> FindInSqlite<T>(RegistryDbContext registry, MessageWords words, string columns)
        where T : class
    {
        var excluded = string.Join(" OR ", words.ExcludedPhrases.Select(Phrase));
        var wanted = string.Join(" AND ", words.Phrases.Select(Phrase));
#pragma warning disable EF1002 // Names of our own; what somebody typed is a parameter.
        return words.Phrases.Count == 0
            ? registry
                .Set<T>()
                .FromSqlRaw($"SELECT * FROM {Table} WHERE {Key} NOT IN (SELECT rowid FROM {Name} WHERE {Name} MATCH {{0}})", excluded)
            : registry
                .Set<T>()
                .FromSqlRaw(
                    $"SELECT {columns} FROM {Name} AS w CROSS JOIN {Table} AS t ON t.{Key} = w.rowid WHERE w.{Name} MATCH {{0}}",
                    excluded.Length > 0 ? $"({wanted}) NOT ({excluded})" : wanted
                );
#pragma warning restore EF1002

        static string Phrase(LogPhrase phrase) => $"\"{string.Join(' ', phrase.Words)}\"{(phrase.IsPrefix ? " *" : "")}";
    }

    private IQueryable<T> FindInPostgres<T>(RegistryDbContext registry, MessageWords words)
        where T : class
    {
        var values = new List<object>();
        var wanted = words.Phrases.Select(Phrase).Concat(words.ExcludedPhrases.Select(phrase => $"!! {Phrase(phrase)}")).ToList();
#pragma warning disable EF1002 // Places of parameters; what somebody typed is in them.
        return registry
            .Set<T>()
            .FromSqlRaw(
                $"SELECT * FROM {Table} WHERE to_tsvector('simple', {Cut(TextOfPostgres)}) @@ ({string.Join(" && ", wanted)})",
                [.. values]
            );
#pragma warning restore EF1002

        string Phrase(LogPhrase phrase)
        {
            values.Add(string.Join(' ', phrase.Words));
            var words = $"phraseto_tsquery('simple', {Cut($"{{{values.Count - 1}}}")})";
            return phrase.IsPrefix ? $"(nullif({words}::text, '') || ':*')::tsquery" : words;
        }
    }

    private static string Cut(string text) => $"regexp_replace({text}, '[^[:alnum:]]+', ' ', 'g')";
}
