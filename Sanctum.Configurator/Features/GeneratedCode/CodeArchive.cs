using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>An answer whose blocks of code are kept.</summary>
/// <param name="UserId">Whose conversation it is of.</param>
/// <param name="Prompt">The question that it answers.</param>
public sealed record CodeOfAnswer(Guid ConversationId, Guid MessageId, string? UserId, string? Prompt, string Markdown);

/// <summary>Keeps every whole block of code of answers, so that it stays when its conversation goes.</summary>
public sealed class CodeArchive(TimeProvider clock)
{
    /// <summary>Characters of the question that are kept with a block.</summary>
    private const int MostOfPrompt = 20_000;

    /// <summary>A quick look: whether there may be any code to keep.</summary>
    public static bool MayHaveCode(string markdown) => FoundCode.MayBeIn(markdown);

    /// <summary>
    /// Adds the blocks that are not kept yet, in the caller's transaction. A block is known again by its message and its place there.
    /// </summary>
    public async Task ArchiveAsync(RegistryDbContext registry, CodeOfAnswer answer, CancellationToken cancel)
    {
        var found = FoundCode.In(answer.Markdown);
        if (found.Count == 0)
        {
            return;
        }

        var kept = await registry
            .CodeBlocks.Where(c => c.MessageId == answer.MessageId && c.Ordinal != null)
            .Select(c => c.Ordinal)
            .ToListAsync(cancel);
        var now = clock.GetUtcNow();
        registry.AddRange(
            found
                .Where(code => !kept.Contains(code.Ordinal))
                .Select(code => new CodeBlock
                {
                    Id = Guid.CreateVersion7(now),
                    ConversationId = answer.ConversationId,
                    MessageId = answer.MessageId,
                    UserId = answer.UserId,
                    ComponentName = WholeText.OrNull(code.Name),
                    VariantLabel = WholeText.OrNull(Cut(code.Variant, CodeNames.Longest)),
                    Language = WholeText.OrNull(code.Language),
                    Code = WholeText.Of(code.Code),
                    Prompt = WholeText.OrNull(Cut(answer.Prompt, MostOfPrompt)),
                    Ordinal = code.Ordinal,
                    CreatedAt = now,
                })
        );
        await registry.SaveChangesAsync(cancel);
    }

    private static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : text[..most];
}
