using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Logs.Alerts;

/// <summary>Adds an alert or changes one, and says while it is typed how often it would have been raised.</summary>
public sealed partial class AlertDialog
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private CancellationTokenSource? _previewing;
    private AlertPreview? _preview;
    private string? _previewProblem;
    private string _title = "";
    private bool _isCounting;

    [Inject]
    public required AlertService Alerts { get; init; }

    [Inject]
    public required AlertPreviewer Previewer { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required ILogger<AlertDialog> Log { get; init; }

    protected override string Thing => "alert";

    protected override Task OnFilledAsync() => PreviewAsync(TimeSpan.Zero);

    protected override void OnFilled() => _title = Form.Name;

    protected override void OnFieldChanged(string field)
    {
        if (field is nameof(Form.Query) or nameof(Form.Threshold) or nameof(Form.WindowSeconds))
        {
            _ = InvokeAsync(() => PreviewAsync(Pause));
        }
    }

    /// <summary>Counts when nothing was typed for a moment; what is typed next ends it.</summary>
    private async Task PreviewAsync(TimeSpan pause)
    {
        if (_previewing is not null)
        {
            await _previewing.CancelAsync();
        }

        using var previewing = _previewing = CancellationTokenSource.CreateLinkedTokenSource(Closed);
        try
        {
            await Task.Delay(pause, Clock, previewing.Token);
            (_isCounting, _preview, _previewProblem) = (true, null, null);
            StateHasChanged();
            var outcome = await Previewer.PreviewAsync(Form, previewing.Token);
            _preview = (outcome as Outcome<AlertPreview>.Ok)?.Value;
            _previewProblem = outcome.ProblemWith("This alert");
        }
        catch (Exception) when (previewing.IsCancellationRequested)
        {
            // More was typed, or the dialog was closed: whatever became of this one no longer matters.
        }
        catch (Exception e)
        {
            LogFailed(Log, e);
            _previewProblem = "The lines could not be counted. See the console's log for details.";
        }
        finally
        {
            if (ReferenceEquals(_previewing, previewing))
            {
                (_previewing, _isCounting) = (null, false);
            }
        }

        if (!Closed.IsCancellationRequested)
        {
            StateHasChanged();
        }
    }

    protected override Task<Outcome<AlertRow>> SaveAsync() => Alerts.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(AlertRow saved) => $"{saved.Name} was saved.";

    protected override Task<AlertForm?> FindTheirsAsync(AlertRow current) => Task.FromResult<AlertForm?>(current.ToForm());

    [LoggerMessage(LogLevel.Error, "The lines of an alert could not be counted for a preview")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
