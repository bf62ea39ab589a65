using System.Security.Cryptography;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Features.Memories.Vectors;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Merging;

/// <summary>Memories that say the same.</summary>
/// <param name="Keep">The one that stays: the one that is used most, then the newest.</param>
/// <param name="Merge">Those that it takes the place of.</param>
public sealed record DuplicateGroup(MemoryRow Keep, IReadOnlyList<MemoryRow> Merge);

/// <summary>What would be merged.</summary>
/// <param name="Stamp">Changes with any of these memories: what is applied is what was shown.</param>
/// <param name="Compared">How many memories were compared, the newest first.</param>
/// <param name="ByMeaning">How many of them were compared by their meaning too, as an embedding model has read them.</param>
public sealed record DuplicatesPreview(string Stamp, IReadOnlyList<DuplicateGroup> Groups, int Compared, int ByMeaning)
{
    public int Merged => Groups.Sum(group => group.Merge.Count);
}

/// <summary>Which of the shown duplicates are to be merged.</summary>
public sealed class DuplicatesForm
{
    /// <summary>The stamp of the preview.</summary>
    [System.ComponentModel.DataAnnotations.Required(ErrorMessage = "Enter the stamp of the preview that you have seen.")]
    [TextLimit(64)]
    public string? Stamp { get; set; }

    /// <summary>The ids of the memories that stay, of the groups that are merged; null for all groups.</summary>
    [TextLimit(36)]
    public IReadOnlyList<Guid>? Only { get; set; }
}

/// <summary>Finds the caller's memories that say the same in other words, and merges what was shown.</summary>
public sealed class MemoryDuplicates(
    IDbContextFactory<RegistryDbContext> registries,
    MemoryAccess access,
    MemoryReader reader,
    Signal<MemoriesChanged> changes,
    TimeProvider clock
)
{
    private const int MostCompared = 2_000;
    private const double Again = 0.25;

    public async Task<Outcome<DuplicatesPreview>> PreviewAsync(CancellationToken cancel)
    {
        if (await access.RefuseAsync<DuplicatesPreview>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return new Outcome<DuplicatesPreview>.Ok(await PreviewAsync(registry, cancel));
    }

    /// <summary>Merges what was shown; where any of it has changed since, nothing.</summary>
    public async Task<Outcome<DuplicatesPreview>> ApplyAsync(DuplicatesForm form, CancellationToken cancel)
    {
        if (await access.RefuseAsync<DuplicatesPreview>() is { } mayNot)
        {
            return mayNot;
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<DuplicatesPreview>.Invalid(reasons);
        }

        // Compared before the transaction, which only sees to it that nothing of it has changed: comparing takes a while.
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = await PreviewAsync(registry, cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if (now.Stamp != form.Stamp || !await IsAsShownAsync(registry, now, cancel))
        {
            return new Outcome<DuplicatesPreview>.Conflict(await PreviewAsync(registry, cancel));
        }

        if (form.Only?.FirstOrDefault(id => now.Groups.All(group => group.Keep.Id != id)) is { } unknown && unknown != Guid.Empty)
        {
            return new Outcome<DuplicatesPreview>.Invalid(nameof(form.Only), $"{unknown} is none of the memories that stay.");
        }

        List<DuplicateGroup> merged = [.. now.Groups.Where(group => form.Only?.Contains(group.Keep.Id) != false)];
        foreach (var group in merged)
        {
            await MergeAsync(registry, group, cancel);
        }

        await transaction.CommitAsync(cancel);
        changes.Publish(new(access.Owner!));
        return new Outcome<DuplicatesPreview>.Ok(now with { Groups = merged });
    }

    private async Task<DuplicatesPreview> PreviewAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var rows = await reader.RowsAsync(
            registry,
            access
                .Own(registry)
                .AsNoTracking()
                .Where(m => m.Status == MemoryStatus.Active && m.Scope != MemoryScope.Shared && m.MemoryType != MemoryKind.Summary)
                .OrderByDescending(m => m.UpdatedAt)
                .ThenBy(m => m.Id)
                .Take(MostCompared),
            cancel
        );
        var words = rows.Select(row => MemoryWords.Of(row.Content)).ToList();
        var meanings = await MemoryMeanings.ReadAsync(registry, [.. rows.Select(row => (row.Id, MemoryWords.KeyOf(row.Content)))], cancel);
        List<DuplicateGroup> groups =
        [
            .. Groups(rows, words, meanings)
                .Select(group => group.OrderByDescending(row => row.UseCount).ThenByDescending(row => row.UpdatedAt).ThenBy(row => row.Id))
                .Select(group => new DuplicateGroup(group.First(), [.. group.Skip(1)]))
                .OrderByDescending(group => group.Merge.Count)
                .ThenBy(group => group.Keep.Id),
        ];
        return new(StampOf(groups), groups, rows.Count, meanings.Count);
    }

    /// <summary>Each with those that are alike to its first one; a chain of likenesses would end with things that are not.</summary>
    private static IEnumerable<List<MemoryRow>> Groups(IReadOnlyList<MemoryRow> rows, List<MemoryWords> words, MemoryMeanings meanings)
    {
        var having = new Dictionary<string, List<int>>();
        for (var at = 0; at < rows.Count; at++)
        {
            foreach (var word in words[at].Said)
            {
                (having.TryGetValue(word, out var list) ? list : having[word] = []).Add(at);
            }
        }

        var isTaken = new bool[rows.Count];
        for (var at = 0; at < rows.Count; at++)
        {
            if (isTaken[at])
            {
                continue;
            }

            var alike = words[at]
                .Said.SelectMany(word => having[word])
                .Distinct()
                .Where(other => other > at && words[at].LikenessTo(words[other]) >= MemoryWords.Same)
                .Union(meanings.SameAs(at, rows.Count).Where(other => !words[at].Contradicts(words[other])))
                .Where(other => !isTaken[other] && IsSame(rows[at], rows[other]))
                .Order()
                .ToList();
            alike.ForEach(other => isTaken[other] = true);
            if (alike.Count > 0)
            {
                yield return [rows[at], .. alike.Select(other => rows[other])];
            }
        }
    }

    private static async Task<bool> IsAsShownAsync(RegistryDbContext registry, DuplicatesPreview shown, CancellationToken cancel)
    {
        var versions = shown.Groups.SelectMany(group => group.Merge.Prepend(group.Keep)).ToDictionary(row => row.Id, row => row.Version);
        foreach (var part in versions.Keys.Chunk(500))
        {
            var now = await registry
                .Memories.Where(m => part.Contains(m.Id) && m.Status == MemoryStatus.Active)
                .Select(m => new { m.Id, m.Version })
                .ToListAsync(cancel);
            if (now.Count != part.Length || now.Exists(row => versions[row.Id] != row.Version))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSame(MemoryRow one, MemoryRow other) => one.Scope == other.Scope && one.AgentId == other.AgentId;

    private static string StampOf(IEnumerable<DuplicateGroup> groups)
    {
        var text = new StringBuilder();
        foreach (var row in groups.SelectMany(group => group.Merge.Prepend(group.Keep).Append(null)))
        {
            text.Append(row is null ? "\n" : string.Create(CultureInfo.InvariantCulture, $"{row.Id}:{row.Version}:{row.Content} "));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private async Task MergeAsync(RegistryDbContext registry, DuplicateGroup group, CancellationToken cancel)
    {
        var (now, others, keep) = (clock.GetUtcNow(), group.Merge.Select(row => row.Id).ToList(), group.Keep.Id);
        var relevance = Math.Min(
            Memory.MostRelevant,
            group.Merge.Max(row => Math.Max(row.Relevance, group.Keep.Relevance)) + (Again * others.Count)
        );
        var used = group.Keep.UseCount + group.Merge.Sum(row => row.UseCount);
        await registry
            .Memories.Where(m => others.Contains(m.Id))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(m => m.Status, MemoryStatus.Superseded)
                        .SetProperty(m => m.ValidTo, now)
                        .SetProperty(m => m.SupersededBy, keep)
                        .SetProperty(m => m.UpdatedAt, now)
                        .SetProperty(m => m.Version, m => m.Version + 1),
                cancel
            );
        await registry
            .Memories.Where(m => m.Id == keep)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(m => m.RelevanceScore, relevance)
                        .SetProperty(m => m.UseCount, used)
                        .SetProperty(m => m.UpdatedAt, now)
                        .SetProperty(m => m.Version, m => m.Version + 1),
                cancel
            );
        var known = await registry.MemorySources.Where(s => s.MemoryId == keep).Select(s => s.SourceId).ToListAsync(cancel);
        registry.AddRange(others.Except(known).Select(other => new MemorySource { MemoryId = keep, SourceId = other }));
        await registry.SaveChangesAsync(cancel);
    }
}
