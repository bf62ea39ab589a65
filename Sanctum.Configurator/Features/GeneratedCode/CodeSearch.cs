using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Registry.Data.Search;
using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Finds code by words in its name, its question and itself, by the full-text index of either database.</summary>
internal static class CodeSearch
{
    private static readonly WordIndex Index = new(
        "generated_code",
        "code_words",
        "search_id",
        "left(coalesce(component_name, '') || ' ' || coalesce(prompt, '') || ' ' || code, 100000)"
    );

    public static IQueryable<CodeBlock> Having(RegistryDbContext registry, MessageWords words)
    {
        var found = Index.Find<CodeBlock>(registry, words.Wanted);
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
}
