using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Connections;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>Reads the Letta server's state out of the settings and the newest check, whichever console made it.</summary>
internal sealed class LettaStateReader(
    IDbContextFactory<RegistryDbContext> registries,
    LettaTargets targets,
    FoundKinds kinds,
    LettaState state
)
{
    private static readonly Dictionary<string, LettaVerdict> Verdicts = Enum.GetValues<LettaVerdict>().ToDictionary(v => v.Text());

    /// <summary>Brings this process's state up to date.</summary>
    public async Task<LettaStatus> RefreshAsync(CancellationToken cancel)
    {
        var status = await ReadAsync(state.Current, cancel);
        state.Set(status);
        return status;
    }

    private async Task<LettaStatus> ReadAsync(LettaStatus known, CancellationToken cancel)
    {
        var saved = await targets.SavedAsync(cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var last = await registry.SystemConfig.Select(c => c.LastConnected).SingleAsync(cancel);
        if (saved.Target is not { BaseAddress: var address } target)
        {
            return new()
            {
                IsWatched = saved.IsWatched,
                Fault = saved.Fault,
                LastConnected = last,
            };
        }

        var text = address.AbsoluteUri;
        var newest = await registry
            .ConnectionChecks.AsNoTracking()
            .Where(c => c.IsOfSaved && c.Address == text)
            .OrderByDescending(c => c.Id)
            .FirstOrDefaultAsync(cancel);
        var status =
            newest is null ? new LettaStatus()
            : newest.Id == known.CheckId ? known
            : await StatusOfAsync(registry, newest, cancel);
        return status with
        {
            IsWatched = saved.IsWatched,
            Fault = null,
            Address = address,
            Kind = kinds.Find(address) ?? target.Kind,
            LastConnected = last,
        };
    }

    private static async Task<LettaStatus> StatusOfAsync(RegistryDbContext registry, ConnectionCheck newest, CancellationToken cancel)
    {
        var checks = registry.ConnectionChecks.AsNoTracking().Where(c => c.IsOfSaved && c.Id <= newest.Id);
        var before = await checks
            .Where(c => c.Verdict != newest.Verdict || c.Address != newest.Address)
            .OrderByDescending(c => c.Id)
            .Select(c => c.Id)
            .FirstOrDefaultAsync(cancel);
        var since = await checks.Where(c => c.Id > before).OrderBy(c => c.Id).Select(c => c.CheckedAt).FirstAsync(cancel);
        LettaVerdict? verdict = Verdicts.TryGetValue(newest.Verdict, out var known) ? known : null;
        return new()
        {
            Verdict = verdict,
            HasWarning = newest.IsUp && ConnectionCheckStore.StepsIn(newest.Steps).Any(step => step.IsWarning),
            Message = newest.Message,
            Hint = newest.Hint,
            LatencyMs = newest.LatencyMs,
            ServerVersion = newest.ServerVersion,
            Agents = newest.Agents,
            Since = since,
            CheckedAt = newest.CheckedAt,
            CheckId = newest.Id,
        };
    }
}
