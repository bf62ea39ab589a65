using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Users;

/// <summary>Gives a user another password.</summary>
public sealed partial class PasswordDialog
{
    private readonly PasswordForm _form = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string? _notice;

    [Inject]
    public required UserService Users { get; init; }

    [Parameter, EditorRequired]
    public required UserRow User { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized()
    {
        _context = new(_form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, _) => _refusals.Clear();
    }

    private async Task SaveAsync()
    {
        _notice = null;
        switch (await Users.ResetPasswordAsync(User.Id, _form, CancellationToken.None))
        {
            case Outcome<UserRow>.Done:
                Shown.Close($"{User.UserName} has a new password and is signed out everywhere.");
                break;
            case Outcome<UserRow>.Refused refused:
                _refusals.Clear();
                if (refused.Reasons.TryGetValue(nameof(_form.Password), out var reason))
                {
                    _refusals.Add(_context.Field(nameof(_form.Password)), reason);
                }
                else
                {
                    _notice = refused.Reasons.Values.First();
                }

                _context.NotifyValidationStateChanged();
                break;
            default:
                _notice = "This user has been removed.";
                break;
        }
    }
}
