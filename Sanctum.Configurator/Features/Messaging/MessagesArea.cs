using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging;

/// <summary>Messages on the Overview: what waits, what the last hour was like, and what a person has to decide.</summary>
internal sealed class MessagesArea(
    IDbContextFactory<RegistryDbContext> registries,
    MessagingTroubles troubles,
    QueuePauseService pauses,
    Signal<QueueChanged> queue,
    TimeProvider clock
) : IOverviewArea
{
    private const int MostNamed = 3;
    private const int Bars = 12;

    private static readonly TimeSpan Bar = TimeSpan.FromMinutes(5);

    public string Title => "Messages";

    public string Url => Urls.Queue;

    public string Icon => "chat";

    public int Order => 26;

    public string Policy => Policies.ReadMessages;

    public IReadOnlyCollection<string>? Follows => [Tables.Channels, Tables.Outbox];

    public IDisposable Subscribe(Action changed) => queue.Subscribe(_ => changed());

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var waiting = await registry.Queue.CountAsync(e => e.Status == QueueStatus.Pending || e.Status == QueueStatus.Processing, cancel);
        var ended = await EndedAsync(registry, cancel);
        List<Attention> attention =
        [
            .. FailedOf(await troubles.FailedAsync(cancel)),
            .. DownOf(await troubles.ChannelsAsync(cancel)),
            .. OverdueOf(await troubles.OverdueAsync(cancel)),
            .. await UndeliveredAsync(registry, cancel),
            .. PausedOf(await pauses.ListAsync(cancel)),
        ];
        var isUsed = waiting > 0 || await registry.Queue.AnyAsync(cancel) || await registry.Channels.AnyAsync(cancel);
        return new() { Tile = isUsed ? TileOf(waiting, ended, attention) : null, Attention = attention };
    }

    /// <summary>How many ended in each five minutes of the last hour, the oldest first.</summary>
    private async Task<IReadOnlyList<int>> EndedAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var (now, ended) = (clock.GetUtcNow(), new List<int>());
        for (var back = Bars; back > 0; back--)
        {
            var (from, to) = (now - (Bar * back), now - (Bar * (back - 1)));
            ended.Add(await registry.Queue.CountAsync(e => e.EndedAt > from && e.EndedAt <= to, cancel));
        }

        return ended;
    }

    private static OverviewTile TileOf(int waiting, IReadOnlyList<int> ended, IReadOnlyList<Attention> attention) =>
        new(
            "Waiting for an answer",
            waiting.ToString("N0", CultureInfo.InvariantCulture),
            $"{Counts.Of(ended.Sum(), "message")} ended in the last hour",
            attention.Any(one => one.Tone == Tone.Bad) ? Tone.Bad
                : attention.Count > 0 ? Tone.Warning
                : Tone.Good
        )
        {
            Picture = new BarsPicture("Messages that ended, by five minutes of the last hour", [.. ended.Select(n => new SmallBar(n))]),
        };

    private static IEnumerable<Attention> FailedOf(IReadOnlyList<FailedMessage> failed)
    {
        if (failed.Count == 0)
        {
            yield break;
        }

        var count = failed.Count < MessagingTroubles.MostRead ? Counts.Of(failed.Count, "message") : $"{failed.Count:N0} messages or more";
        var since = string.Create(CultureInfo.InvariantCulture, $"{failed[^1].At:d MMMM HH:mm}");
        yield return new(Tone.Bad, $"{count} failed since {since} UTC", failed[0].Cause is { } cause ? $"The newest: {cause}" : null)
        {
            Act = new("See the failures", Policies.ReadMessages) { Url = Urls.QueueFailures, Api = "GET /api/queue/failures" },
        };
    }

    private static IEnumerable<Attention> DownOf(IReadOnlyList<ChannelDown> down) =>
        down.Count > MostNamed
            ?
            [
                new(
                    Tone.Bad,
                    $"{down.Count} channels can't be used",
                    $"{string.Join(", ", down.Take(MostNamed).Select(c => c.Name))} and {down.Count - MostNamed} more."
                )
                {
                    Act = OpenChannels,
                },
            ]
            : down.Select(channel => new Attention(Tone.Bad, $"The channel {channel.Name} can't be used", channel.Why)
            {
                Act = OpenChannels,
            });

    private static AttentionAct OpenChannels =>
        new("Open the channels", Policies.ReadMessages) { Url = Urls.Channels, Api = "GET /api/channels" };

    private static IEnumerable<Attention> OverdueOf(DateTimeOffset? since) =>
        since is { } at
            ?
            [
                new(
                    Tone.Warning,
                    string.Create(CultureInfo.InvariantCulture, $"A message has waited since {at:d MMMM HH:mm} UTC"),
                    "Its agent is busy, or the Letta server can't be used."
                )
                {
                    Act = new("Open the queue", Policies.ReadMessages)
                    {
                        Url = $"{Urls.Queue}?status={EnumText<QueueStatus>.Of(QueueStatus.Pending)}",
                        Api = "GET /api/queue?status=pending",
                    },
                },
            ]
            : [];

    private static async Task<IReadOnlyList<Attention>> UndeliveredAsync(RegistryDbContext registry, CancellationToken cancel)
    {
        var unknown = await registry.Outbox.CountAsync(o => o.Status == OutboxStatus.Unknown, cancel);
        var failed = await registry.Outbox.CountAsync(o => o.Status == OutboxStatus.Failed, cancel);
        return
        [
            .. Undelivered(unknown, "may not have arrived", "Look into the chats and decide.", OutboxStatus.Unknown),
            .. Undelivered(failed, "could not be sent", null, OutboxStatus.Failed),
        ];
    }

    private static IEnumerable<Attention> Undelivered(int count, string what, string? detail, OutboxStatus status)
    {
        var word = EnumText<OutboxStatus>.Of(status);
        return count == 0
            ? []
            :
            [
                new(Tone.Warning, $"{Counts.Of(count, "message")} in the outbox {what}", detail)
                {
                    Act = new("Decide", Policies.OperateMessages) { Url = Urls.OutboxIn(word), Api = $"GET /api/outbox?state={word}" },
                },
            ];
    }

    private IEnumerable<Attention> PausedOf(IReadOnlyList<PauseRow> paused) =>
        from pause in paused
        where pause.Waiting > 0
        select new Attention(Tone.Warning, $"{pause.Name} is paused, with {Counts.Of(pause.Waiting, "message")} waiting", pause.Reason)
        {
            Act = new("Resume", Policies.OperateMessages)
            {
                RunAsync = async cancel =>
                    await pauses.ResumeAsync(pause.Id, cancel) is var outcome && outcome.ProblemWith("The pause") is { } problem
                        ? new Outcome<string>.Invalid("", problem)
                        : new Outcome<string>.Ok($"{pause.Name} goes on."),
                Api = $"DELETE /api/queue/pauses/{pause.Id}",
            },
        };
}
