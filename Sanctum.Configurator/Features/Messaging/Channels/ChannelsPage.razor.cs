using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>The channels, how they are, and what is done with them.</summary>
public sealed partial class ChannelsPage
{
    private DataTable<ChannelRow> _table = null!;
    private ChannelTest? _test;
    private string? _problem;
    private int? _testing;

    [Inject]
    public required ChannelReader Reader { get; init; }

    [Inject]
    public required ChannelService Channels { get; init; }

    [Inject]
    public required ChannelTesting Tests { get; init; }

    protected override void OnInitialized() => Watch(ReloadListAsync, Tables.Channels, Tables.Outbox, Tables.Agents);

    private Task ReloadListAsync() => _table.ReloadAsync();

    private Task<PageOf<ChannelRow>> ListAsync(PageRequest page, CancellationToken cancel) => Reader.PageAsync(new(), page, cancel);

    private Task AddAsync() => ShowAsync(new());

    private Task EditAsync(ChannelRow channel) => ShowAsync(channel.ToForm(), channel);

    private async Task ShowAsync(ChannelForm form, ChannelRow? channel = null)
    {
        (_problem, _test) = (null, null);
        var parameters = new Dictionary<string, object?>
        {
            [nameof(ChannelDialog.Form)] = form,
            [nameof(ChannelDialog.Agent)] = channel?.AgentName,
            [nameof(ChannelDialog.HasSecret)] = channel?.HasSecret == true,
        };
        if (await Dialogs.AskAsync<ChannelDialog, string>(parameters) is { } said)
        {
            Notices.Say(said, Tone.Good);
        }

        await ReloadListAsync();
    }

    private async Task TestAsync(ChannelRow channel)
    {
        (_testing, _problem, _test) = (channel.Id, null, null);
        try
        {
            var outcome = await Tests.TestAsync(channel.Id, CancellationToken.None);
            _test = outcome is Outcome<ChannelTest>.Ok { Value: var test }
                ? test with
                {
                    Message = $"{channel.Name}: {test.Message}",
                }
                : null;
            _problem = outcome.ProblemWith(channel.Name);
        }
        finally
        {
            _testing = null;
        }
    }

    private async Task TryNowAsync(ChannelRow channel)
    {
        Say(await Channels.TryNowAsync(channel.Id, CancellationToken.None), channel, $"{channel.Name} is tried now.");
        await ReloadListAsync();
    }

    private async Task SwitchAsync(ChannelRow channel)
    {
        var outcome = await Channels.EnableAsync(channel.Id, !channel.IsEnabled, channel.Version, CancellationToken.None);
        Say(outcome, channel, $"{channel.Name} is {(channel.IsEnabled ? "paused" : "resumed")}.");
        await ReloadListAsync();
    }

    private async Task DeleteAsync(ChannelRow channel)
    {
        var open = channel.Waiting + channel.Undelivered;
        if (
            await Confirm.AskAsync(
                $"Delete {channel.Name}?",
                (open > 0 ? $"Messages that wait in its outbox ({open}) are not sent. " : "")
                    + "What was written there stays in the console.",
                "Delete channel"
            )
        )
        {
            var outcome = await Channels.DeleteAsync(channel.Id, channel.Version, CancellationToken.None);
            Say(outcome, channel, $"{channel.Name} was deleted.");
            await ReloadListAsync();
        }
    }

    private void Say(Outcome<ChannelRow> outcome, ChannelRow channel, string done)
    {
        (_problem, _test) = (outcome.ProblemWith(channel.Name), null);
        if (_problem is null)
        {
            Notices.Say(done, Tone.Good);
        }
    }
}
