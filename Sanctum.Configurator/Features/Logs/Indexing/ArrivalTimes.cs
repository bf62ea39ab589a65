namespace Sanctum.Configurator.Features.Logs.Indexing;

/// <summary>
/// Which line was the newest when, as far as this console has seen it: what came within a time, whatever time it bears. It begins with the
/// console, and reaches as far back as the longest window of an alert.
/// </summary>
internal sealed class ArrivalTimes(TimeProvider clock)
{
    /// <summary>How far back it is known; a little more than the longest window.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(9);

    /// <summary>From then on a minute is known, and not each second.</summary>
    private static readonly TimeSpan Exact = TimeSpan.FromHours(1);

    private const int MostExact = 10_000;

    private readonly Lock _lock = new();
    private List<(DateTimeOffset At, long Newest)> _notes = [];

    /// <summary>Notes the newest line of this moment.</summary>
    public void Note(long newest)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (_notes is [.., var last] && (last.Newest == newest || now - last.At < TimeSpan.FromSeconds(1)))
            {
                return;
            }

            _notes.Add((now, newest));
            if (_notes.Count > MostExact)
            {
                _notes =
                [
                    .. _notes
                        .Where(note => note.At > now - Reach)
                        .GroupBy(note => note.At > now - Exact ? note.At.Ticks : note.At.Ticks / TimeSpan.TicksPerMinute)
                        .Select(same => same.First()),
                ];
            }
        }
    }

    /// <summary>
    /// The newest line that there was at a time; where that is not known, the first that is. Null where nothing is known yet.
    /// </summary>
    /// <returns>The line, and whether it is that of the time.</returns>
    public (long Line, bool IsOfThen)? At(DateTimeOffset time)
    {
        lock (_lock)
        {
            var at = _notes.FindLastIndex(note => note.At <= time);
            return _notes.Count == 0 ? null
                : at >= 0 ? (_notes[at].Newest, true)
                : (_notes[0].Newest, false);
        }
    }
}
