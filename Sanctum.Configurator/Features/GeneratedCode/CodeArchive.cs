using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>An answer whose blocks of code are kept.</summary>
/// <param name="UserId">Whose conversation it is of.</param>
/// <param name="Prompt">The question that it answers.</param>
/// <param name="CreatedAt">When it was made; null for now.</param>
public sealed record CodeOfAnswer(
    Guid ConversationId,
    Guid MessageId,
    string? UserId,
    string? Prompt,
    string Markdown,
    DateTimeOffset? CreatedAt = null
);

/// <summary>Keeps every whole block of code of answers, so that it stays when its conversation goes.</summary>
public sealed class CodeArchive(TimeProvider clock)
{
    /// <summary>Characters of the question that are kept with a block.</summary>
    private const int MostOfPrompt = 20_000;

    private const int MostLeft = 100_000;

    /// <summary>A quick look: whether there may be any code to keep.</summary>
    public static bool MayHaveCode(string markdown) => FoundCode.MayBeIn(markdown);

    /// <summary>The blocks of an answer as they are kept. It may take a while, and is done outside of transactions.</summary>
    public IReadOnlyList<CodeBlock> BlocksOf(CodeOfAnswer answer)
    {
        var at = answer.CreatedAt ?? clock.GetUtcNow();
        return
        [
            .. FoundCode
                .In(answer.Markdown)
                .Select(code => new CodeBlock
                {
                    Id = Guid.CreateVersion7(at),
                    ConversationId = answer.ConversationId,
                    MessageId = answer.MessageId,
                    UserId = answer.UserId,
                    ComponentName = WholeText.OrNull(code.Name),
                    VariantLabel = WholeText.OrNull(Cut(code.Variant, CodeNames.Longest)),
                    Language = WholeText.OrNull(code.Language),
                    Code = WholeText.Of(code.Code),
                    Prompt = WholeText.OrNull(Cut(answer.Prompt, MostOfPrompt)),
                    Ordinal = code.Ordinal,
                    CreatedAt = at,
                }),
        ];
    }

    /// <summary>Adds the blocks of a message that are not kept yet: a block is known again by its place there.</summary>
    public static async Task AddAsync(RegistryDbContext registry, Guid message, IReadOnlyList<CodeBlock> blocks, CancellationToken cancel)
    {
        var kept = await registry
            .CodeBlocks.Where(c => c.MessageId == message && c.Ordinal != null)
            .Select(c => c.Ordinal)
            .ToListAsync(cancel);
        registry.AddRange(blocks.Where(code => !kept.Contains(code.Ordinal)));
        await registry.SaveChangesAsync(cancel);
    }

    /// <summary>
    /// Code of somebody's conversations that are gone: where one of them comes in again, its code is linked to it, and not kept twice.
    /// </summary>
    public static async Task<LeftCode> LeftAsync(RegistryDbContext registry, string owner, CancellationToken cancel) =>
        new(
            await registry
                .CodeBlocks.Where(c => c.UserId == owner && c.MessageId == null && c.Ordinal != null)
                .OrderByDescending(c => c.CreatedAt)
                .ThenBy(c => c.Id)
                .Select(c => new LeftBlock(c.Id, c.Ordinal!.Value, c.Code.Length))
                .Take(MostLeft)
                .ToListAsync(cancel)
        );

    private static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : text[..most];
}
