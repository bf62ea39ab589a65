using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>What is remembered of a user. What is shared is everybody's, and stays.</summary>
internal sealed class MemoryBelongings(Signal<MemoriesChanged> changes, TimeProvider clock) : IUserBelongings
{
    public async Task<IReadOnlyList<string>> CountAsync(RegistryDbContext registry, string owner, CancellationToken cancel) =>
        await Own(registry, owner).CountAsync(cancel) is > 0 and var count
            ? [string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? "memory" : "memories")}")]
            : [];

    public async Task<IReadOnlyList<LeftBelongings>> LeftAsync(
        RegistryDbContext registry,
        IReadOnlyList<string> users,
        CancellationToken cancel
    ) =>
        await registry
            .Memories.Where(m => m.Scope != MemoryScope.Shared && !users.Contains(m.UserId))
            .GroupBy(m => m.UserId)
            .Select(same => new LeftBelongings(same.Key, BelongingKind.Memory, same.Count(), same.Max(m => m.UpdatedAt)))
            .ToListAsync(cancel);

    /// <summary>With what was forgotten, which is not remembered again for the next one either.</summary>
    public async Task GiveAsync(RegistryDbContext registry, string owner, string next, CancellationToken cancel)
    {
        await registry
            .Memories.Where(m => m.UserId == owner)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.UserId, next).SetProperty(m => m.Version, m => m.Version + 1), cancel);
        var forgotten = registry.MemoryTombstones.Where(t => t.UserId == next).Select(t => t.ContentKey);
        await registry.MemoryTombstones.Where(t => t.UserId == owner && forgotten.Contains(t.ContentKey)).ExecuteDeleteAsync(cancel);
        await registry
            .MemoryTombstones.Where(t => t.UserId == owner)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.UserId, next), cancel);
    }

    /// <summary>Without a trace of what was forgotten.</summary>
    public async Task DeleteAsync(RegistryDbContext registry, string owner, CancellationToken cancel)
    {
        var ids = await Own(registry, owner).Select(m => m.Id).ToListAsync(cancel);
        await MemoryForgetting.ForgetAsync(registry, ids, leavesTombstones: false, clock.GetUtcNow(), cancel);
        await registry.MemoryTombstones.Where(t => t.UserId == owner).ExecuteDeleteAsync(cancel);
    }

    public void Tell(string owner) => changes.Publish(new(owner));

    public async Task WriteAsync(RegistryDbContext registry, string owner, Utf8JsonWriter json, CancellationToken cancel)
    {
        json.WriteStartArray("memories");
        var rows = Own(registry, owner)
            .AsNoTracking()
            .OrderBy(m => m.Id)
            .Select(m => new
            {
                m.Id,
                Kind = m.MemoryType,
                m.Scope,
                m.Status,
                m.Content,
                m.ValidFrom,
                m.ValidTo,
                m.CreatedAt,
                m.ExtractedBy,
            });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel))
        {
            json.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(row with { Content = WholeText.Of(row.Content) }, ApiJson.Options));
            await json.FlushAsync(cancel);
        }

        json.WriteEndArray();
    }

    private static IQueryable<Memory> Own(RegistryDbContext registry, string owner) =>
        registry.Memories.Where(m => m.UserId == owner && m.Scope != MemoryScope.Shared);
}
