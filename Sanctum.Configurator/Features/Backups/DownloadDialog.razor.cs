using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Gives the file of a backup to somebody who proves again who he is.</summary>
public sealed partial class DownloadDialog
{
    private string? _link;

    [Parameter, EditorRequired]
    public required BackupRow Backup { get; set; }

    [Inject]
    public required Reauthentication Reauthentication { get; init; }

    [Inject]
    public required DownloadTickets Tickets { get; init; }

    [Inject]
    public required CurrentUser User { get; init; }

    protected override string Thing => "backup";

    protected override async Task<Outcome<string>> SaveAsync()
    {
        var problem = !await User.MayAsync(Policies.DownloadBackups)
            ? "You don't have permission to download backups."
            : await Reauthentication.RefuseAsync(Form.Password, CancellationToken.None);
        if (problem is not null)
        {
            // What was refused stays to be mended: an empty field would say that it is empty, and not what is wrong.
            return new Outcome<string>.Invalid(nameof(Form.Password), problem);
        }

        if (User.Actor.UserId is { } user)
        {
            (_link, Form.Password) = (Urls.BackupFile(Backup.Id, Tickets.Issue(Backup.Id, user)), "");
        }

        return NotYet;
    }
}
