using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Backups.Runs;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Verifies a backup and shows what was found, or begins a drill.</summary>
public sealed partial class CheckDialog
{
    private BackupVerdict? _verdict;

    [Parameter, EditorRequired]
    public required BackupRow Backup { get; set; }

    [Parameter]
    public bool IsDrill { get; set; }

    [Inject]
    public required BackupService Backups { get; init; }

    protected override string Thing => "backup";

    protected override async Task<Outcome<BackupRow>> SaveAsync()
    {
        if (IsDrill)
        {
            return await Backups.DrillAsync(Backup.Id, Form.Passphrase, CancellationToken.None);
        }

        _verdict = Take(await Backups.VerifyAsync(Backup.Id, Form.Passphrase, Closed));
        return NotYet;
    }

    protected override object Answer(BackupRow saved) => true;
}
