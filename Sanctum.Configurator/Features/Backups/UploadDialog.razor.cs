using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Takes a backup's file from the reader's machine.</summary>
public sealed partial class UploadDialog : IDisposable
{
    private const long Step = 1 << 20;

    private readonly CancellationTokenSource _gone = new();
    private readonly PassphraseForm _form = new();
    private EditContext _context = null!;
    private IBrowserFile? _file;
    private string? _notice;
    private long _received;
    private bool _isBusy;

    [Inject]
    public required BackupUploads Uploads { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized() => _context = new(_form);

    private void Leave()
    {
        _gone.Cancel();
        Shown.Cancel();
    }

    private async Task TakeAsync()
    {
        (_isBusy, _notice, _received) = (true, null, 0);
        try
        {
            await using var content = _file!.OpenReadStream(long.MaxValue, _gone.Token);
            switch (await Uploads.TakeAsync(content, _file.Size, _form.Passphrase, Advance, _gone.Token))
            {
                case Outcome<BackupRow>.Done done:
                    Shown.Close(done.Value.Name);
                    break;
                case Outcome<BackupRow>.Refused refused:
                    _notice = refused.Reasons.Values.First();
                    break;
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // He left the dialog: there is nobody to tell.
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Advance(long received)
    {
        if (received - _received >= Step || received == _file!.Size)
        {
            _received = received;
            _ = InvokeAsync(StateHasChanged);
        }
    }
}
