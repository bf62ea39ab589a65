using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Puts entries back as they were before an act, where nothing has happened to them since.</summary>
internal static class QueueActUndo
{
    private static readonly string UnderWay = EnumText<QueueStatus>.Of(QueueStatus.Processing);

    /// <returns>How many had gone on already.</returns>
    public static async Task<int> RunAsync(RegistryDbContext registry, QueueAct act, CancellationToken cancel)
    {
        var isNow = act.Kind switch
        {
            QueueActKind.Retry or QueueActKind.Edit => QueueStatus.Pending,
            QueueActKind.Cancel => QueueStatus.Cancelled,
            QueueActKind.Flush => QueueStatus.Flushed,
            _ => (QueueStatus?)null,
        };
        var rows = await registry
            .QueueActRows.AsNoTracking()
            .Where(r => r.ActId == act.Id)
            .OrderBy(r => r.QueueId)
            .Take(act.Finished)
            .ToListAsync(cancel);
        var given = new JsonRows(
            registry,
            ("entry", "int"),
            ("word", "text"),
            ("agent", "int"),
            ("said", "int"),
            ("now_word", "text"),
            ("acted", "timestamptz")
        );
        var back = 0;
        foreach (var some in rows.Chunk(5000))
        {
            // What has been begun since then goes on.
            back += await given.ExecuteAsync(
                """
                UPDATE queue SET status = word, agent_id = agent, message_id = said, not_before = NULL,
                    failure = CASE word WHEN 'pending' THEN NULL ELSE failure END, ended_at = CASE word WHEN 'pending' THEN NULL ELSE COALESCE(ended_at, acted) END
                FROM given WHERE id = entry AND status || '' = now_word AND (started_at IS NULL OR started_at <= acted OR now_word <> 'pending')
                """,
                some.Select(r => new
                {
                    entry = r.QueueId,

                    // Nobody answers it any more: it is looked up at Letta, and given again.
                    word = r.Status == UnderWay ? EnumText<QueueStatus>.Of(QueueStatus.Pending) : r.Status,
                    agent = r.AgentId,
                    said = r.MessageId,
                    now_word = isNow is { } status ? EnumText<QueueStatus>.Of(status) : r.Status,
                    acted = given.Time(act.At),
                }),
                cancel
            );
        }

        return rows.Count - back;
    }
}
