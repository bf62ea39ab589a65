using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Migrations;

public sealed partial class MigrationsPage
{
    private SchemaState? _state;
    private PlannedStepView? _planned;

    [Inject]
    public required MigrationService Migrations { get; init; }

    protected override async Task ReadAsync(CancellationToken cancel) => _state = await Migrations.ReadAsync(cancel);

    private async Task StepBackAsync(SchemaState state, string before)
    {
        var text =
            $"This console stops, also for everybody else, backs the registry up and takes it back to {TitleOf(before)}. Stop other consoles of this database first. Then start the older version: this one does not start until you run migrate up.";
        if (!await Confirm.AskAsync("Go one step back?", text, "Stop and go back", nameToType: TitleOf(state.Current!)))
        {
            return;
        }

        await WorkAsync(async () =>
        {
            var outcome = await Migrations.StepBackAsync(new() { From = state.Current }, CancellationToken.None);
            (Problem, _planned) = (outcome.ProblemWith("The schema"), (outcome as Outcome<PlannedStepView>.Ok)?.Value);
        });
    }

    private static Tone ToneOf(MigrationState migration) => migration is { IsApplied: true, IsKnown: true } ? Tone.Good : Tone.Warning;

    private static string StateOf(MigrationState migration, SchemaState state) =>
        !migration.IsKnown ? "Not of this version"
        : !migration.IsApplied ? "Pending"
        : migration.Database == "registry" && migration.Name == state.Current ? "Current"
        : "Applied";

    /// <summary>A migration's name without the time it begins with.</summary>
    private static string TitleOf(string name) => name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..];

    private static DateTimeOffset? MadeAt(string name) =>
        DateTimeOffset.TryParseExact(
            name.Split('_')[0],
            "yyyyMMddHHmmss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var made
        )
            ? made
            : null;
}
