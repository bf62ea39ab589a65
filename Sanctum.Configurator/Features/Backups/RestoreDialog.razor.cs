using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Shows how a backup differs from now, and restores what is chosen of it.</summary>
public sealed partial class RestoreDialog
{
    private readonly RestoreForm _form = new() { DryRun = true };
    private EditContext _context = null!;
    private RestorePlan? _plan;
    private string? _password;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required BackupRow Backup { get; set; }

    [Inject]
    public required RestoreService Restores { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized() => _context = new(_form);

    private static string WordsOf(TablePlan table) => string.Join(", ", new[]
    {
        (table.Updated, "changed back"), (table.Inserted, "brought back"), (table.Deleted, "removed"),
    }.Where(act => act.Item1 > 0).Select(act => string.Create(CultureInfo.InvariantCulture, $"{act.Item1} {act.Item2}")));

    private static string WordsOf(FilePlan file) => file switch
    {
        { IsAgent: true } => "Letta makes a new agent of it; those that are there stay.",
        { Part: PostgresDump.Part } => $"{Sizes.Of(file.Bytes)} for pg_restore, put into a folder of its own beside the console's data.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{file.Files} files, {Sizes.Of(file.Bytes)}, put into a folder of their own beside the console's data."),
    };

    private static string PartOf(TablePlan table, RowPlan row) => $"{table.Table}/{row.Row}";

    private static string NameOf(RowPlan row) => row.Label ?? $"row {row.Row}";

    private static string VerbOf(RowPlan row) => row.Act switch
    {
        "insert" => "Brings back",
        "delete" => "Removes",
        _ => "Changes back",
    };

    private void Choose(string part, bool isChosen) => _form.Parts = isChosen ? [.. _form.Parts, part] : [.. _form.Parts.Where(chosen => chosen != part)];

    private async Task GoOnAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            await (_plan is null ? CompareAsync() : RestoreAsync());
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task CompareAsync()
    {
        if (Taken(await Restores.RestoreAsync(Backup.Id, _form, CancellationToken.None)) is { } plan)
        {
            _plan = plan;
            _form.Parts = [.. plan.Tables.Where(table => table is { Count: > 0, Refusal: null }).Select(table => table.Table)];
        }
    }

    private async Task RestoreAsync()
    {
        (_form.DryRun, _form.Confirm, _form.Password, _password) = (false, _form.Confirm?.Trim(), _password ?? "", null);
        if (Taken(await Restores.RestoreAsync(Backup.Id, _form, CancellationToken.None)) is { } done)
        {
            var rows = string.Create(CultureInfo.InvariantCulture, $"Restored: {done.Count} {(done.Count == 1 ? "row" : "rows")}. Undo restore brings back what was there.");
            Shown.Close(string.Join(' ', new[] { done.Count > 0 ? rows : null, done.FilesFolder is { } folder ? $"The files are in {folder}." : null, done.Count == 0 && done.FilesFolder is null ? "Done." : null }.OfType<string>()));
        }
    }

    private RestorePlan? Taken(Outcome<RestorePlan> outcome)
    {
        _notice = outcome switch
        {
            Outcome<RestorePlan>.Refused refused => refused.Reasons.Values.First(),
            Outcome<RestorePlan>.Missing => "This backup is no longer there.",
            _ => null,
        };
        return (outcome as Outcome<RestorePlan>.Done)?.Value;
    }
}
