using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>Shows a secret to somebody who proves again who he is.</summary>
public sealed partial class RevealDialog
{
    private readonly PasswordForm _form = new();
    private EditContext _context = null!;
    private string? _secret;
    private string? _problem;
    private bool _busy;

    [Parameter, EditorRequired]
    public required Setting Setting { get; set; }

    [Parameter]
    public DeploymentEnvironment Environment { get; set; }

    [Inject]
    public required SettingsService Settings { get; init; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required Dialogs Dialogs { get; init; }

    protected override void OnInitialized() => _context = new(_form);

    private async Task RevealAsync()
    {
        (_busy, _problem) = (true, null);
        try
        {
            _problem = !await User.MayAsync(Policies.RevealSecrets) ? "You may not reveal secrets."
                : await Reauthentication.RefuseAsync(_form.Password, CancellationToken.None);
            if (_problem is null)
            {
                _secret = await Settings.RevealAsync(Setting.Column, Environment, "reveal", CancellationToken.None);
                _problem = _secret is null ? "There is no secret to show any more." : null;
            }
        }
        finally
        {
            _busy = false;
            _form.Password = "";
        }
    }

    private sealed class PasswordForm
    {
        [Required(ErrorMessage = "Type your password.")]
        public string Password { get; set; } = "";
    }
}
