using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>What a block looks like, with the blocks of its answer that belong to it.</summary>
/// <param name="Page">A page of its own.</param>
/// <param name="With">The other blocks in it, as lists name them.</param>
public sealed record ShownCode(string Page, IReadOnlyList<string> With);

/// <summary>Makes the pages of previews for whoever may see the code.</summary>
public sealed class CodePreviews(IDbContextFactory<RegistryDbContext> registries, CodeAccess access)
{
    /// <summary>Blocks of one answer that may be shown together.</summary>
    private const int Most = 50;

    private static readonly string[] Parts = ["html", "htm", "xhtml", "css", "js", "javascript", "mjs"];

    /// <summary>Null where it is not there for the caller, or has no preview.</summary>
    public async Task<ShownCode?> FindAsync(Guid id, CancellationToken cancel)
    {
        if (!await access.MayAsync())
        {
            return null;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
            await access.Readable(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is { } block
            && CodePreview.WhyNot(block.Language, block.Code) is null
            ? ShownOf(PieceOf(block), await AnswerAsync(registry, block, cancel))
            : null;
    }

    private static ShownCode ShownOf(CodePiece chosen, List<CodePiece> answer)
    {
        var together = CodeTogether.Of(chosen, answer);
        return together.Count > 1 && together.Sum(piece => (long)piece.Code.Length) <= CodePreview.MostCharacters
            ? new(CodeTogether.Join(together), [.. together.Where(piece => piece.Id != chosen.Id).Select(LabelOf)])
            : new(CodePreview.PageOf(chosen.Language, chosen.Code), []);
    }

    /// <summary>The blocks of the same answer, of the same owner: nobody else's get into a page.</summary>
    private async Task<List<CodePiece>> AnswerAsync(RegistryDbContext registry, CodeBlock block, CancellationToken cancel)
    {
        if (block.MessageId is null)
        {
            return [PieceOf(block)];
        }

#pragma warning disable CA1862 // A database compares by what it can translate.
        var found = await access
            .Readable(registry)
            .AsNoTracking()
            .Where(c => c.MessageId == block.MessageId && c.UserId == block.UserId)
            .Where(c => c.Language != null && Parts.Contains(c.Language.ToLower()) && c.Code.Length <= CodePreview.MostCharacters)
            .OrderBy(c => c.Ordinal)
            .ThenBy(c => c.Id)
            .Take(Most)
            .ToListAsync(cancel);
#pragma warning restore CA1862
        return [.. found.Where(c => c.Id != block.Id).Append(block).OrderBy(c => c.Ordinal ?? int.MaxValue).Select(PieceOf)];
    }

    private static CodePiece PieceOf(CodeBlock block) =>
        new(block.Id, block.Ordinal ?? int.MaxValue, block.Language, block.ComponentName, block.VariantLabel, block.Code);

    private static string LabelOf(CodePiece piece) =>
        piece.Name is null ? CodeLanguages.NameOf(piece.Language!) : $"{piece.Name} ({CodeLanguages.NameOf(piece.Language!)})";
}
