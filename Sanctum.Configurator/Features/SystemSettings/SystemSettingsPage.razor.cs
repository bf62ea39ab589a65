using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.ProtectedBrowserStorage;
using Microsoft.JSInterop;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>All settings of one environment, edited as a draft and saved as one change.</summary>
public sealed partial class SystemSettingsPage
{
    private SettingsDraft? _draft;
    private IReadOnlyDictionary<string, string> _errors = new Dictionary<string, string>();
    private IReadOnlyList<Change> _changes = [];
    private string? _problem;
    private bool _canWrite;
    private bool _recalled;
    private bool _saving;

    /// <summary>The environment whose settings are shown; the active one where the URL names none.</summary>
    [SupplyParameterFromQuery]
    private string? Environment { get; set; }

    [Inject]
    public required SettingsService Settings { get; init; }

    [Inject]
    public required SettingsHistory History { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required Commands Commands { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    [Inject]
    public required ProtectedSessionStorage Storage { get; init; }

    [Inject]
    public required ILogger<SystemSettingsPage> Log { get; init; }

    private string DraftKey => $"settings-draft-{_draft?.View.Environment}";

    protected override object? LoadKey => Environment;

    protected override void OnInitialized()
    {
        Watch(FollowAsync, Tables.SystemConfig, Tables.SystemConfigProfiles);
        Hold(
            Commands.Register([
                .. Setting.All.Select(setting => new Command(
                    $"Setting: {setting.Label}",
                    () => Browser.FocusAsync(SettingControl.IdOf(setting)),
                    Icon: "settings"
                )),
            ])
        );
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        (_recalled, _problem) = (false, null);
        _canWrite = await User.MayAsync(Policies.WriteSettings);
        _draft = new(await Settings.ReadAsync(EnumText<DeploymentEnvironment>.Find(Environment), cancel));
        await RecallDraftAsync();
        Validate();
    }

    /// <summary>Somebody saved: fields that are not being edited here follow at once.</summary>
    private async Task FollowAsync()
    {
        if (_draft is null || _saving)
        {
            return;
        }

        var followed = _draft.Receive(await Settings.ReadAsync(_draft.View.Environment, CancellationToken.None));
        if (followed.Count > 0)
        {
            Notices.Say($"Somebody else changed {string.Join(", ", followed.Select(f => f.Setting.Label))}.", Tone.Neutral);
        }

        Validate();
        StateHasChanged();
    }

    private async Task SaveAsync()
    {
        if (_draft is null || _draft.IsEmpty)
        {
            return;
        }

        (_saving, _problem) = (true, null);
        try
        {
            if (await User.MayAsync(Policies.WriteSettings))
            {
                await ShowAsync(await Settings.SaveAsync(_draft.ToEdit(), CancellationToken.None));
            }
            else
            {
                _problem = "Nothing was saved, because you no longer have permission to change settings.";
            }
        }
        catch (Exception e)
        {
            _problem =
                "Not saved: the registry could not be written. Check whether the disk is full, and see the console's log for details. What you typed is kept.";
            LogFailed(Log, e);
        }
        finally
        {
            _saving = false;
        }

        Validate();
    }

    private async Task ShowAsync(Outcome<SettingsView> outcome)
    {
        switch (outcome)
        {
            case Outcome<SettingsView>.Ok done:
                var count = _draft!.Changes.Count;
                _draft = new(done.Value);
                _recalled = false;
                await KeepDraftAsync();
                await OfferUndoAsync(count);
                break;
            case Outcome<SettingsView>.Conflict stale:
                _draft!.Receive(stale.Current);
                _problem = "Not saved: somebody else changed the same fields. Choose which values to keep above.";
                break;
            case Outcome<SettingsView>.Invalid refused:
                _draft!.Refuse(refused.Reasons);
                _problem = refused.Reasons.GetValueOrDefault("") ?? "Not saved. Correct the marked fields.";
                break;
        }
    }

    private async Task OfferUndoAsync(int count)
    {
        var environment = _draft!.View.Environment;
        var text = count == 1 ? "1 change saved." : $"{count} changes saved.";
        Notices.Say(
            text,
            Tone.Good,
            await History.LastAsync(environment, CancellationToken.None) is { } saved
                ? new("Undo", () => UndoAsync(environment, saved))
                : null
        );
    }

    private async Task UndoAsync(DeploymentEnvironment environment, long change)
    {
        if (!await User.MayAsync(Policies.WriteSettings))
        {
            return;
        }

        var outcome = await History.UndoAsync(environment, change, CancellationToken.None);
        Notices.Say(
            outcome is Outcome<SettingsView>.Invalid refused ? string.Join(' ', refused.Reasons.Values) : "The change was undone.",
            outcome is Outcome<SettingsView>.Ok ? Tone.Good : Tone.Warning
        );
        await InvokeAsync(FollowAsync);
    }

    private async Task DiscardAsync()
    {
        _draft?.Discard();
        _problem = null;
        _recalled = false;
        await KeepDraftAsync();
    }

    /// <summary>Keeps what is typed, encrypted, in the browser's session, where neither a lost circuit nor a restart reaches it.</summary>
    private async Task KeepDraftAsync()
    {
        Validate();
        if (_draft is null)
        {
            return;
        }

        try
        {
            if (_draft.IsEmpty)
            {
                await Storage.DeleteAsync(DraftKey);
            }
            else
            {
                await Storage.SetAsync(DraftKey, _draft.Typed);
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
            var kept = await Storage.GetAsync<Dictionary<string, DraftValue>>(DraftKey);
            if (_canWrite && kept is { Success: true, Value: { Count: > 0 } typed })
            {
                _draft!.Recall(typed);
                _recalled = !_draft.IsEmpty;
            }
        }
        catch (CryptographicException)
        {
            // Sealed by a key ring that is gone: what was typed can't be had back.
            await Storage.DeleteAsync(DraftKey);
        }
    }

    private void ShowRefusals(IReadOnlyDictionary<string, string> reasons)
    {
        _draft?.Refuse(reasons);
        Validate();
    }

    private void Validate()
    {
        _errors = _draft?.Errors ?? new Dictionary<string, string>();
        _changes = _draft?.Changes ?? [];
    }

    private static string? TextOf(string group) =>
        group switch
        {
            Setting.Groups.Keys => "Encrypted in the registry. Without a key here, the provider's environment variable is used.",
            Setting.Groups.Letta => "Test the connection with the values shown here, saved or not.",
            _ => null,
        };

    [LoggerMessage(LogLevel.Error, "The settings could not be saved")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
