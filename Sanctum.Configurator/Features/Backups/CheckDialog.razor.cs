using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Verifies a backup and shows what was found, or begins a drill.</summary>
public sealed partial class CheckDialog : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly PassphraseForm _form = new();
    private EditContext _context = null!;
    private BackupVerdict? _verdict;
    private string? _notice;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required BackupRow Backup { get; set; }

    [Parameter]
    public bool IsDrill { get; set; }

    [Inject]
    public required BackupService Backups { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized() => _context = new(_form);

    private async Task BeginAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            if (IsDrill)
            {
                Show(await Backups.DrillAsync(Backup.Id, _form.Passphrase, CancellationToken.None), _ => Shown.Close(true));
            }
            else
            {
                Show(await Backups.VerifyAsync(Backup.Id, _form.Passphrase, _gone.Token), verdict => _verdict = verdict);
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show<T>(Outcome<T> outcome, Action<T> done)
    {
        switch (outcome)
        {
            case Outcome<T>.Done ok:
                done(ok.Value);
                break;
            case Outcome<T>.Refused refused:
                _notice = refused.Reasons.Values.First();
                break;
            default:
                _notice = "This backup is no longer there.";
                break;
        }
    }
}
