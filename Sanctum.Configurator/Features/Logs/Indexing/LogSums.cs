using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Indexing;

/// <summary>Whose lines are counted together within a span of time.</summary>
/// <param name="SourceId">Null for all of the source's.</param>
internal readonly record struct SumKey(long Span, int Level, string Source, int? SourceId);

/// <summary>How many lines, and the ids they lie between.</summary>
internal record struct Sum(long Lines, long FirstId, long LastId)
{
    public Sum With(long id) => Lines == 0 ? new(1, id, id) : new(Lines + 1, Math.Min(FirstId, id), Math.Max(LastId, id));
}

/// <summary>The sums of some lines: per minute and hour, of each origin and of each source, and per pattern and hour.</summary>
internal sealed class LogSums
{
    public Dictionary<SumKey, Sum> Minutes { get; } = [];

    public Dictionary<SumKey, Sum> Hours { get; } = [];

    public Dictionary<SumKey, Sum> SourceMinutes { get; } = [];

    public Dictionary<SumKey, Sum> SourceHours { get; } = [];

    public Dictionary<(SumKey Key, long Pattern), Sum> PatternHours { get; } = [];

    public Dictionary<long, string> Patterns { get; } = [];

    public static long MinuteOf(DateTimeOffset time) => (long)Math.Floor(time.ToUnixTimeMilliseconds() / 60_000d);

    public static long HourOf(long minute) => (long)Math.Floor(minute / 60d);

    public void Add(LogRow row)
    {
        var minute = MinuteOf(row.Timestamp);
        var key = new SumKey(minute, (int)row.Level, row.Source, row.SourceId ?? 0);
        var ofHour = key with { Span = HourOf(minute) };
        Add(Minutes, key, row.Id);
        Add(Hours, ofHour, row.Id);
        Add(SourceMinutes, key with { SourceId = null }, row.Id);
        Add(SourceHours, ofHour with { SourceId = null }, row.Id);
        var pattern = MessagePattern.Of(row.Message);
        var id = MessagePattern.IdOf(pattern);
        Patterns.TryAdd(id, pattern);
        Add(PatternHours, (ofHour, id), row.Id);
    }

    private static void Add<TKey>(Dictionary<TKey, Sum> sums, TKey key, long id)
        where TKey : notnull => sums[key] = sums.GetValueOrDefault(key).With(id);
}
