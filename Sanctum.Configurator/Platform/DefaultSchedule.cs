namespace Sanctum.Configurator.Platform;

/// <summary>
/// Something that the console does by the clock from the start on, as a job that operators see, move and disable. Features register theirs.
/// </summary>
/// <param name="Action">The name of the <see cref="IBuiltInTask"/> that it runs, by which the job is known again.</param>
/// <param name="CronExpression">In UTC, until somebody changes it.</param>
public sealed record DefaultSchedule(string Action, string Name, string Description, string CronExpression)
{
    /// <summary>Whether it runs before anybody enables it.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Whether it runs once for all the times at which no console was there.</summary>
    public bool CatchesUp { get; init; }

    /// <summary>
    /// Whether the next run makes up for one that came late or not at all, as it does after every restart: then only failures are told.
    /// </summary>
    public bool IsHousekeeping { get; init; }

    /// <summary>How often a run that failed is tried again.</summary>
    public int Retries { get; init; }

    /// <summary>Seconds before the first further try.</summary>
    public int RetryAfterSeconds { get; init; } = 60;

    /// <summary>Seconds that a run may take.</summary>
    public int TimeoutSeconds { get; init; } = 3600;
}
