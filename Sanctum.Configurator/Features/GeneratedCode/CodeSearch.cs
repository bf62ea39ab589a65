using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Registry.Data;
using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Finds code by words in its name, its question and itself, by the full-text index of either database.</summary>
internal static class CodeSearch
{
    /// <summary>The expression that PostgreSQL's index is made on, letter by letter.</summary>
    private const string TextOfPostgres = "left(coalesce(component_name, '') || ' ' || coalesce(prompt, '') || ' ' || code, 100000)";

    public static IQueryable<CodeBlock> Having(RegistryDbContext registry, MessageWords words)
    {
        var found =
            !words.IsOfWords ? registry.CodeBlocks
            : registry.Database.IsSqlite() ? OfSqlite(registry, words)
            : OfPostgres(registry, words);
        foreach (var piece in words.Pieces)
        {
            found = found.Where(c => c.Code.Contains(piece) || (c.ComponentName ?? "").Contains(piece) || (c.Prompt ?? "").Contains(piece));
        }

        foreach (var piece in words.ExcludedPieces)
        {
            found = found.Where(c =>
                !c.Code.Contains(piece) && !(c.ComponentName ?? "").Contains(piece) && !(c.Prompt ?? "").Contains(piece)
            );
        }

        return found;
    }

    private static IQueryable<CodeBlock> OfSqlite(RegistryDbContext registry, MessageWords words)
    {
        var excluded = string.Join(" OR ", words.ExcludedPhrases.Select(Phrase));
        if (words.Phrases.Count == 0)
        {
            return registry.CodeBlocks.FromSqlRaw(
                "SELECT * FROM generated_code WHERE search_id NOT IN (SELECT rowid FROM code_words WHERE code_words MATCH {0})",
                excluded
            );
        }

        var wanted = string.Join(" AND ", words.Phrases.Select(Phrase));
        return registry.CodeBlocks.FromSqlRaw(
            "SELECT c.* FROM code_words AS w CROSS JOIN generated_code AS c ON c.search_id = w.rowid WHERE w.code_words MATCH {0}",
            excluded.Length > 0 ? $"({wanted}) NOT ({excluded})" : wanted
        );

        static string Phrase(LogPhrase phrase) => $"\"{string.Join(' ', phrase.Words)}\"{(phrase.IsPrefix ? " *" : "")}";
    }

    private static IQueryable<CodeBlock> OfPostgres(RegistryDbContext registry, MessageWords words)
    {
        var values = new List<object>();
        var wanted = words.Phrases.Select(Phrase).Concat(words.ExcludedPhrases.Select(phrase => $"!! {Phrase(phrase)}")).ToList();
#pragma warning disable EF1002 // Places of parameters; what somebody typed is in them.
        return registry.CodeBlocks.FromSqlRaw(
            $"SELECT * FROM generated_code WHERE to_tsvector('simple', {Cut(TextOfPostgres)}) @@ ({string.Join(" && ", wanted)})",
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
