using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Letta;

/// <summary>
/// Tests the connection to the Letta server and shows each step as it ends. All steps have their place as soon as it begins, so that
/// nothing jumps. Only for who may test: others see nothing of it.
/// </summary>
public sealed partial class ConnectionTest
{
    private const string None = "–";

    private readonly List<LettaStep> _steps = [];
    private CancellationTokenSource? _running;
    private LettaTestResult? _result;
    private string _refusal = "";
    private Ending _ending;

    private enum Ending
    {
        NotTested,
        Tested,
        Refused,
        Cancelled,
        Failed,
    }

    /// <summary>Typed values by column that are not saved yet; asked for when a test begins.</summary>
    [Parameter]
    public Func<IReadOnlyDictionary<string, string?>> Unsaved { get; set; } = () => new Dictionary<string, string?>();

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public EventCallback<LettaTestResult> OnTested { get; set; }

    /// <summary>Column → why its value can't be tested.</summary>
    [Parameter]
    public EventCallback<IReadOnlyDictionary<string, string>> OnRefused { get; set; }

    [Inject]
    public required LettaTests Tests { get; init; }

    [Inject]
    public required ILogger<ConnectionTest> Log { get; init; }

    private bool IsRunning => _running is not null;

    private Tone Kind =>
        IsRunning
            ? Tone.Busy
            : _ending switch
            {
                Ending.Tested when VerdictLook.IsDangerous(_result!.Report.Verdict, _result.Report.Kind, _result.Address) => Tone.Bad,
                Ending.Tested => VerdictLook.ToneOf(_result!.Report.Verdict, _result.Report.HasWarning),
                Ending.Refused => Tone.Warning,
                Ending.Failed => Tone.Bad,
                _ => Tone.Neutral,
            };

    private string Title =>
        IsRunning
            ? "Testing"
            : _ending switch
            {
                Ending.Tested => VerdictLook.TitleOf(_result!.Report.Verdict),
                Ending.Refused => "Not tested",
                Ending.Cancelled => "Cancelled",
                Ending.Failed => "The test could not be run",
                _ => "Not tested yet",
            };

    private string Text =>
        IsRunning
            ? "Each step appears as it completes."
            : _ending switch
            {
                Ending.Tested => _result!.Report.Message,
                Ending.Refused => _refusal,
                Ending.Cancelled => "The test was not recorded.",
                Ending.Failed => "Try again. See the console's log for details.",
                _ => "Tests the connection step by step and shows which step fails.",
            };

    public void Dispose() => Cancel();

    private async Task TestAsync()
    {
        using var running = _running = new CancellationTokenSource();
        _steps.Clear();
        _result = null;
        try
        {
            await ShowAsync(await Tests.TestAsync(Unsaved(), step => Follow(step, running), running.Token));
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            _ending = Ending.Cancelled;
            _steps.Clear();
        }
        catch (Exception e)
        {
            _ending = Ending.Failed;
            LogFailed(Log, e);
        }
        finally
        {
            _running = null;
        }
    }

    private async Task ShowAsync(Outcome<LettaTestResult> outcome)
    {
        _running = null;
        if (outcome is Outcome<LettaTestResult>.Ok { Value: var result })
        {
            (_result, _ending) = (result, Ending.Tested);
            _steps.Clear();
            _steps.AddRange(result.Report.Steps);
            await OnTested.InvokeAsync(result);
        }
        else if (outcome is Outcome<LettaTestResult>.Invalid { Reasons: var reasons })
        {
            (_refusal, _ending) = (string.Join(' ', reasons.Values), Ending.Refused);
            await OnRefused.InvokeAsync(reasons);
        }
    }

    private void Cancel() => _running?.Cancel();

    /// <summary>Called on the test's own thread; a step comes twice, when it starts and when it has ended.</summary>
    private void Follow(LettaStep step, CancellationTokenSource test) =>
        _ = InvokeAsync(() =>
        {
            if (ReferenceEquals(_running, test))
            {
                _steps.RemoveAll(known => known.Name == step.Name);
                _steps.Add(step);
                StateHasChanged();
            }
        });

    [LoggerMessage(LogLevel.Error, "A test of the Letta server could not be run")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
