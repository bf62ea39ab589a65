namespace Sanctum.Configurator.Platform;

/// <summary>
/// Calls at once, in order and on the thread that reports. The framework's own <see cref="Progress{T}"/> hands each value to another thread,
/// where an older one may come last.
/// </summary>
public sealed class DirectProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}

/// <summary>How many bytes of how many are done.</summary>
public readonly record struct BytesDone(long Done, long Total);
