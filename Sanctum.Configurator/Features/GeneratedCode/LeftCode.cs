using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>A block whose conversation is gone.</summary>
internal sealed record LeftBlock(Guid Id, int Ordinal, int Length);

/// <summary>Blocks whose conversations are gone, by which those that come again are known.</summary>
public sealed class LeftCode
{
    private readonly List<LeftBlock> _blocks;

    internal LeftCode(List<LeftBlock> blocks) => _blocks = blocks;

    /// <summary>
    /// Links what is kept of these already to its message again, in the caller's transaction, in which the message has been written.
    /// </summary>
    /// <returns>The blocks that are new.</returns>
    public async Task<IReadOnlyList<CodeBlock>> LinkAsync(
        RegistryDbContext registry,
        IReadOnlyList<CodeBlock> blocks,
        CancellationToken cancel
    )
    {
        List<CodeBlock> added = [];
        foreach (var block in blocks)
        {
            if (await FindAsync(registry, block, cancel) is not { } known)
            {
                added.Add(block);
                continue;
            }

            _blocks.Remove(known);
            await registry
                .CodeBlocks.Where(c => c.Id == known.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.ConversationId, block.ConversationId).SetProperty(c => c.MessageId, block.MessageId),
                    cancel
                );
        }

        return added;
    }

    private async Task<LeftBlock?> FindAsync(RegistryDbContext registry, CodeBlock block, CancellationToken cancel)
    {
        foreach (var alike in _blocks.Where(left => left.Ordinal == block.Ordinal && left.Length == block.Code.Length).ToList())
        {
            var kept = await registry
                .CodeBlocks.Where(c => c.Id == alike.Id && c.MessageId == null)
                .Select(c => new { c.Code, c.Prompt })
                .SingleOrDefaultAsync(cancel);
            if (kept is not null && kept.Code == block.Code && kept.Prompt == block.Prompt)
            {
                return alike;
            }
        }

        return null;
    }
}
