using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Platform.Files;

namespace Sanctum.Configurator.Features.Messaging.Broca.Instances;

/// <summary>The queue of a Broca as it stands.</summary>
/// <param name="Counts">By Broca's own words.</param>
/// <param name="Stuck">In processing for longer than five minutes.</param>
/// <param name="Growing">Attempted more than twenty times, and not done.</param>
/// <param name="Open">The first that are not done.</param>
public sealed record BrocaQueueState(
    IReadOnlyDictionary<string, int> Counts,
    int Stuck,
    int Growing,
    int MostAttempts,
    IReadOnlyList<BrocaQueueRow> Open
);

/// <summary>An entry that is not done.</summary>
public sealed record BrocaQueueRow(int Id, string Status, int Attempts, DateTimeOffset? Timestamp, bool IsStuck, string Text);

/// <summary>
/// Reads and changes the queue in a running Broca's database: short statements that wait for its locks, and no transaction that it would
/// have to wait for.
/// </summary>
internal static class BrocaQueueReader
{
    public const int MostOpen = 100;

    private const int Patience = 2_000;
    private const int LongestText = 80;
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(5);
    private static readonly string[] Finished = ["completed", "done", "flushed"];

    /// <exception cref="BrocaFileException">It can't be read.</exception>
    public static (BrocaQueueState Queue, string Shape) Read(string folder, OperatorFiles files, DateTimeOffset now)
    {
        using var found = Find(folder, files);
        using var database = BrocaDatabase.OpenLive(found.Place, Patience);
        var shape = BrocaShape.Of(database);
        if (shape.Queue is null)
        {
            return (new(new Dictionary<string, int>(), 0, 0, 0, []), shape.Title);
        }

        var counts = new Dictionary<string, int>();
        foreach (var row in database.Rows("SELECT lower(coalesce(status, '')), count(*) FROM queue GROUP BY 1 LIMIT 50"))
        {
            counts[row[0]!] = int.Parse(row[1]!, CultureInfo.InvariantCulture);
        }

        var open = OpenRows(database, shape, now);
        return (new(counts, open.Stuck, open.Growing, open.Most, open.Rows), shape.Title);
    }

    /// <summary>Gives entries another status, where they have one of these now.</summary>
    /// <returns>How many it changed.</returns>
    /// <exception cref="BrocaFileException">It can't be written.</exception>
    public static int Set(string folder, OperatorFiles files, IReadOnlyList<int> ids, string status, IReadOnlyList<string> from)
    {
        using var found = Find(folder, files);
        using var database = BrocaDatabase.OpenLive(found.Place, Patience, isWriting: true);
        _ = BrocaShape.Of(database).Queue ?? throw new BrocaFileException("This Broca has no queue.");
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            var changed = 0;
            foreach (var id in ids)
            {
                var words = string.Join(", ", from.Select((_, at) => $"?{at + 3}"));
                _ = database
                    .Rows($"UPDATE queue SET status = ?1 WHERE id = ?2 AND lower(status) IN ({words})", [status, id, .. from])
                    .Count();
                changed += database.Changes;
            }

            database.Execute("COMMIT");
            return changed;
        }
        catch
        {
            database.Execute("ROLLBACK");
            throw;
        }
    }

    private static (int Stuck, int Growing, int Most, List<BrocaQueueRow> Rows) OpenRows(
        BrocaDatabase database,
        BrocaShape shape,
        DateTimeOffset now
    )
    {
        var time = shape.Queue!.Has("timestamp") ? "q.timestamp" : "m.timestamp";
        var sql =
            $"SELECT q.id, lower(coalesce(q.status, '')), q.{shape.AttemptsColumn}, {time}, substr(m.message, 1, {LongestText}) FROM queue q LEFT JOIN messages m ON m.id = q.message_id "
            + $"WHERE lower(coalesce(q.status, '')) NOT IN ({string.Join(", ", Finished.Select(word => $"'{word}'"))}) ORDER BY q.id LIMIT 100000";
        var (stuck, growing, most, rows) = (0, 0, 0, new List<BrocaQueueRow>());
        foreach (var row in database.Rows(sql))
        {
            _ = int.TryParse(row[0], CultureInfo.InvariantCulture, out var id);
            _ = int.TryParse(row[2], CultureInfo.InvariantCulture, out var attempts);
            var at = BrocaTime.Find(row[3]);
            var isStuck = row[1] == "processing" && (at is null || now - at > StuckAfter);
            (stuck, growing, most) = (
                stuck + (isStuck ? 1 : 0),
                growing + (attempts > Importing.BrocaSource.ManyAttempts ? 1 : 0),
                Math.Max(most, attempts)
            );
            if (rows.Count < MostOpen)
            {
                rows.Add(new(id, row[1]!, attempts, at, isStuck, StorableText.Of(row[4])));
            }
        }

        return (stuck, growing, most, rows);
    }

    private static FoundFile Find(string folder, OperatorFiles files)
    {
        try
        {
            return files.Find(Path.Join(folder, BrocaFolderWalk.Database)) is { Facts.IsRegular: true } found
                ? found
                : throw new BrocaFileException("sanctum.db is gone from the folder.");
        }
        catch (Exception e) when (e is PathRefusedException or UnauthorizedAccessException)
        {
            throw new BrocaFileException($"sanctum.db can't be opened. {e.Message}");
        }
    }
}
