using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>The three environments: which is active, which is shown, how they differ, and the switch.</summary>
public sealed partial class EnvironmentBar
{
    private DeploymentEnvironment _active;
    private IReadOnlyList<Change> _differences = [];
    private string? _problem;
    private bool _busy;

    [Parameter, EditorRequired]
    public required SettingsView View { get; set; }

    [Parameter]
    public bool CanWrite { get; set; }

    /// <summary>There are unsaved changes, so that switching has to wait.</summary>
    [Parameter]
    public bool HasDraft { get; set; }

    [Parameter]
    public EventCallback OnSwitched { get; set; }

    [Inject]
    public required SettingsService Settings { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    protected override async Task OnParametersSetAsync()
    {
        var live = View.IsActive ? View : await Settings.ReadAsync(null, CancellationToken.None);
        _active = live.Environment;
        _differences =
        [
            .. View
                .Fields.Where(f =>
                    f.Secret is null ? f.Effective != live[f.Setting.Column].Effective : f.Secret != live[f.Setting.Column].Secret
                )
                .Select(f => new Change(f.Setting.Label, live[f.Setting.Column].Shown, f.Shown)),
        ];
    }

    private static string UrlOf(DeploymentEnvironment environment) =>
        $"{Urls.Settings}?environment={EnumText<DeploymentEnvironment>.Of(environment)}";

    private async Task SwitchAsync()
    {
        var text =
            $"{_differences.Count} settings change for every program of this Sanctum. The settings of {_active} are kept, so you can switch back.";
        if (
            !await Confirm.AskAsync($"Switch to {View.Environment}?", text, $"Switch to {View.Environment}", isDanger: false)
            || !await User.MayAsync(Policies.WriteSettings)
        )
        {
            return;
        }

        _busy = true;
        try
        {
            var outcome = await Settings.SwitchAsync(View.Environment, CancellationToken.None);
            _problem = outcome switch
            {
                Outcome<SettingsView>.Invalid refused => string.Join(' ', refused.Reasons.Values),
                Outcome<SettingsView>.Conflict =>
                    "The environment was not switched, because the settings were changed at the same time. Try again.",
                _ => null,
            };
            if (_problem is null)
            {
                Notices.Say($"The environment was switched to {View.Environment}.");
                await OnSwitched.InvokeAsync();
            }
        }
        finally
        {
            _busy = false;
        }
    }
}
