using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>
/// A page or a card that reads something when it is shown, and again when it has changed. One reading goes on at a time: what changes
/// meanwhile is
/// read once more when it ends.
/// </summary>
public abstract partial class LiveComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly List<IDisposable> _held = [];
    private CancellationTokenSource? _reading;
    private Task _readings = Task.CompletedTask;
    private object? _key;
    private bool _hasBegun;
    private bool _isDue;

    protected LiveComponent() => Gone = _gone.Token;

    [Inject]
    public required Signal<RegistryChange> RegistryChanges { get; init; }

    [Inject]
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Cancelled when nobody looks any more.</summary>
    protected CancellationToken Gone { get; }

    /// <summary>It has been read, whatever was there.</summary>
    protected bool IsRead { get; private set; }

    /// <summary>The last reading failed.</summary>
    protected bool HasFailed { get; private set; }

    /// <summary>Something is done now; nothing else is begun meanwhile.</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Why what was done last could not be done.</summary>
    protected string? Problem { get; set; }

    /// <summary>What is shown, such as an id: another one is loaded anew.</summary>
    protected virtual object? LoadKey => null;

    public void Dispose()
    {
        _gone.Cancel();
        foreach (var held in _held)
        {
            held.Dispose();
        }

        Dispose(true);
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads all that is shown.</summary>
    protected virtual Task ReadAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Reads again, and says how it went; ends when what is shown is as new as this call.</summary>
    protected Task ReloadAsync()
    {
        _isDue = true;
        return _readings.IsCompleted ? _readings = ReadWhileDueAsync() : _readings;
    }

    /// <summary>Does one thing at a time, and forgets what was wrong with the one before.</summary>
    protected async Task WorkAsync(Func<Task> act)
    {
        if (IsBusy)
        {
            return;
        }

        (IsBusy, Problem) = (true, null);
        StateHasChanged();
        try
        {
            await act();
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // The page was left.
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>Reads again whenever rows of these tables have changed; of any where none is named.</summary>
    protected void Watch(params IReadOnlyCollection<string> tables) => Watch(ReloadAsync, tables);

    /// <summary>Follows whenever rows of these tables have changed; of any where none is named.</summary>
    protected void Watch(Func<Task> follow, params IReadOnlyCollection<string> tables) =>
        Follow(RegistryChanges, change => tables.Count == 0 || change.Tables.Overlaps(tables) ? InvokeAsync(follow) : Task.CompletedTask);

    /// <summary>Is told by a signal, on any thread, as long as the component is shown.</summary>
    protected void Follow<T>(Signal<T> signal, Func<T, Task> follow)
        where T : notnull => Hold(signal.Subscribe(value => Gone.IsCancellationRequested ? Task.CompletedTask : follow(value)));

    /// <summary>Keeps a subscription or a timer as long as the component is shown.</summary>
    protected T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Add(held);
        return held;
    }

    protected override Task OnParametersSetAsync()
    {
        if (_hasBegun && Equals(_key, LoadKey))
        {
            return Task.CompletedTask;
        }

        (_hasBegun, _key, IsRead, HasFailed) = (true, LoadKey, false, false);
        _reading?.Cancel();
        return ReloadAsync();
    }

    protected virtual void Dispose(bool isDisposing) { }

    /// <summary>
    /// Reads a part of it, such as what comes next. Whatever keeps a reading from ending well has failed it: the reader can only try again,
    /// and the
    /// cause is in the log, once.
    /// </summary>
    protected async Task TryAsync(Func<CancellationToken, Task> read)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        _reading = reading;
        try
        {
            await read(reading.Token);
            (IsRead, HasFailed) = reading.IsCancellationRequested ? (IsRead, HasFailed) : (true, false);
        }
        catch (Exception) when (reading.IsCancellationRequested)
        {
            // Something else is shown by now, or nobody looks any more: whatever became of this one no longer matters.
        }
        catch (Exception e)
        {
            if (!HasFailed)
            {
                LogFailed(Loggers.CreateLogger(GetType()), e);
            }

            HasFailed = true;
        }
        finally
        {
            _reading = ReferenceEquals(_reading, reading) ? null : _reading;
        }
    }

    private async Task ReadWhileDueAsync()
    {
        while (_isDue && !Gone.IsCancellationRequested)
        {
            _isDue = false;
            await TryAsync(ReadAsync);
            if (!Gone.IsCancellationRequested)
            {
                StateHasChanged();
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A page's data could not be loaded")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
