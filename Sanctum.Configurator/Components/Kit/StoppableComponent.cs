using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>A part of a page that does one thing at a time, which takes long and can be stopped. It ends with the page.</summary>
public abstract class StoppableComponent : ComponentBase, IDisposable
{
    private CancellationTokenSource? _stop;
    private bool _isGone;

    /// <summary>Something was done: whatever it may have changed is read again.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    internal bool IsBusy => _stop is not null;

    /// <summary>What is done now, such as "Reading the agents".</summary>
    protected string Doing { get; private set; } = "";

    /// <summary>Why the last thing could not be done, or was not done to its end.</summary>
    protected string? Problem { get; set; }

    /// <summary>What is said when it was stopped.</summary>
    protected virtual string Stopped => "Stopped.";

    public void Dispose()
    {
        _isGone = true;
        Stop();
        GC.SuppressFinalize(this);
    }

    protected void Stop() => _stop?.Cancel();

    protected async Task RunAsync(string doing, Func<CancellationToken, Task> act)
    {
        if (IsBusy)
        {
            return;
        }

        using var stop = _stop = new CancellationTokenSource();
        (Doing, Problem) = (doing, null);
        StateHasChanged();
        try
        {
            await act(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Problem = Stopped;
        }
        finally
        {
            _stop = null;
        }

        if (!_isGone)
        {
            StateHasChanged();
            await OnChanged.InvokeAsync();
        }
    }

    /// <summary>What came of it; null where it was refused, and <see cref="Problem"/> says why.</summary>
    protected T? Taken<T>(Outcome<T> outcome)
        where T : class
    {
        Problem = (outcome as Outcome<T>.Invalid)?.Reasons.Values.First();
        return (outcome as Outcome<T>.Ok)?.Value;
    }
}
