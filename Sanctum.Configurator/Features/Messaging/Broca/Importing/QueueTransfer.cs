using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>
/// Brings the queue in batches. What was not finished is failed here, and nothing is sent by itself. An entry that is here already and that
/// nobody has touched since follows what became of it in Broca.
/// </summary>
internal sealed class QueueTransfer(
    RegistryDbContext registry,
    BrocaTarget target,
    MessageTransfer messages,
    BroughtBefore before,
    TableComparison compared,
    CancellationToken cancel
)
{
    private const string Table = "queue";
    private const string Before = "queue:before";

    private readonly List<AsideRow> _updated = [];
    private readonly JsonRows _columns = new(
        registry,
        ("letta_user_id", "integer"),
        ("message_id", "integer"),
        ("status", "text"),
        ("attempt_count", "integer"),
        ("timestamp", "timestamptz"),
        ("agent_id", "integer"),
        ("platform", "text"),
        ("failure", "text"),
        ("cause", "text"),
        ("import_id", "integer"),
        ("source_key", "text")
    );
    private readonly JsonRows _states = new(
        registry,
        ("id", "integer"),
        ("status", "text"),
        ("attempt_count", "integer"),
        ("failure", "text"),
        ("cause", "text")
    );

    public IdRanges Brought { get; } = new();

    public async Task TakeAsync(SourceEntry[] batch)
    {
        var keys = batch.Select(entry => target.KeyOf(Table, entry.Id)).ToArray();
        var here = await ReadAsync(keys);
        var touched = await TouchedAsync(here);
        var (made, changed) = (new List<object>(), new List<object>());
        foreach (var (entry, key) in batch.Zip(keys))
        {
            if (here.TryGetValue(key, out var known))
            {
                compared.Report.Known++;
                Update(entry, known, touched, changed);
            }
            else if (before.HasEntry(entry.Id) || messages.Here(entry.MessageId) is not { } message)
            {
                compared.Report.Gone++;
            }
            else
            {
                compared.Report.New++;
                Brought.Add(entry.Id);
                made.Add(NewOf(entry, key, message.Id, message.Person, message.Platform));
            }
        }

        await WriteAsync(made, changed);
        if (!target.IsPreview)
        {
            Compare(batch, keys, made.Count + changed.Count > 0 ? await ReadAsync(keys) : here);
        }
    }

    /// <summary>Keeps what states there were before, for an undo.</summary>
    public Task KeepBeforeAsync(KeptAsideRows asides) => asides.WriteAsync(_updated);

    private async Task<Dictionary<string, QueueEntry>> ReadAsync(string[] keys) =>
        await registry
            .Queue.AsNoTracking()
            .Where(e => EF.Parameter(keys).Contains(e.SourceKey))
            .ToDictionaryAsync(e => e.SourceKey!, cancel);

    /// <summary>Entries that were attempted here, or that an operator did something with.</summary>
    private async Task<HashSet<int>> TouchedAsync(Dictionary<string, QueueEntry> here)
    {
        var ids = here.Values.Select(entry => entry.Id).ToArray();
        return ids.Length == 0
            ? []
            :
            [
                .. await registry
                    .Queue.Where(e =>
                        EF.Parameter(ids).Contains(e.Id)
                        && (registry.QueueAttempts.Any(a => a.QueueId == e.Id) || registry.QueueActRows.Any(a => a.QueueId == e.Id))
                    )
                    .Select(e => e.Id)
                    .ToListAsync(cancel),
            ];
    }

    private void Update(SourceEntry entry, QueueEntry known, HashSet<int> touched, List<object> changed)
    {
        var isSame = known.Status == entry.Status && known.AttemptCount == entry.Attempts && known.Failure == entry.Failure;
        if (isSame || touched.Contains(known.Id) || known.Cause is not (BrocaSource.Unfinished or BrocaSource.Failed))
        {
            return;
        }

        compared.Report.Updated++;
        changed.Add(
            new
            {
                id = known.Id,
                status = EnumText<QueueStatus>.Of(entry.Status),
                attempt_count = entry.Attempts,
                failure = entry.Failure,
                cause = entry.Cause,
            }
        );
        _updated.Add(
            new(
                Before,
                entry.Id.ToString(CultureInfo.InvariantCulture),
                ImportUndo.Before(
                    known.Id,
                    new BeforeEntry(EnumText<QueueStatus>.Of(known.Status), known.AttemptCount, known.Failure, known.Cause),
                    new BeforeEntry(EnumText<QueueStatus>.Of(entry.Status), entry.Attempts, entry.Failure, entry.Cause)
                ),
                "It went on in Broca after an earlier import."
            )
        );
    }

    private object NewOf(SourceEntry entry, string key, int message, int? person, string? platform) =>
        new
        {
            letta_user_id = person,
            message_id = message,
            status = EnumText<QueueStatus>.Of(entry.Status),
            attempt_count = entry.Attempts,
            timestamp = _columns.Time(entry.Timestamp),
            agent_id = target.AgentId,
            platform,
            failure = entry.Failure,
            cause = entry.Cause,
            import_id = target.ImportId,
            source_key = key,
        };

    private async Task WriteAsync(List<object> made, List<object> changed)
    {
        if (!target.IsPreview)
        {
            await _columns.InsertAsync("queue", made, cancel);
            await _states.UpdateAsync("queue", changed, cancel);
        }
    }

    private void Compare(SourceEntry[] batch, string[] keys, Dictionary<string, QueueEntry> here)
    {
        foreach (var (entry, key) in batch.Zip(keys))
        {
            if (!here.TryGetValue(key, out var now))
            {
                continue;
            }

            compared.Compare(
                key,
                [
                    ("id", entry.Id),
                    ("letta_user_id", messages.Here(entry.MessageId)?.Person),
                    ("message_id", messages.Here(entry.MessageId)?.Id),
                    ("status", EnumText<QueueStatus>.Of(entry.Status)),
                    ("attempt_count", entry.Attempts),
                    ("timestamp", entry.Timestamp),
                ],
                [
                    ("id", entry.Id),
                    ("letta_user_id", now.LettaUserId),
                    ("message_id", now.MessageId),
                    ("status", EnumText<QueueStatus>.Of(now.Status)),
                    ("attempt_count", now.AttemptCount),
                    ("timestamp", now.Timestamp),
                ]
            );
        }
    }
}
