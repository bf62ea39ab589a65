using System.Security.Cryptography;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>A message as it was before an import gave it Broca's newer answer.</summary>
internal sealed record BeforeMessage(bool HadAnswer, bool Processed);

/// <summary>A queue entry as it was, or as an import made it.</summary>
internal sealed record BeforeEntry(string Status, int Attempts, string? Failure, string? Cause);

/// <summary>
/// Takes away exactly what an import brought, in the caller's transaction. What was used since stays, and what it hangs on: entries that
/// were retried, messages that somebody noted something about, people who wrote again, were merged or changed.
/// </summary>
internal sealed class ImportUndo(RegistryDbContext registry, int import, CancellationToken cancel)
{
    private const int Batch = 500;

    public async Task<BrocaUndone> RunAsync()
    {
        var before = await CountAsync();
        var restored = await RestoreAsync();
        await registry.BrocaOrphans.Where(o => o.ImportId == import).ExecuteDeleteAsync(cancel);
        await Entries().ExecuteDeleteAsync(cancel);
        await Messages().ExecuteDeleteAsync(cancel);
        await RemovePeopleAsync();
        var after = await CountAsync();
        return new(
            new(
                before.People - after.People,
                before.Profiles - after.Profiles,
                before.Messages - after.Messages,
                before.Queue - after.Queue
            ),
            after,
            restored
        );
    }

    /// <summary>The answer itself stays out of it: it is personal, and its hash is enough to know it again.</summary>
    internal static string Before(int id, BeforeMessage before, string? answer) =>
        JsonSerializer.Serialize(new Kept<BeforeMessage>(id, before, null, HashOf(answer)), ApiJson.Options);

    internal static string Before(int id, BeforeEntry before, BeforeEntry after) =>
        JsonSerializer.Serialize(new Kept<BeforeEntry>(id, before, after, null), ApiJson.Options);

    private async Task<BrocaRows> CountAsync() =>
        new(
            await registry.LettaUsers.CountAsync(u => u.ImportId == import, cancel),
            await registry.PlatformProfiles.CountAsync(p => p.ImportId == import, cancel),
            await registry.Messages.CountAsync(m => m.ImportId == import, cancel),
            await registry.Queue.CountAsync(e => e.ImportId == import, cancel)
        );

    private IQueryable<QueueEntry> Entries() =>
        registry.Queue.Where(e =>
            e.ImportId == import
            && (e.Status == QueueStatus.Done || e.Status == QueueStatus.Failed || e.Status == QueueStatus.Flushed)
            && !registry.QueueAttempts.Any(a => a.QueueId == e.Id)
            && !registry.QueueActRows.Any(a => a.QueueId == e.Id)
            && !registry.Outbox.Any(o => o.QueueId == e.Id)
            && !registry.Queue.Any(other => other.TurnId == e.Id)
        );

    private IQueryable<Message> Messages() =>
        registry.Messages.Where(m =>
            m.ImportId == import
            && m.Note == null
            && !registry.Queue.Any(e => e.MessageId == m.Id)
            && !registry.Outbox.Any(o => o.MessageId == m.Id)
            && !registry.Messages.Any(other => other.EditedFrom == m.Id)
        );

    private IQueryable<LettaUser> People() =>
        registry.LettaUsers.Where(u =>
            u.ImportId == import
            && u.Version == 1
            && u.UserId == null
            && u.HoldReason == null
            && u.MergedInto == null
            && !registry.LettaUsers.Any(other => other.MergedInto == u.Id)
            && !registry.PersonMerges.Any(m => m.SurvivorId == u.Id || m.MergedId == u.Id)
            && !registry.Messages.Any(m => m.LettaUserId == u.Id)
            && !registry.Queue.Any(e => e.LettaUserId == u.Id)
            && !registry.Outbox.Any(o => o.LettaUserId == u.Id)
            && !registry.PlatformProfiles.Any(p =>
                p.LettaUserId == u.Id && (p.ImportId != import || p.Version != 1 || registry.Messages.Any(m => m.PlatformProfileId == p.Id))
            )
        );

    /// <summary>By the context, so that the history has it. A profile of a person who stays and was brought too stays with them.</summary>
    private async Task RemovePeopleAsync()
    {
        var people = await People().Select(u => u.Id).ToListAsync(cancel);
        var gone = people.ToHashSet();
        var profiles = await registry
            .PlatformProfiles.Where(p => p.ImportId == import && p.Version == 1 && !registry.Messages.Any(m => m.PlatformProfileId == p.Id))
            .Select(p => new
            {
                p.Id,
                p.LettaUserId,
                IsOfAnother = !registry.LettaUsers.Any(u => u.Id == p.LettaUserId && u.ImportId == import),
            })
            .ToListAsync(cancel);
        var removed = profiles.Where(p => p.IsOfAnother || gone.Contains(p.LettaUserId!.Value)).Select(p => p.Id);
        foreach (var ids in removed.Chunk(Batch))
        {
            registry.RemoveRange(await registry.PlatformProfiles.Where(p => EF.Parameter(ids).Contains(p.Id)).ToListAsync(cancel));
            await registry.SaveChangesAsync(cancel);
            registry.ChangeTracker.Clear();
        }

        foreach (var ids in people.Chunk(Batch))
        {
            registry.RemoveRange(await registry.LettaUsers.Where(u => EF.Parameter(ids).Contains(u.Id)).ToListAsync(cancel));
            await registry.SaveChangesAsync(cancel);
            registry.ChangeTracker.Clear();
        }
    }

    /// <summary>Gives rows of earlier imports back what they had, where they are still as this import left them.</summary>
    private async Task<int> RestoreAsync()
    {
        var kept = await registry
            .BrocaOrphans.AsNoTracking()
            .Where(o => o.ImportId == import && (o.SourceTable == "messages:before" || o.SourceTable == "queue:before"))
            .Select(o => new { o.SourceTable, o.Row })
            .ToListAsync(cancel);
        var restored = 0;
        foreach (var row in kept)
        {
            restored += row.SourceTable == "messages:before" ? await RestoreMessageAsync(row.Row!) : await RestoreEntryAsync(row.Row!);
        }

        await registry.SaveChangesAsync(cancel);
        registry.ChangeTracker.Clear();
        return restored;
    }

    private async Task<int> RestoreMessageAsync(string row)
    {
        var kept = JsonSerializer.Deserialize<Kept<BeforeMessage>>(row, ApiJson.Options)!;
        if (await registry.Messages.FindAsync([kept.Id], cancel) is not { } message || HashOf(message.AgentResponse) != kept.Hash)
        {
            return 0;
        }

        message.AgentResponse = kept.Before.HadAnswer ? message.AgentResponse : null;
        message.Processed = kept.Before.Processed;
        return 1;
    }

    private async Task<int> RestoreEntryAsync(string row)
    {
        var kept = JsonSerializer.Deserialize<Kept<BeforeEntry>>(row, ApiJson.Options)!;
        if (
            await registry.Queue.FindAsync([kept.Id], cancel) is not { } entry
            || new BeforeEntry(EnumText<QueueStatus>.Of(entry.Status), entry.AttemptCount, entry.Failure, entry.Cause) != kept.After
            || await registry.QueueAttempts.AnyAsync(a => a.QueueId == kept.Id, cancel)
        )
        {
            return 0;
        }

        (entry.Status, entry.AttemptCount) = (EnumText<QueueStatus>.Parse(kept.Before.Status), kept.Before.Attempts);
        (entry.Failure, entry.Cause) = (kept.Before.Failure, kept.Before.Cause);
        return 1;
    }

    private static string HashOf(string? text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? "")));

    /// <param name="Hash">Of the answer that the import wrote.</param>
    private sealed record Kept<T>(int Id, T Before, T? After, string? Hash);
}
