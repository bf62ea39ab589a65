using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Notifications.Channels;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>The channels, how they are, and what is done with them.</summary>
public sealed partial class ChannelList
{
    private DataTable<ChannelRow> _table = null!;
    private SendVerdict? _verdict;
    private int? _testing;

    [Inject]
    public required ChannelService Channels { get; init; }

    public Task ReloadListAsync() => _table.ReloadAsync();

    protected override void OnInitialized() => Watch(ReloadListAsync, Tables.Notifications, Tables.NotificationChannels);

    private async Task<PageOf<ChannelRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        var all = await Channels.ListAsync(cancel);
        return new([.. all.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    private async Task TestAsync(ChannelRow channel)
    {
        (_testing, _verdict) = (channel.Id, null);
        try
        {
            var outcome = await Channels.TestAsync(channel.Id, CancellationToken.None);
            _verdict = outcome is Outcome<SendVerdict>.Ok done ? done.Value : new(false, outcome.ProblemWith(channel.Name)!);
        }
        finally
        {
            _testing = null;
        }
    }

    private async Task EditAsync(ChannelRow channel)
    {
        _verdict = null;
        var parameters = new Dictionary<string, object?>
        {
            [nameof(ChannelDialog.Form)] = channel.ToForm(),
            [nameof(ChannelDialog.Stored)] = channel.Settings,
        };
        if (await Dialogs.AskAsync<ChannelDialog, string>(parameters) is { } said)
        {
            Notices.Say(said, Tone.Good);
        }

        await ReloadListAsync();
    }

    private async Task SwitchAsync(ChannelRow channel)
    {
        var form = channel.ToForm();
        form.IsEnabled = !channel.IsEnabled;
        Say(
            await Channels.SaveAsync(form, dryRun: false, CancellationToken.None),
            channel,
            $"{channel.Name} is {(form.IsEnabled ? "on" : "off")}."
        );
        await ReloadListAsync();
    }

    private async Task DeleteAsync(ChannelRow channel)
    {
        if (
            await Confirm.AskAsync(
                $"Delete {channel.Name}?",
                "Pending notifications are not sent through it. They stay in the console.",
                "Delete channel"
            )
        )
        {
            Say(
                await Channels.DeleteAsync(channel.Id, channel.Version, dryRun: false, CancellationToken.None),
                channel,
                $"{channel.Name} was deleted."
            );
            await ReloadListAsync();
        }
    }

    private void Say(Outcome<ChannelRow> outcome, ChannelRow channel, string done)
    {
        _verdict = outcome.ProblemWith(channel.Name) is { } problem ? new(false, problem) : null;
        if (_verdict is null)
        {
            Notices.Say(done, Tone.Good);
        }
    }
}
