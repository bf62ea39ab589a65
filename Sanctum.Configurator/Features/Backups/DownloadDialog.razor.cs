using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Gives the file of a backup to somebody who proves again who he is.</summary>
public sealed partial class DownloadDialog
{
    private readonly PasswordForm _form = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private string? _link;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required BackupRow Backup { get; set; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    [Inject]
    public required DownloadTickets Tickets { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    [Inject]
    public required CurrentActor Actor { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized()
    {
        _context = new(_form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, _) => _refusals.Clear();
    }

    private async Task AllowAsync()
    {
        _isBusy = true;
        try
        {
            var problem = !await User.MayAsync(Policies.DownloadBackups) ? "You may not download backups."
                : await Reauthentication.RefuseAsync(_form.Password, CancellationToken.None);
            if (problem is not null)
            {
                _refusals.Add(() => _form.Password, problem);
                _context.NotifyValidationStateChanged();
            }
            else if (Actor.Value.UserId is { } user)
            {
                _link = Urls.BackupFile(Backup.Id, Tickets.Issue(Backup.Id, user));
            }
        }
        finally
        {
            _isBusy = false;
            _form.Password = "";
        }
    }

    private sealed class PasswordForm
    {
        [Required(ErrorMessage = "Type your password.")]
        [TextLimit(Lengths.Password)]
        public string Password { get; set; } = "";
    }
}
