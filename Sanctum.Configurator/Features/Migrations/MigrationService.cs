namespace Sanctum.Configurator.Features.Migrations;

/// <summary>The step that is to be taken back, as it was shown.</summary>
public sealed class StepBackForm
{
    /// <summary>The migration that the registry is at.</summary>
    [Platform.Requests.TextLimit(150)]
    public string? From { get; set; }
}

/// <summary>What follows from a step that is planned.</summary>
public sealed record PlannedStepView(string From, string To, string Next);

/// <summary>Shows where the schema is, and plans a step back.</summary>
public sealed class MigrationService(SchemaSteps steps, PlannedStep planned, CurrentUser caller, IHostApplicationLifetime lifetime)
{
    private const string MayNot = "You don't have permission to change the schema. It requires backups:restore.";

    /// <summary>Null for whoever may not restore backups.</summary>
    public async Task<SchemaState?> ReadAsync(CancellationToken cancel) =>
        await caller.MayAsync(Policies.RestoreBackups) ? await steps.ReadAsync(cancel) : null;

    /// <summary>
    /// Stops this console, which then backs the registry up and takes its newest migration back. Refused where anything would be deleted.
    /// </summary>
    public async Task<Outcome<PlannedStepView>> StepBackAsync(StepBackForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RestoreBackups))
        {
            return new Outcome<PlannedStepView>.Invalid("", MayNot);
        }

        var state = await steps.ReadAsync(cancel);
        if (state.Newer is { } newer)
        {
            return new Outcome<PlannedStepView>.Invalid("", RefusalOfNewer(newer));
        }

        if (state is not { Current: { } current, Before: { } before })
        {
            return new Outcome<PlannedStepView>.Invalid("", "There is no migration before the first.");
        }

        if (form.From != current)
        {
            return new Outcome<PlannedStepView>.Invalid(
                nameof(form.From),
                $"The registry is at {current}. Reload, and check what a step back from there would delete."
            );
        }

        if (state.Losses.Count > 0)
        {
            return new Outcome<PlannedStepView>.Invalid("", RefusalOf(state));
        }

        planned.From = current;
        lifetime.StopApplication();
        return new Outcome<PlannedStepView>.Ok(
            new(current, before, "This console stops, backs the registry up and takes the step. Then start the older version.")
        );
    }

    internal static string RefusalOf(SchemaState state) =>
        $"A step back would delete {SchemaLoss.SentenceOf(state.Losses)}. Restore a backup that is older than {state.Current} instead, or stop the console and run: migrate down --lose-data";

    internal static string RefusalOfNewer(string newer) =>
        $"The registry has {newer}, which this version does not know: a newer one was started, or somebody edited the list of migrations. Take it back first, with the version that created it.";
}
