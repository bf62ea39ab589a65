using System.ComponentModel.DataAnnotations;

namespace Sanctum.Configurator.Features.ScheduledJobs.Engine;

/// <summary>Of this console's engine.</summary>
public sealed class JobOptions
{
    public const string Section = "Jobs";

    /// <summary>Runs that one console has under way at a time.</summary>
    [Range(1, 1000)]
    public int MostAtOnce { get; set; } = 128;

    /// <summary>
    /// Seconds after which the runs of a console that does not answer any more are taken over by others. The same for all consoles of a
    /// registry.
    /// </summary>
    [Range(5, 3600)]
    public int LeaseSeconds { get; set; } = 30;
}
