using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>Follows the lines as they come.</summary>
internal sealed class LogTail(LogArrivals arrivals, Signal<LinesArrived> lines)
{
    private const int MostAtOnce = 500;

    /// <summary>Every wanted line that comes in from now on, in the order in which they come, whatever time they bear.</summary>
    /// <param name="after">The last line that was told, where somebody follows again; null for whatever comes from now on.</param>
    public async IAsyncEnumerable<LogRow> FollowAsync(
        LogFilter filter,
        [EnumeratorCancellation] CancellationToken cancel,
        long? after = null
    )
    {
        var told = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = lines.Subscribe(_ => told.Writer.TryWrite(true));
        var mark = after is { } last ? new LogMark(last, []) : await arrivals.NowAsync(cancel);
        told.Writer.TryWrite(after is not null);
        while (await told.Reader.WaitToReadAsync(cancel))
        {
            told.Reader.TryRead(out _);
            LogsArrived page;
            do
            {
                page = await arrivals.NextAsync(filter, mark, MostAtOnce, cancel);
                foreach (var row in page.Items)
                {
                    yield return row;
                }
            } while (page.HasMore);
        }
    }
}
