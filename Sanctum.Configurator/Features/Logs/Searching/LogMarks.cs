using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>When somebody changed the registry, to be seen beside what was logged then.</summary>
public sealed class LogMarks(IDbContextFactory<RegistryDbContext> registries)
{
    private const int Most = 40;

    private static readonly string[] Ordinary = ["user_sessions", "users", "api_keys", "connection_checks", "notifications"];

    /// <summary>The newest changes within the time; those of one person, table and minute are one mark.</summary>
    public async Task<IReadOnlyList<TimeMark>> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var changes = await registry
            .Changes.Where(change => change.ChangedAt >= from && change.ChangedAt < to && !Ordinary.Contains(change.TableName))
            .OrderByDescending(change => change.Id)
            .Take(Most * 10)
            .Select(change => new
            {
                change.ChangedAt,
                change.Actor,
                change.TableName,
            })
            .ToListAsync(cancel);
        var marks =
            from change in changes
            group change by (change.Actor, change.TableName, Minute: change.ChangedAt.ToUnixTimeSeconds() / 60) into same
            let at = DateTimeOffset.FromUnixTimeSeconds(same.Key.Minute * 60)
            select new TimeMark(
                at,
                $"{same.Key.Actor} changed {same.Key.TableName}{(same.Count() > 1 ? $" {same.Count()} times" : "")} at {at:yyyy-MM-dd HH:mm} UTC",
                $"{Urls.History}?table={same.Key.TableName}&from={at:yyyy-MM-ddTHH:mm}&to={at.AddMinutes(1):yyyy-MM-ddTHH:mm}"
            );
        return [.. marks.Take(Most)];
    }
}
