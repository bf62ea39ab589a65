using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>Whose messages wait now.</summary>
internal sealed record QueuePauses(IReadOnlyList<int> Agents, IReadOnlyList<string> Platforms, IReadOnlyList<int> People)
{
    public static async Task<QueuePauses> InForceAsync(RegistryDbContext registry, DateTimeOffset now, CancellationToken cancel)
    {
        var pauses = await registry
            .QueuePauses.AsNoTracking()
            .Where(p => p.Until == null || p.Until > now)
            .Select(p => new { p.Scope, p.Subject })
            .ToListAsync(cancel);
        var people = Ids(PauseScope.Person);

        // Who was merged into somebody waits with them.
        if (people.Count > 0)
        {
            people =
            [
                .. people,
                .. await registry.LettaUsers.Where(u => people.Contains(u.MergedInto!.Value)).Select(u => u.Id).ToListAsync(cancel),
            ];
        }

        return new(Ids(PauseScope.Agent), [.. pauses.Where(p => p.Scope == PauseScope.Platform).Select(p => p.Subject)], people);

        List<int> Ids(PauseScope scope) =>
            [
                .. pauses
                    .Where(p => p.Scope == scope)
                    .Select(p => int.TryParse(p.Subject, CultureInfo.InvariantCulture, out var id) ? id : 0),
            ];
    }
}
