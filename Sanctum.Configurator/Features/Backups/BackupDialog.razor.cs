using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Begins a backup of a chosen kind.</summary>
public sealed partial class BackupDialog
{
    private static readonly IReadOnlyList<Choice<BackupType>> Kinds =
    [
        new(BackupType.Full, "Full: all of it"),
        new(BackupType.Incremental, "Incremental: what has changed since the last one"),
        new(BackupType.ConfigOnly, "Config only: what was set"),
    ];

    private readonly BackupForm _form = new();
    private EditContext _context = null!;
    private string? _notice;
    private bool _isBusy;

    [Inject]
    public required BackupService Backups { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override void OnInitialized() => _context = new(_form);

    private async Task BeginAsync()
    {
        _isBusy = true;
        try
        {
            if (await Backups.BackUpAsync(_form, CancellationToken.None) is Outcome<BackupRow>.Refused refused)
            {
                _notice = refused.Reasons.Values.First();
            }
            else
            {
                Shown.Close(true);
            }
        }
        finally
        {
            _isBusy = false;
        }
    }
}
