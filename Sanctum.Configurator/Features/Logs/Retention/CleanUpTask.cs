namespace Sanctum.Configurator.Features.Logs.Retention;

/// <summary>Removes the lines that were kept for long enough.</summary>
internal sealed class CleanUpTask(LogRetentionService retention) : IBuiltInTask
{
    public const string Act = "clean_up_logs";

    public string Name => Act;

    public string Description => "Removes old log lines by the retention rules.";

    public string Policy => Policies.ManageLogs;

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel) =>
        await retention.CleanUpAsync(null, cancel) switch
        {
            Outcome<LogRemoval>.Ok { Value.Removed: 1 } => new Outcome<string>.Ok("1 line was removed."),
            Outcome<LogRemoval>.Ok { Value.Removed: var removed } => new Outcome<string>.Ok(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{removed} lines were removed.")
            ),
            var other => new Outcome<string>.Invalid("", other.ProblemWith("The logs")!),
        };
}
