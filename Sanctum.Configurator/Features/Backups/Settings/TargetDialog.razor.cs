using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>Adds a target or changes where one is, and tests it before it is saved.</summary>
public sealed partial class TargetDialog : IDisposable
{
    private static readonly IReadOnlyList<Choice<BackupTargetKind>> Kinds =
    [
        new(BackupTargetKind.Folder, "Folder: a mounted share or another disk"),
        new(BackupTargetKind.S3, "Bucket: a server that speaks S3"),
    ];

    private readonly CancellationTokenSource _closed = new();
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private TargetVerdict? _notice;
    private string _title = "";
    private bool _isBusy;
    private bool _isTesting;

    [Parameter, EditorRequired]
    public required BackupTargetForm Form { get; set; }

    [Parameter]
    public bool HasSecretKey { get; set; }

    [Inject]
    public required BackupTargetService Targets { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override void OnInitialized()
    {
        _title = Form.Name;
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) => _refusals.Clear(change.FieldIdentifier);
    }

    private async Task TestAsync()
    {
        (_isTesting, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            switch (await Targets.TestAsync(Form.Copy(), _closed.Token))
            {
                case Outcome<TargetVerdict>.Done done:
                    _notice = done.Value;
                    _context.NotifyValidationStateChanged();
                    break;
                case Outcome<TargetVerdict>.Refused refused:
                    Refuse(refused.Reasons);
                    break;
                default:
                    _notice = new(false, "This target has been deleted.");
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // The dialog was closed meanwhile.
        }
        finally
        {
            _isTesting = false;
        }
    }

    private async Task SaveAsync()
    {
        (_isBusy, _notice) = (true, null);
        try
        {
            _refusals.Clear();
            switch (await Targets.SaveAsync(Form, CancellationToken.None))
            {
                case Outcome<BackupTargetRow>.Done done:
                    Shown.Close($"{done.Value.Name} is saved.");
                    break;
                case Outcome<BackupTargetRow>.Refused refused:
                    Refuse(refused.Reasons);
                    break;
                case Outcome<BackupTargetRow>.Stale:
                    _notice = new(false, "Somebody else changed this target after you opened the form. Cancel and open it again to see the change.");
                    break;
                case Outcome<BackupTargetRow>.Missing:
                    _notice = new(false, "This target has been deleted.");
                    break;
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Refuse(IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (field, reason) in reasons.Where(r => r.Key.Length > 0))
        {
            _refusals.Add(_context.Field(field), reason);
        }

        _notice = reasons.TryGetValue("", out var whole) ? new(false, whole) : null;
        _context.NotifyValidationStateChanged();
    }
}
