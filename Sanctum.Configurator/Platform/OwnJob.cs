namespace Sanctum.Configurator.Platform;

/// <summary>Something that the console does by the clock from the start on, as a job that operators see, move and disable. Features register theirs.</summary>
/// <param name="Action">The name of the <see cref="IConsoleAction"/> that it runs, by which the job is known again.</param>
/// <param name="CronExpression">In UTC, until somebody changes it.</param>
public sealed record OwnJob(string Action, string Name, string Description, string CronExpression);
