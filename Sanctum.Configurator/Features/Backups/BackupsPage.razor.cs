using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Targets;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Whether everything can be got back, and the backups from which.</summary>
public sealed partial class BackupsPage
{
    private DataTable<BackupRow> _table = null!;
    private BackupRow? _proven;
    private BackupRow? _undo;
    private string? _problem;

    [Inject]
    public required BackupService Backups { get; init; }

    [Inject]
    public required RestoreService Restores { get; init; }

    [Inject]
    public required BackupActivity Activity { get; init; }

    protected override void OnInitialized()
    {
        Hold(Activity.Subscribe(() => _ = InvokeAsync(StateHasChanged)));
        Watch(FollowAsync, Tables.Backups, Tables.BackupCopies);
    }

    private static string TypeOf(BackupRow row) =>
        row.Type switch
        {
            BackupType.Full => "Full",
            BackupType.Incremental => "Incremental",
            _ => "Config only",
        };

    private static string StateOf(BackupRow row) =>
        row switch
        {
            { Status: BackupStatus.InProgress } => "In progress",
            { Status: BackupStatus.Failed } => "Failed",
            { FileIsThere: false } => "File missing",
            { DrillFailure: not null } => "Not recoverable",
            { DrilledAt: null } => "Not tested",
            { Warnings: not null } => "Recoverable, but",
            _ => "Recoverable",
        };

    private static Tone ToneOf(BackupRow row) =>
        row switch
        {
            { Status: BackupStatus.InProgress } => Tone.Accent,
            { Trouble: not null } => Tone.Bad,
            { IsProven: true, Warnings: null } => Tone.Good,
            _ => Tone.Warning,
        };

    private static Tone ToneOf(CopyRow copy) =>
        copy.State switch
        {
            CopyState.Stored => Tone.Good,
            CopyState.Failed => Tone.Warning,
            _ => Tone.Accent,
        };

    private static string WordOf(CopyRow copy) =>
        copy.State switch
        {
            CopyState.Stored => "stored",
            CopyState.Failed => "failed",
            _ => "waiting",
        };

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _proven = await Backups.FindProvenAsync(cancel);
        _undo = await Restores.FindUndoAsync(cancel) is { } id ? await Backups.FindAsync(id, cancel) : null;
    }

    private async Task FollowAsync()
    {
        await ReloadAsync();
        await _table.ReloadAsync();
    }

    private async Task BackUpAsync() => _problem = ProblemOf(await Backups.BackUpNowAsync(CancellationToken.None));

    private async Task StopAsync(BackupRun run) => _problem = await Backups.StopAsync(run);

    private async Task ChooseAsync()
    {
        _problem = null;
        await Dialogs.AskAsync<BackupDialog, bool>(new Dictionary<string, object?>());
    }

    private async Task RestoreAsync(BackupRow row)
    {
        _problem = null;
        if (
            await Dialogs.AskAsync<RestoreDialog, string>(new Dictionary<string, object?> { [nameof(RestoreDialog.Backup)] = row }) is
            { } done
        )
        {
            Notices.Say(done);
            await FollowAsync();
        }
    }

    private async Task CheckAsync(BackupRow row, bool isDrill)
    {
        _problem = null;
        var parameters = new Dictionary<string, object?> { [nameof(CheckDialog.Backup)] = row, [nameof(CheckDialog.IsDrill)] = isDrill };
        await Dialogs.AskAsync<CheckDialog, bool>(parameters);
    }

    private async Task BringBackAsync(BackupRow row)
    {
        _problem = ProblemOf(await Backups.BringBackAsync(row.Id, CancellationToken.None));
        await FollowAsync();
    }

    private async Task NoteAsync(BackupRow row)
    {
        _problem = null;
        await Dialogs.AskAsync<NoteDialog, bool>(new Dictionary<string, object?> { [nameof(NoteDialog.Backup)] = row });
    }

    private async Task DownloadAsync(BackupRow row)
    {
        _problem = null;
        await Dialogs.AskAsync<DownloadDialog, bool>(new Dictionary<string, object?> { [nameof(DownloadDialog.Backup)] = row });
    }

    private async Task UploadAsync()
    {
        _problem = null;
        if (await Dialogs.AskAsync<UploadDialog, string>(new Dictionary<string, object?>()) is { } name)
        {
            Notices.Say($"Uploaded as {name}. Run a restore test to check that it can be restored.");
            await FollowAsync();
        }
    }

    private async Task DeleteAsync(BackupRow row)
    {
        if (await Confirm.AskAsync($"Delete {row.Name} for good?", "The file is deleted with it.", "Delete backup", nameToType: row.Name))
        {
            _problem = ProblemOf(await Backups.DeleteAsync(row.Id, CancellationToken.None));
            await FollowAsync();
        }
    }

    private static string? ProblemOf(Outcome<BackupRow> outcome) =>
        outcome switch
        {
            Outcome<BackupRow>.Invalid refused => refused.Reasons.Values.First(),
            Outcome<BackupRow>.NotFound => "This backup no longer exists.",
            _ => null,
        };
}
