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
    private string? _link;
    private string? _problem;
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

    protected override void OnInitialized() => _context = new(_form);

    private async Task AllowAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            _problem = !await User.MayAsync(Policies.DownloadBackups) ? "You don't have permission to download backups."
                : await Reauthentication.RefuseAsync(_form.Password, CancellationToken.None);
            if (_problem is null && Actor.Value.UserId is { } user)
            {
                // What was refused stays to be mended: an empty field would say that it is empty, and not what is wrong.
                (_link, _form.Password) = (Urls.BackupFile(Backup.Id, Tickets.Issue(Backup.Id, user)), "");
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private sealed class PasswordForm
    {
        [Required(ErrorMessage = "Enter your password.")]
        [TextLimit(Lengths.Password)]
        public string Password { get; set; } = "";
    }
}
