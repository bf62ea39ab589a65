using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Users;

/// <summary>Adds a user or changes one; stays open while the service refuses.</summary>
public sealed partial class UserDialog
{
    private static readonly IReadOnlyList<Choice<UserRole>> Roles =
    [
        new(UserRole.Viewer, "Viewer: reads"),
        new(UserRole.User, "User: reads, tests connections, makes API keys"),
        new(UserRole.Admin, "Administrator: everything"),
    ];

    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string _title = "";
    private string? _notice;
    private bool _isBusy;

    [Inject]
    public required UserService Users { get; init; }

    [Parameter, EditorRequired]
    public required UserForm Form { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    /// <summary>What the chosen role does not bring by itself.</summary>
    private IReadOnlyList<string> Offered => [.. Permissions.All.Except(Permissions.OfRole(Words<UserRole>.Of(Form.Role)))];

    private string? GrantError => _context.GetValidationMessages(_context.Field(nameof(Form.Permissions))).FirstOrDefault();

    protected override void OnInitialized()
    {
        _title = Form.Username;
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private void Grant(IList<string> permissions)
    {
        Form.Permissions = permissions;
        _context.NotifyFieldChanged(_context.Field(nameof(Form.Permissions)));
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            Show(await Users.SaveAsync(Form, CancellationToken.None));
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<UserRow> outcome)
    {
        switch (outcome)
        {
            case Outcome<UserRow>.Done done:
                Shown.Close($"{done.Value.UserName} is saved.");
                break;
            case Outcome<UserRow>.Refused refused:
                foreach (var (field, reason) in refused.Reasons.Where(r => r.Key.Length > 0))
                {
                    _refusals.Add(_context.Field(field), reason);
                }

                _notice = refused.Reasons.GetValueOrDefault("");
                _context.NotifyValidationStateChanged();
                break;
            case Outcome<UserRow>.Stale:
                _notice = "Somebody else changed this user after you opened the form. Cancel and open it again to see the change.";
                break;
            case Outcome<UserRow>.Missing:
                _notice = "This user has been removed.";
                break;
        }
    }
}
