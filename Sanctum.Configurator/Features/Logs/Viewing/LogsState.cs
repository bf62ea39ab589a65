using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Viewing;

/// <summary>What a page of logs shows, as its address says it.</summary>
/// <param name="Query">What was typed.</param>
/// <param name="Span">One of <see cref="Spans"/>' names; "" where the ends are given.</param>
internal sealed record LogsState(string Query, string Span, DateTimeOffset? From, DateTimeOffset? To)
{
    public const string Everything = "all";

    private const string Usual = "24h";

    /// <summary>How far back from now.</summary>
    public static readonly IReadOnlyList<(string Name, string Text, TimeSpan? Length)> Spans =
    [
        ("15m", "Last 15 minutes", TimeSpan.FromMinutes(15)),
        ("1h", "Last hour", TimeSpan.FromHours(1)),
        (Usual, "Last 24 hours", TimeSpan.FromHours(24)),
        ("7d", "Last 7 days", TimeSpan.FromDays(7)),
        ("30d", "Last 30 days", TimeSpan.FromDays(30)),
        (Everything, "All time", null),
    ];

    /// <summary>New lines come in at the end of what is shown.</summary>
    public bool IsLive => To is null;

    public static LogsState Of(string? query, string? span, string? from, string? to, DateTimeOffset now)
    {
        var (first, last) = (TimeIn(from), TimeIn(to));
        if (first is not null || last is not null)
        {
            return new(query ?? "", "", first, last);
        }

        var (name, _, length) = Spans.FirstOrDefault(known => known.Name == span, Spans.First(known => known.Name == Usual));
        return new(query ?? "", name, length is null ? null : now - length, null);
    }

    /// <summary>Milliseconds since 1970, as the histogram's addresses have them, or any time that can be read.</summary>
    private static DateTimeOffset? TimeIn(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds <= LogTimes.Latest.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : TimeText.Find(text);
}
