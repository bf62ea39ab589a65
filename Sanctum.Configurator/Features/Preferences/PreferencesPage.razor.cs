using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.People;

namespace Sanctum.Configurator.Features.Preferences;

/// <summary>The reader's own preferences.</summary>
public sealed partial class PreferencesPage
{
    private const string ThemeHelp =
        "Of the console, at once and on every device where you sign in. Models that write for you are told dark or light.";

    private PreferencesDraft? _draft;

    [Inject]
    public required PreferencesService Preferences { get; init; }

    [Inject]
    public required Browser Browser { get; init; }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        Problem = null;
        _draft = new(await Preferences.ReadAsync(cancel));
    }

    private static string TitleOf(PreferenceKind kind) =>
        kind switch
        {
            PreferenceKind.Number => "Number",
            PreferenceKind.YesNo => "True or false",
            PreferenceKind.Json => "JSON",
            _ => "Text",
        };

    private void Add(PreferenceKind kind) => _draft!.Fields.Add(new() { Kind = kind, Text = kind == PreferenceKind.YesNo ? "true" : "" });

    private async Task SaveAsync()
    {
        if (_draft?.ToForm() is not { } form)
        {
            return;
        }

        await WorkAsync(async () =>
        {
            var before = (await Preferences.ReadAsync(CancellationToken.None)).ToForm();
            await TakeAsync(await Preferences.SaveAsync(form, CancellationToken.None), () => UndoAsync(before));
        });
    }

    private async Task UndoAsync(PreferencesForm before)
    {
        before.Version = null;
        await TakeAsync(await Preferences.SaveAsync(before, CancellationToken.None), null);
        await InvokeAsync(StateHasChanged);
    }

    private async Task TakeAsync(Outcome<PreferencesView> outcome, Func<Task>? undo)
    {
        Problem =
            outcome is Outcome<PreferencesView>.Conflict
                ? "They were changed on another device meanwhile. Discard to see them, then change them again."
                : outcome.ProblemWith("Your preferences");
        if (outcome is Outcome<PreferencesView>.Ok { Value: var saved })
        {
            _draft = new(saved);
            await Browser.ShowThemeAsync(Themes.Of(saved.DarkMode, saved.Settings));
            Notices.Say("Your preferences were saved", Tone.Good, undo is null ? null : new("Undo", undo));
        }
    }
}
