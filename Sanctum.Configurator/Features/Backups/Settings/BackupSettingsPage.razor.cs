using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Microsoft.JSInterop;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>When the console backs up by itself, what, where to and for how long.</summary>
public sealed partial class BackupSettingsPage
{
    private const string DraftKey = "backup-settings-draft";

    private static readonly IReadOnlyList<Choice<RestoreTestSchedule>> Drills =
    [
        new(RestoreTestSchedule.Every, "After each backup"),
        new(RestoreTestSchedule.Never, "Only by its job or by hand"),
    ];

    private static readonly string[] Followed =
    [
        Tables.BackupSettings,
        Tables.BackupTargets,
        Tables.BackupCopies,
        Tables.Backups,
        Tables.ScheduledJobs,
    ];

    private DataTable<BackupTargetRow>? _table;
    private DataTable<BackupJobRow>? _jobs;
    private BackupSettingsDraft? _draft;
    private IReadOnlyList<Change> _changes = [];
    private IReadOnlyDictionary<string, string> _errors = new Dictionary<string, string>();
    private TargetVerdict? _verdict;
    private string? _problem;
    private string? _disputed;
    private bool _canWrite;
    private bool _recalled;
    private bool _saving;

    [Inject]
    public required BackupSettingsService Settings { get; init; }

    [Inject]
    public required BackupTargetService Targets { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required ProtectedSessionStorage Storage { get; init; }

    [Inject]
    public required ILogger<BackupSettingsPage> Log { get; init; }

    private string? PassphraseText =>
        _draft!.Form.Passphrase == "" ? "Removed when you save"
        : _draft.Row.HasPassphrase ? "Set · enter a new value to replace it"
        : "None: not encrypted";

    protected override void OnInitialized() =>
        Hold(
            RegistryChanges.Subscribe(change =>
                change.Tables.Overlaps(Followed) ? InvokeAsync(() => FollowAsync(change)) : Task.CompletedTask
            )
        );

    private static string StateOf(BackupTargetRow row) =>
        row switch
        {
            { IsOn: false } => "Off",
            { Trouble: not null } => "Failing",
            { Behind: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{row.Behind} to copy"),
            _ => "OK",
        };

    private static Tone ToneOf(BackupTargetRow row) =>
        row switch
        {
            { IsOn: false } => Tone.Neutral,
            { Trouble: not null } => Tone.Bad,
            { Behind: > 0 } => Tone.Accent,
            _ => Tone.Good,
        };

    private bool IsChanged(string name) => _changes.Any(change => change.Name == name);

    private string? Error(string field) => _errors.GetValueOrDefault(field);

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        _problem = null;
        _canWrite = await User.MayAsync(Policies.RestoreBackups);
        _draft = new(await Settings.ReadAsync(cancel));
        await RecallDraftAsync();
        Validate();
    }

    private async Task<PageOf<BackupJobRow>> PageJobsAsync(PageRequest request, CancellationToken cancel)
    {
        var rows = await Settings.JobsAsync(cancel);
        return new([.. rows.Skip(request.Skip).Take(request.Take)], rows.Count);
    }

    private async Task<PageOf<BackupTargetRow>> PageTargetsAsync(PageRequest request, CancellationToken cancel)
    {
        var rows = await Targets.ListAsync(cancel);
        return new([.. rows.Skip(request.Skip).Take(request.Take)], rows.Count);
    }

    /// <summary>Somebody saved, or a copy went its way: what is not being edited here follows at once.</summary>
    private async Task FollowAsync(RegistryChange change)
    {
        if (_draft is null || _saving)
        {
            return;
        }

        if (change.Tables.Contains(Tables.BackupSettings))
        {
            Receive(await Settings.ReadAsync(CancellationToken.None));
        }

        StateHasChanged();
        await Task.WhenAll(_table?.ReloadAsync() ?? Task.CompletedTask, _jobs?.ReloadAsync() ?? Task.CompletedTask);
    }

    private void Receive(BackupSettingsRow now)
    {
        var (followed, disputed) = _draft!.Receive(now);
        _disputed = disputed.Count > 0 ? $"Changed by both of you: {string.Join(", ", disputed)}." : _disputed;
        if (followed.Count > disputed.Count)
        {
            Notices.Say($"Somebody else changed {string.Join(", ", followed.Except(disputed))}.", Tone.Neutral);
        }

        Validate();
    }

    private async Task TypeAsync(Action write)
    {
        write();
        _problem = null;
        await KeepDraftAsync();
    }

    private async Task SaveAsync()
    {
        if (_draft is null || _changes.Count == 0)
        {
            return;
        }

        (_saving, _problem) = (true, null);
        try
        {
            await ShowAsync(await Settings.SaveAsync(_draft.Form, CancellationToken.None));
        }
        catch (Exception e)
        {
            _problem = "Not saved: the registry could not be written. See the console's log for details. What you typed is kept.";
            LogFailed(Log, e);
        }
        finally
        {
            _saving = false;
        }

        Validate();
    }

    private async Task ShowAsync(Outcome<BackupSettingsRow> outcome)
    {
        switch (outcome)
        {
            case Outcome<BackupSettingsRow>.Ok done:
                _draft = new(done.Value);
                (_recalled, _disputed) = (false, null);
                await KeepDraftAsync();
                Notices.Say("The backup settings were saved.");
                break;
            case Outcome<BackupSettingsRow>.Conflict stale:
                Receive(stale.Current);
                _problem = "Not saved: somebody else saved first. Review their changes, then save again.";
                break;
            case Outcome<BackupSettingsRow>.Invalid refused:
                _problem = $"Nothing was saved. {refused.Reasons.Values.First()}";
                break;
        }
    }

    private async Task DiscardAsync()
    {
        _draft?.Discard();
        (_problem, _disputed, _recalled) = (null, null, false);
        await KeepDraftAsync();
    }

    /// <summary>Keeps what is typed, encrypted, in the browser's session, where neither a lost circuit nor a restart reaches it.</summary>
    private async Task KeepDraftAsync()
    {
        Validate();
        try
        {
            if (_changes.Count == 0)
            {
                await Storage.DeleteAsync(DraftKey);
            }
            else
            {
                await Storage.SetAsync(DraftKey, _draft!.Form);
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
            // The connection is down; the browser itself keeps what is typed until it is back.
        }
    }

    private async Task RecallDraftAsync()
    {
        try
        {
            if (_canWrite && await Storage.GetAsync<BackupSettingsForm>(DraftKey) is { Success: true, Value: { } typed })
            {
                _draft!.Recall(typed);
                _recalled = _draft.Changes.Count > 0;
            }
        }
        catch (CryptographicException)
        {
            // Sealed by a key ring that is gone: what was typed can't be had back.
            await Storage.DeleteAsync(DraftKey);
        }
    }

    private void Validate()
    {
        _errors = _draft?.Errors ?? new Dictionary<string, string>();
        _changes = _draft?.Changes ?? [];
    }

    private Task AddAsync() =>
        ShowDialogAsync<TargetDialog>(new() { [nameof(TargetDialog.Form)] = new BackupTargetForm { KeepDays = 30 } });

    private Task EditAsync(BackupTargetRow row) =>
        ShowDialogAsync<TargetDialog>(
            new() { [nameof(TargetDialog.Form)] = row.ToForm(), [nameof(TargetDialog.HasSecretKey)] = row.HasSecretKey }
        );

    private async Task KeepAsync(BackupTargetRow row) =>
        await ShowDialogAsync<RetentionDialog>(
            new()
            {
                [nameof(RetentionDialog.Form)] = row.ToForm(),
                [nameof(RetentionDialog.CanWrite)] = _canWrite,
                [nameof(RetentionDialog.Schedule)] = await Settings.ScheduleAsync(CancellationToken.None) with
                {
                    FullEveryDays = _draft!.Form.FullEveryDays,
                },
            }
        );

    private async Task ShowDialogAsync<TDialog>(Dictionary<string, object?> parameters)
        where TDialog : IComponent
    {
        _verdict = null;
        if (await Dialogs.AskAsync<TDialog, string>(parameters) is { } done)
        {
            Notices.Say(done);
            await _table!.ReloadAsync();
        }
    }

    private async Task TestAsync(BackupTargetRow row)
    {
        _verdict = new(true, $"Testing {row.Name}…");
        StateHasChanged();
        _verdict = await Targets.TestAsync(row.ToForm(), CancellationToken.None) switch
        {
            Outcome<TargetVerdict>.Ok done => done.Value with { Message = $"{row.Name}: {done.Value.Message}" },
            Outcome<TargetVerdict>.Invalid refused => new(false, refused.Reasons.Values.First()),
            _ => new(false, "This target no longer exists."),
        };
    }

    private async Task DeleteAsync(BackupTargetRow row)
    {
        _verdict = null;
        if (
            await Confirm.AskAsync(
                $"Delete the target {row.Name}?",
                "Backups are no longer copied to it. Its files are not deleted.",
                "Delete target",
                nameToType: row.Name
            )
        )
        {
            var outcome = await Targets.DeleteAsync(row.Id, CancellationToken.None);
            _verdict = outcome is Outcome<BackupTargetRow>.Invalid refused ? new(false, refused.Reasons.Values.First()) : null;
            await _table!.ReloadAsync();
        }
    }

    [LoggerMessage(LogLevel.Error, "The backup settings could not be saved")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
