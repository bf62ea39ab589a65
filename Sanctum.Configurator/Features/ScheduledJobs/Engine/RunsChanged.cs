namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>Jobs or runs are not as they were: of this console at once, of others with the engine's next look.</summary>
/// <param name="IsWork">There may be something for the engine to begin.</param>
public sealed record RunsChanged(bool IsWork = true);
