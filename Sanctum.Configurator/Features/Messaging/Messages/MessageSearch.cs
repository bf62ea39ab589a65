using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>Messages that have words, by the databases' indexes of words. What is added to the query narrows it inside the database.</summary>
internal static class MessageSearch
{
    /// <summary>The expression that PostgreSQL's index is made on, letter by letter; and what it makes of words that are looked for.</summary>
    private const string TextOfPostgres = "coalesce(message, '') || ' ' || coalesce(agent_response, '')";

    public static IQueryable<Message> Having(this RegistryDbContext registry, MessageWords words)
    {
        var found =
            !words.IsOfWords ? registry.Messages
            : registry.Database.IsSqlite() ? OfSqlite(registry, words)
            : OfPostgres(registry, words);
        var messages = found.AsNoTracking();
        foreach (var piece in words.Pieces)
        {
            messages = messages.Where(m => (m.Text ?? "").Contains(piece) || (m.AgentResponse ?? "").Contains(piece));
        }

        foreach (var piece in words.ExcludedPieces)
        {
            messages = messages.Where(m => !(m.Text ?? "").Contains(piece) && !(m.AgentResponse ?? "").Contains(piece));
        }

        return messages;
    }

    /// <summary>The index is read from its newest row on, so that a page of a common word is as quick as one of a rare word.</summary>
    private static IQueryable<Message> OfSqlite(RegistryDbContext registry, MessageWords words)
    {
        var excluded = string.Join(" OR ", words.ExcludedPhrases.Select(Phrase));
        if (words.Phrases.Count == 0)
        {
            return registry.Messages.FromSqlRaw(
                "SELECT * FROM messages WHERE id NOT IN (SELECT rowid FROM messages_words WHERE messages_words MATCH {0})",
                excluded
            );
        }

        var wanted = string.Join(" AND ", words.Phrases.Select(Phrase));
        var columns = registry
            .Model.FindEntityType(typeof(Message))!
            .GetProperties()
            .Select(property => property.GetColumnName())
            .Select(column => column == "id" ? "w.rowid AS id" : $"m.{column}");
#pragma warning disable EF1002 // Names of our own columns; what somebody typed is a parameter.
        return registry.Messages.FromSqlRaw(
            $$"""
            SELECT {{string.Join(", ", columns)}} FROM messages_words AS w CROSS JOIN messages AS m ON m.id = w.rowid
            WHERE w.messages_words MATCH {0}
            """,
            excluded.Length > 0 ? $"({wanted}) NOT ({excluded})" : wanted
        );
#pragma warning restore EF1002

        static string Phrase(LogPhrase phrase) => $"\"{string.Join(' ', phrase.Words)}\"{(phrase.IsPrefix ? " *" : "")}";
    }

    private static IQueryable<Message> OfPostgres(RegistryDbContext registry, MessageWords words)
    {
        var values = new List<object>();
        var wanted = words.Phrases.Select(Phrase).Concat(words.ExcludedPhrases.Select(phrase => $"!! {Phrase(phrase)}")).ToList();
#pragma warning disable EF1002 // Places of parameters; what somebody typed is in them.
        return registry.Messages.FromSqlRaw(
            $"SELECT * FROM messages WHERE to_tsvector('simple', {Cut(TextOfPostgres)}) @@ ({string.Join(" && ", wanted)})",
            [.. values]
        );
#pragma warning restore EF1002

        string Phrase(LogPhrase phrase)
        {
            values.Add(string.Join(' ', phrase.Words));
            var words = $"phraseto_tsquery('simple', {Cut($"{{{values.Count - 1}}}")})";
            return phrase.IsPrefix ? $"(nullif({words}::text, '') || ':*')::tsquery" : words;
        }

        static string Cut(string text) => $"regexp_replace({text}, '[^[:alnum:]]+', ' ', 'g')";
    }
}
