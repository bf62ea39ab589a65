using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sanctum.Configurator.Features.Messaging.Drafts;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Features.Messaging.Channels;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Drafts;

public sealed class ShowingDraftsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_a_draft_that_can_be_stopped_where_the_server_has_them()
    {
        await using var show = await Show.CreateAsync();

        await show.TellAsync("", "7");
        await Wait.UntilAsync(() => show.Telegram.Of("sendMessageDraft").Any());
        await show.TellAsync("Once upon", "7");
        await show.UntilAsync(() => show.Telegram.Of("sendMessageDraft").Any(call => call.Text == "Once upon"));
        var draft = show.Telegram.Of("sendMessageDraft").Last().Sent;
        Assert.Equal((true, 3), ((bool)draft["can_stop"]!, (int)draft["draft_id"]!));
        await show.TellAsync("Once upon a time.", "7", isOver: true);

        await show.UntilAsync(() => show.IsIdle);
        Assert.Empty(show.Telegram.Of("sendMessage"));
        Assert.Empty(show.Telegram.Of("deleteMessage"));
    }

    [Fact]
    public async Task Elsewhere_it_is_a_silent_message_with_a_button_that_goes_at_the_end()
    {
        await using var show = await Show.CreateAsync();
        show.Telegram.Judge = call => call.Method == "sendMessageDraft" ? FakeTelegram.Error(404, "Not Found: method not found") : null;

        await show.TellAsync("", "7");
        await Wait.UntilAsync(() => show.Telegram.Of("sendChatAction").Any());
        await show.TellAsync("Once", "7");
        await show.UntilAsync(() => show.Telegram.Of("sendMessage").Any());
        var sent = show.Telegram.Of("sendMessage").Single().Sent;
        Assert.Equal((true, "Once"), ((bool)sent["disable_notification"]!, (string)sent["text"]!));
        Assert.Contains("\"stop\"", sent["reply_markup"]!.ToJsonString(), StringComparison.Ordinal);
        await show.TellAsync("Once upon", "7");
        await show.UntilAsync(() => show.Telegram.Of("editMessageText").Any(call => call.Text == "Once upon"));
        await show.TellAsync("Once upon a time.", "7", isOver: true);
        await show.UntilAsync(() => show.Telegram.Of("deleteMessage").Any());

        Assert.Single(show.Telegram.Of("sendMessageDraft"));
        Assert.Equal("501", show.Telegram.Of("deleteMessage").Single().Sent["message_id"]!.ToString());
    }

    [Fact]
    public async Task It_changes_at_most_once_a_second_and_in_groups_is_never_a_draft()
    {
        await using var show = await Show.CreateAsync();

        await show.TellAsync("1", "-100");
        await Wait.UntilAsync(() => show.Telegram.Of("sendMessage").Any());
        for (var at = 2; at <= 9; at++)
        {
            await show.TellAsync($"{at}", "-100");
        }

        Assert.Empty(show.Telegram.Of("editMessageText"));
        await show.UntilAsync(() => show.Telegram.Of("editMessageText").Any());
        Assert.Equal("9", show.Telegram.Of("editMessageText").First().Text);
        Assert.Empty(show.Telegram.Of("sendMessageDraft"));
        await show.TellAsync("10", "-100", isOver: true);
        await show.UntilAsync(() => show.IsIdle);
    }

    [Fact]
    public async Task A_channel_that_is_not_to_shows_nothing()
    {
        await using var show = await Show.CreateAsync(drafts: false);

        await show.TellAsync("Once", "7");
        await show.TellAsync("Once upon", "7", isOver: true);
        await show.UntilAsync(() => show.IsIdle);

        Assert.Empty(show.Telegram.Calls);
    }

    /// <summary>A console with a bot, told by hand how far an answer is.</summary>
    private sealed class Show(ChannelsWorld world, FakeTelegram telegram, DraftWorker worker) : IAsyncDisposable
    {
        public FakeTelegram Telegram => telegram;

        public bool IsIdle => worker.Open == 0;

        public static async Task<Show> CreateAsync(bool drafts = true)
        {
            var world = await ChannelsWorld.CreateAsync(add: services => services.AddSingleton<DraftWorker>());
            var telegram = await FakeTelegram.StartAsync();
            await world.AddAsync(
                new()
                {
                    Name = "Bot",
                    Connector = "telegram",
                    AgentId = 1,
                    Settings = new()
                    {
                        ["base_url"] = telegram.Address.GetLeftPart(UriPartial.Authority),
                        ["drafts"] = drafts ? "true" : "false",
                    },
                    Secret = FakeTelegram.Token,
                }
            );
            var worker = world.Registry.Services.GetRequiredService<DraftWorker>();
            await worker.StartAsync(Cancel);
            return new(world, telegram, worker);
        }

        public Task TellAsync(string text, string chat, bool isOver = false) =>
            world.Registry.Services.GetRequiredService<Signal<TurnProgress>>().PublishAsync(new(3, 1, chat, text, isOver));

        /// <summary>While time goes by.</summary>
        public Task UntilAsync(Func<bool> isSo) =>
            Wait.UntilAsync(() =>
            {
                world.Clock.Advance(TimeSpan.FromMilliseconds(200));
                return isSo();
            });

        public async ValueTask DisposeAsync()
        {
            await ((IHostedService)worker).StopAsync(CancellationToken.None);
            await telegram.DisposeAsync();
            await world.DisposeAsync();
        }
    }
}
