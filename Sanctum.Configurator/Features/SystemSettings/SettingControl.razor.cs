using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>One setting: its field, where its value comes from, and what is worth knowing of the value.</summary>
public sealed partial class SettingControl
{
    private Shown? _shown;
    private SettingNote? _note;
    private bool _differs;

    [Parameter, EditorRequired]
    public required SettingField Field { get; set; }

    [Parameter, EditorRequired]
    public required SettingsDraft Draft { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyDictionary<string, string> Errors { get; set; }

    [Parameter]
    public bool CanWrite { get; set; }

    [Parameter]
    public EventCallback OnTyped { get; set; }

    [Inject]
    public required SettingsService Settings { get; init; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    public static string IdOf(Setting setting) => $"setting-{setting.Column}";

    private string? Locked =>
        Field.IsPinned
            ? $"This setting is locked by {Field.Variable}. To change it here, remove the variable and restart the console."
            : null;

    private string? Unreadable =>
        Field.Secret!.IsUnreadable && !Draft.IsChanged(Field.Setting.Column)
            ? "The stored secret can't be decrypted with this key ring. Restore the keys folder or replace the secret."
            : null;

    private string SecretText =>
        Draft.IsCleared(Field.Setting.Column) ? "Cleared when you save"
        : Field.Secret is { IsSet: true } secret ? $"{(secret.LastFour is { } last ? $"••••{last}" : "Set")} · type to replace"
        : "Not set";

    private string SourceText =>
        Field switch
        {
            { Source: SettingSource.Environment } => $"{Field.Variable}",
            { Secret: { IsSet: false } } => "not set",
            { Source: SettingSource.Database } => "saved",
            _ => "default",
        };

    protected override void OnParametersSet()
    {
        var column = Field.Setting.Column;
        var shown = new Shown(
            Field,
            Draft.TextOf(Field),
            Errors.GetValueOrDefault(column),
            Draft.IsChanged(column),
            Draft.IsCleared(column),
            CanWrite
        );
        if (_shown?.Text != shown.Text)
        {
            _note = SettingNotes.For(Field.Setting, SettingRules.Check(Field.Setting, shown.Text).Value);
        }

        _differs = shown != _shown;
        _shown = shown;
    }

    /// <summary>One keystroke asks every setting of the page; only the one that was typed in has something new to show.</summary>
    protected override bool ShouldRender() => _differs;

    private async Task TypeAsync(string? text)
    {
        Draft.Type(Field.Setting.Column, text);
        await OnTyped.InvokeAsync();
    }

    private async Task ClearAsync()
    {
        if (Draft.IsCleared(Field.Setting.Column))
        {
            Draft.Forget(Field.Setting.Column);
        }
        else
        {
            Draft.ClearSecret(Field.Setting.Column);
        }

        await OnTyped.InvokeAsync();
    }

    private Task RevealAsync() =>
        RevealDialog.ShowAsync(
            Dialogs,
            Field.Setting.Label,
            async password =>
                !await User.MayAsync(Policies.RevealSecrets)
                    ? new Outcome<string>.Invalid("", "You don't have permission to reveal secrets.")
                : await Reauthentication.RefuseAsync(password, CancellationToken.None) is { } problem
                    ? new Outcome<string>.Invalid("", problem)
                : await Settings.RevealAsync(Field.Setting.Column, Draft.View.Environment, "reveal", CancellationToken.None) is { } secret
                    ? new Outcome<string>.Ok(secret)
                : new Outcome<string>.NotFound()
        );

    /// <summary>All that the field shows of the page's state.</summary>
    private sealed record Shown(SettingField Field, string? Text, string? Error, bool IsChanged, bool IsCleared, bool CanWrite);
}
