using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>Lists the caller's memories and those that are shared.</summary>
public sealed class MemoryReader(IDbContextFactory<RegistryDbContext> registries, MemoryAccess access)
{
    private static readonly string[] Sorts = ["updated", "created", "used", "relevance"];

    /// <summary>The newest first, unless another order is asked for.</summary>
    /// <exception cref="BadHttpRequestException">The list has no such order, or the search can't be read.</exception>
    public async Task<PageOf<MemoryRow>> ListAsync(MemoryFilter filter, PageRequest page, CancellationToken cancel)
    {
        var (words, problem) = MessageWords.Read(page.Search);
        if (problem is not null)
        {
            throw new BadQueryException("q", problem);
        }

        if (await access.RefuseAsync<MemoryRow>() is not null)
        {
            return new([], 0);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var readable = access.Readable(registry).AsNoTracking();
        if (!words.IsNone)
        {
            var having = MemoryQueries.Having(registry, words).Select(m => m.Id);
            readable = readable.Where(m => having.Contains(m.Id));
        }

        readable = readable.Where(m =>
            (filter.Kind == null || m.MemoryType == filter.Kind)
            && (filter.Scope == null || m.Scope == filter.Scope)
            && (filter.Status == null || m.Status == filter.Status)
        );
        var total = await readable.CountAsync(cancel);
        return new(await RowsAsync(registry, Sorted(readable, page).Skip(page.Skip).Take(page.Take), cancel), total);
    }

    /// <summary>Null where there is none, or where whoever asks may not see it.</summary>
    public async Task<MemoryRow?> FindAsync(Guid id, CancellationToken cancel)
    {
        if (await access.RefuseAsync<MemoryRow>() is not null)
        {
            return null;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (await RowsAsync(registry, access.Readable(registry).AsNoTracking().Where(m => m.Id == id), cancel)).SingleOrDefault();
    }

    /// <summary>How many of the caller's own wait until somebody has looked at them.</summary>
    public async Task<int> HeldAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await access.Own(registry).CountAsync(m => m.Status == MemoryStatus.Held, cancel);
    }

    /// <summary>The agents that a memory can be kept for; none for who may not see agents.</summary>
    public async Task<IReadOnlyList<(int Id, string Name)>> AgentsAsync(CancellationToken cancel)
    {
        if (!await access.MayReadRegistryAsync())
        {
            return [];
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agents = await registry.Agents.OrderBy(a => a.Name).Select(a => new { a.Id, a.Name }).Take(1000).ToListAsync(cancel);
        return [.. agents.Select(a => (a.Id, a.Name))];
    }

    internal async Task<IReadOnlyList<MemoryRow>> RowsAsync(
        RegistryDbContext registry,
        IQueryable<Memory> memories,
        CancellationToken cancel
    )
    {
        var (owner, seesAgents) = (access.Owner, await access.MayReadRegistryAsync());
        return await memories
            .Select(m => new MemoryRow(
                m.Id,
                m.MemoryType,
                m.Scope,
                m.Status,
                m.Content,
                m.AgentId,
                seesAgents ? registry.Agents.Where(a => a.Id == m.AgentId).Select(a => a.Name).FirstOrDefault() : null,
                m.HeldBecause,
                Memory.RelevanceOf(m.RelevanceScore),
                m.UseCount,
                m.CreatedAt,
                m.UpdatedAt,
                m.LastAccessed,
                m.ValidFrom,
                m.ValidTo,
                m.SupersededBy,
                m.UserId == owner ? m.SourceConversationId : null,
                m.UserId == owner ? m.SourceMessageId : null,
                m.ExtractedBy,
                m.PromptVersion,
                m.UserId == owner,
                m.Version
            ))
            .ToListAsync(cancel);
    }

    private static IQueryable<Memory> Sorted(IQueryable<Memory> rows, PageRequest page) =>
        page.Sort switch
        {
            null or "" => rows.OrderByDescending(m => m.UpdatedAt).ThenBy(m => m.Id),
            "updated" => page.Descending
                ? rows.OrderByDescending(m => m.UpdatedAt).ThenBy(m => m.Id)
                : rows.OrderBy(m => m.UpdatedAt).ThenBy(m => m.Id),
            "created" => page.Descending
                ? rows.OrderByDescending(m => m.CreatedAt).ThenBy(m => m.Id)
                : rows.OrderBy(m => m.CreatedAt).ThenBy(m => m.Id),
            "used" => page.Descending
                ? rows.OrderByDescending(m => m.UseCount).ThenBy(m => m.Id)
                : rows.OrderBy(m => m.UseCount).ThenBy(m => m.Id),
            "relevance" => page.Descending
                ? rows.OrderByDescending(m => m.RelevanceScore).ThenBy(m => m.Id)
                : rows.OrderBy(m => m.RelevanceScore).ThenBy(m => m.Id),
            var other => throw BadQueryException.Sort(other, Sorts),
        };
}
