using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Sanctum.Configurator.Features.Backups.Runs;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Takes a backup's file from the reader's machine.</summary>
public sealed partial class UploadDialog
{
    private const long Step = 1 << 20;

    private IBrowserFile? _file;
    private long _received;

    [Inject]
    public required BackupUploads Uploads { get; init; }

    protected override string Thing => "backup";

    protected override async Task<Outcome<BackupRow>> SaveAsync()
    {
        _received = 0;
        await using var content = _file!.OpenReadStream(long.MaxValue, Closed);
        return await Uploads.TakeAsync(content, _file.Size, Form.Passphrase, new DirectProgress<long>(Advance), Closed);
    }

    protected override object Answer(BackupRow saved) => saved.Name;

    private void Advance(long received)
    {
        if (received - _received >= Step || received == _file!.Size)
        {
            _received = received;
            _ = InvokeAsync(StateHasChanged);
        }
    }
}
