using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Shows how a backup differs from now, and restores what is chosen of it.</summary>
public sealed partial class RestoreDialog
{
    private RestorePlan? _plan;
    private string? _password;

    [Parameter, EditorRequired]
    public required BackupRow Backup { get; set; }

    [Inject]
    public required RestoreService Restores { get; init; }

    private static string WordsOf(TablePlan table) =>
        string.Join(
            ", ",
            new[] { (table.Updated, "changed back"), (table.Inserted, "brought back"), (table.Deleted, "removed") }
                .Where(act => act.Item1 > 0)
                .Select(act => string.Create(CultureInfo.InvariantCulture, $"{act.Item1} {act.Item2}"))
        );

    private static string WordsOf(FilePlan file) =>
        file switch
        {
            { IsAgent: true } => "Letta creates a new agent from it; existing agents are not changed.",
            { Part: PostgresDump.Part } =>
                $"{Sizes.Of(file.Bytes)} for pg_restore, extracted into a separate folder beside the console's data.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Files} files, {Sizes.Of(file.Bytes)}, extracted into a separate folder beside the console's data."
            ),
        };

    private static string PartOf(TablePlan table, RowPlan row) => $"{table.Table}/{row.Row}";

    private static string NameOf(RowPlan row) => row.Label ?? $"row {row.Row}";

    private static string VerbOf(RowPlan row) =>
        row.Act switch
        {
            "insert" => "Brings back",
            "delete" => "Removes",
            _ => "Changes back",
        };

    private void Choose(string part, bool isChosen) =>
        Form.Parts = isChosen ? [.. Form.Parts, part] : [.. Form.Parts.Where(chosen => chosen != part)];

    protected override string Thing => "backup";

    /// <summary>Shows first what would change.</summary>
    protected override Task<Outcome<RestorePlan>> SaveAsync()
    {
        Form.DryRun = _plan is null;
        (Form.Confirm, Form.Password, _password) = (Form.Confirm?.Trim(), _plan is null ? null : _password ?? "", null);
        return Restores.RestoreAsync(Backup.Id, Form, CancellationToken.None);
    }

    protected override object? Answer(RestorePlan saved)
    {
        if (_plan is null)
        {
            _plan = saved;
            Form.Parts = [.. saved.Tables.Where(table => table is { Count: > 0, Refusal: null }).Select(table => table.Table)];
            return null;
        }

        var rows = string.Create(
            CultureInfo.InvariantCulture,
            $"Restored: {saved.Count} {(saved.Count == 1 ? "row" : "rows")}. Undo restore returns to the previous state."
        );
        return string.Join(
            ' ',
            new[]
            {
                saved.Count > 0 ? rows : null,
                saved.FilesFolder is { } folder ? $"The files are in {folder}." : null,
                saved.Count == 0 && saved.FilesFolder is null ? "Done." : null,
            }.OfType<string>()
        );
    }

    /// <summary>Not all that is refused has a field here.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) => State.Say(reasons.Values.First());
}
