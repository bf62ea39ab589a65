using System.Collections.Concurrent;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>
/// What was read of the registry since it was last written to, by whomever: what programs ask for a thousand times a second is read once. Where
/// nothing tells exactly whether it was written to, everything is read each time.
/// </summary>
public sealed class KeptReadings<TKey, TValue>(CommitMark commits)
    where TKey : notnull
    where TValue : class
{
    private const int Most = 256;

    private volatile Kept _kept = new(0);

    /// <param name="read">Null for what is not there, which is not kept.</param>
    public async ValueTask<TValue?> GetAsync(TKey key, Func<Task<TValue?>> read)
    {
        if (commits.Read() is not { } mark)
        {
            return await read();
        }

        var kept = _kept;
        if (kept.Mark != mark)
        {
            _kept = kept = new(mark);
        }

        if (!kept.Values.TryGetValue(key, out var value) && (value = await read()) is not null && kept.Values.Count < Most)
        {
            kept.Values[key] = value;
        }

        return value;
    }

    private sealed record Kept(long Mark)
    {
        public ConcurrentDictionary<TKey, TValue> Values { get; } = new();
    }
}
