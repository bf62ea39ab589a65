using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Deletes all rows of some people, inside the caller's transaction.</summary>
internal static class ErasedRows
{
    /// <summary>Shorter names are parts of other words.</summary>
    private const int ShortestName = 3;

    /// <summary>What the name of a table ends in where a row of the console's own is kept as it was.</summary>
    private const string Before = ":before";

    private static readonly string[] IdKeys = ["letta_user_id", "user_id"];
    private static readonly string[] PeopleTables = ["users", "letta_users"];

    /// <returns>Rows by table.</returns>
    public static async Task<IReadOnlyDictionary<string, int>> DeleteAsync(
        RegistryDbContext registry,
        IReadOnlyList<LettaUser> people,
        CancellationToken cancel
    )
    {
        List<int> same = [.. people.Select(u => u.Id)];
        var profiles = await registry
            .PlatformProfiles.Where(p => p.LettaUserId != null && same.Contains(p.LettaUserId.Value))
            .ToListAsync(cancel);
        var rows = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var entries = PersonRows.Queue(registry, same);
        rows["queue_acts"] = await ForgetInActsAsync(registry, people, profiles, cancel);
        rows["broca_orphans"] = await DeleteOrphansAsync(registry, people, profiles, cancel);
        rows["queue_act_rows"] = await registry.QueueActRows.Where(r => entries.Any(e => e.Id == r.QueueId)).ExecuteDeleteAsync(cancel);
        rows["queue_attempts"] = await registry.QueueAttempts.Where(a => entries.Any(e => e.Id == a.QueueId)).ExecuteDeleteAsync(cancel);
        rows[Tables.Outbox] = await PersonRows.Outbox(registry, same).ExecuteDeleteAsync(cancel);
        rows[Tables.Queue] = await entries.ExecuteDeleteAsync(cancel);
        rows[Tables.Messages] = await PersonRows.Messages(registry, same).ExecuteDeleteAsync(cancel);
        List<string> subjects = [.. same.Select(id => id.ToString(CultureInfo.InvariantCulture))];
        rows[Tables.QueuePauses] = await registry
            .QueuePauses.Where(p => p.Scope == PauseScope.Person && subjects.Contains(p.Subject))
            .ExecuteDeleteAsync(cancel);
        rows["person_merges"] = await registry
            .PersonMerges.Where(m => same.Contains(m.SurvivorId) || same.Contains(m.MergedId))
            .ExecuteDeleteAsync(cancel);
        rows[Tables.PlatformProfiles] = profiles.Count;
        rows[Tables.LettaUsers] = people.Count;
        registry.RemoveRange(profiles);
        registry.RemoveRange(people);
        await registry.SaveChangesAsync(cancel);
        return rows.Where(row => row.Value > 0).ToDictionary();
    }

    /// <summary>What was chosen for an act on many entries is kept as a sentence, which may name the person.</summary>
    private static async Task<int> ForgetInActsAsync(
        RegistryDbContext registry,
        IReadOnlyList<LettaUser> people,
        IReadOnlyList<PlatformProfile> profiles,
        CancellationToken cancel
    )
    {
        var forgotten = 0;
        var names = people
            .Select(u => u.DisplayName)
            .Concat(profiles.SelectMany(p => new[] { p.DisplayName, p.Username, p.PlatformUserId }))
            .OfType<string>()
            .Where(name => name.Trim().Length >= ShortestName)
            .Distinct();
        foreach (var name in names)
        {
            forgotten += await registry
                .QueueActs.Where(a => a.Chosen.Contains(name) || (a.Message != null && a.Message.Contains(name)))
                .ExecuteUpdateAsync(
                    act => act.SetProperty(a => a.Chosen, "Messages of somebody who was erased").SetProperty(a => a.Message, (string?)null),
                    cancel
                );
        }

        return forgotten;
    }

    /// <summary>
    /// Rows of an import that belonged to nobody any more, and yet say by a number who wrote them: that of the person there, or of Telegram.
    /// </summary>
    private static async Task<int> DeleteOrphansAsync(
        RegistryDbContext registry,
        IReadOnlyList<LettaUser> people,
        IReadOnlyList<PlatformProfile> profiles,
        CancellationToken cancel
    )
    {
        List<int> imports = [.. people.Select(u => u.ImportId).Concat(profiles.Select(p => p.ImportId)).OfType<int>().Distinct()];
        var sources = registry.BrocaImports.Where(i => imports.Contains(i.Id)).Select(i => i.Source);
        var ids = people
            .Select(u => u.SourceKey)
            .OfType<string>()
            .Select(key => key[(key.LastIndexOfAny([':', '/', '#']) + 1)..])
            .Concat(profiles.Select(p => p.PlatformUserId))
            .ToHashSet();
        var orphans = await registry
            .BrocaOrphans.Where(o => registry.BrocaImports.Any(i => i.Id == o.ImportId && sources.Contains(i.Source)))
            .ToListAsync(cancel);
        List<int> same = [.. people.Select(u => u.Id)];
        var messages = await ChangedAsync(
            PersonRows.Messages(registry, same).Select(m => m.Id),
            orphans,
            $"{Tables.Messages}{Before}",
            cancel
        );
        var entries = await ChangedAsync(PersonRows.Queue(registry, same).Select(e => e.Id), orphans, $"{Tables.Queue}{Before}", cancel);
        List<BrocaOrphan> theirs = [.. orphans.Where(orphan => IsOf(orphan, ids)).Union(messages).Union(entries)];
        registry.RemoveRange(theirs);
        return theirs.Count;
    }

    /// <summary>What rows of theirs were before a later import changed them, which the undo of that import needs.</summary>
    private static async Task<IReadOnlyList<BrocaOrphan>> ChangedAsync(
        IQueryable<int> rows,
        IReadOnlyList<BrocaOrphan> orphans,
        string table,
        CancellationToken cancel
    )
    {
        var changed = orphans.Where(orphan => orphan.SourceTable == table).Select(orphan => (Orphan: orphan, Id: IdIn(orphan))).ToList();
        if (changed.Count == 0)
        {
            return [];
        }

        var theirs = (await rows.ToListAsync(cancel)).ToHashSet();
        return [.. changed.Where(each => each.Id is { } id && theirs.Contains(id)).Select(each => each.Orphan)];
    }

    private static int? IdIn(BrocaOrphan orphan) =>
        JsonText.FindObject(orphan.Row)?["id"] is JsonValue value && value.TryGetValue<int>(out var id) ? id : null;

    private static bool IsOf(BrocaOrphan orphan, HashSet<string> ids) =>
        !orphan.SourceTable.EndsWith(Before, StringComparison.Ordinal)
        && JsonText.FindObject(orphan.Row) is { } row
        && IdKeys
            .Concat(PeopleTables.Contains(orphan.SourceTable) ? ["id"] : [])
            .Any(key => row[key] is JsonValue id && ids.Contains(id.ToString()));
}
