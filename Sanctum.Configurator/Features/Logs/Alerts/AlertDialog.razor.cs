using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>Adds an alert or changes one, and says while it is typed how often it would have been raised.</summary>
public sealed partial class AlertDialog : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _closed = new();
    private CancellationTokenSource? _previewing;
    private EditContext _context = null!;
    private ValidationMessageStore _refusals = null!;
    private AlertPreview? _preview;
    private string? _previewProblem;
    private string? _problem;
    private string _title = "";
    private bool _isCounting;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required AlertForm Form { get; set; }

    [Inject]
    public required AlertService Alerts { get; init; }

    [Inject]
    public required AlertPreviewer Previewer { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<AlertDialog> Log { get; init; }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _title = Form.Name;
        _context = new(Form);
        _refusals = new(_context);
        _context.OnValidationRequested += (_, _) => _refusals.Clear();
        _context.OnFieldChanged += (_, change) =>
        {
            _refusals.Clear(change.FieldIdentifier);
            if (change.FieldIdentifier.FieldName is nameof(Form.Query) or nameof(Form.Threshold) or nameof(Form.WindowSeconds))
            {
                _ = InvokeAsync(() => PreviewAsync(Pause));
            }
        };
        await PreviewAsync(TimeSpan.Zero);
    }

    /// <summary>Counts when nothing was typed for a moment; what is typed next ends it.</summary>
    private async Task PreviewAsync(TimeSpan pause)
    {
        if (_previewing is not null)
        {
            await _previewing.CancelAsync();
        }

        using var previewing = _previewing = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        try
        {
            await Task.Delay(pause, Clock, previewing.Token);
            (_isCounting, _preview, _previewProblem) = (true, null, null);
            StateHasChanged();
            var outcome = await Previewer.PreviewAsync(Form, previewing.Token);
            _preview = (outcome as Outcome<AlertPreview>.Done)?.Value;
            _previewProblem = outcome.ProblemWith("This alert");
        }
        catch (Exception) when (previewing.IsCancellationRequested)
        {
            // More was typed, or the dialog was closed: whatever became of this one no longer matters.
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException)
        {
            LogFailed(Log, e);
            _previewProblem = "The lines could not be counted. The cause is in the server's log.";
        }
        finally
        {
            if (ReferenceEquals(_previewing, previewing))
            {
                (_previewing, _isCounting) = (null, false);
            }
        }

        if (!_closed.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }

    private async Task SaveAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            _refusals.Clear();
            switch (await Alerts.SaveAsync(Form, CancellationToken.None))
            {
                case Outcome<AlertRow>.Done done:
                    Shown.Close($"{done.Value.Name} is saved.");
                    break;
                case Outcome<AlertRow>.Refused refused:
                    Refuse(refused.Reasons);
                    break;
                case var other:
                    _problem = other.ProblemWith("this alert");
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

        _problem = reasons.GetValueOrDefault("");
        _context.NotifyValidationStateChanged();
    }

    [LoggerMessage(LogLevel.Error, "The lines of an alert could not be counted for a preview")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
