using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Follows the lines as they come.</summary>
public sealed class LogTail(LogSearch search, LogPulse pulse)
{
    private const int MostAtOnce = 500;

    /// <summary>Every wanted line that comes in from now on, oldest first; one that bears an earlier time than others before it is left out.</summary>
    public async IAsyncEnumerable<LogRow> FollowAsync(LogFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var told = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = pulse.Subscribe(() => told.Writer.TryWrite(true));
        var newest = await search.ReadAsync(LogFilter.Everything, null, isForward: false, 1, cancel);
        LogPlace? place = newest.Items is [var last] ? LogPlace.Of(last) : null;
        while (await told.Reader.WaitToReadAsync(cancel))
        {
            told.Reader.TryRead(out _);
            LogPage page;
            do
            {
                page = await search.ReadAsync(filter, place, isForward: true, MostAtOnce, cancel);
                foreach (var row in page.Items)
                {
                    place = LogPlace.Of(row);
                    yield return row;
                }

                place = page.SearchedTo ?? place;
            }
            while (page.HasMore);
        }
    }
}
