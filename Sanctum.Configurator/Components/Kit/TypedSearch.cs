namespace Sanctum.Configurator.Components.Kit;

/// <summary>What somebody types into a search box: the box keeps it, and it is searched when they pause.</summary>
internal sealed class TypedSearch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private CancellationTokenSource? _pause;

    /// <summary>What stands in the box.</summary>
    public string? Text { get; private set; }

    /// <summary>What is being typed is not in the address yet, and must not be lost for what is.</summary>
    public bool IsTyping => _pause is not null;

    public void Dispose() => Interlocked.Exchange(ref _pause, null)?.Cancel();

    /// <summary>Shows what the address has, unless somebody is typing.</summary>
    public void Show(string? text) => Text = IsTyping ? Text : text;

    /// <returns>False where more was typed meanwhile: the newer search goes on.</returns>
    public async Task<bool> TypeAsync(string? text, TimeProvider clock)
    {
        _pause?.Cancel();
        using var pause = _pause = new CancellationTokenSource();
        Text = text;
        try
        {
            await Task.Delay(Pause, clock, pause.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        _pause = null;
        return true;
    }
}
