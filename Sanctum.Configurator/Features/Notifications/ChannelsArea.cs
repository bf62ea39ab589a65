using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Features.Overview;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>The channels on the Overview: whether what should be told is told.</summary>
internal sealed class ChannelsArea(ChannelService channels) : IOverviewArea
{
    public string Title => "Notifications";

    public string Url => Urls.NotificationChannels;

    public string Icon => "bell";

    public int Order => 70;

    public string Policy => Policies.ReadRegistry;

    public bool HasTile => false;

    public IReadOnlyCollection<string>? Follows => [Tables.Notifications, Tables.NotificationChannels];

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        var rows = (await channels.ListAsync(cancel)).Where(channel => channel.IsEnabled).ToList();
        return new()
        {
            Attention = [.. rows.Where(channel => (channel.FailingSince, channel.Problem) is not (null, null)).Select(AttentionFor)],
            Steps = [StepOf(rows.Count > 0)],
        };
    }

    private static FirstStep StepOf(bool isDone) =>
        new("Set up a channel", "Get notifications by e-mail, ntfy or webhook.", Urls.NotificationChannels, isDone, Policies.WriteRegistry);

    private Attention AttentionFor(ChannelRow channel) =>
        channel.Problem is { } problem
            ? new(Tone.Bad, $"{channel.Name} can't send notifications", problem)
            {
                Act = new("Open the channels", Policies.ReadRegistry)
                {
                    Url = Urls.NotificationChannels,
                    Api = "GET /api/notification-channels",
                },
            }
            : new(Tone.Bad, $"Notifications by {channel.Name} fail", channel.LastFailure)
            {
                Act = new("Test the channel", Policies.WriteRegistry)
                {
                    RunAsync = cancel => TestAsync(channel, cancel),
                    Api = $"POST /api/notification-channels/{channel.Id}/test",
                },
            };

    private async Task<Outcome<string>> TestAsync(ChannelRow channel, CancellationToken cancel) =>
        await channels.TestAsync(channel.Id, cancel) switch
        {
            Outcome<SendVerdict>.Ok { Value.Ok: true } => new Outcome<string>.Ok($"The test arrived by {channel.Name}."),
            Outcome<SendVerdict>.Ok { Value.Message: var message } => new Outcome<string>.Invalid("", message),
            var other => new Outcome<string>.Invalid("", other.ProblemWith(channel.Name)!),
        };
}
