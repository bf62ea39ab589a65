using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels;

public sealed class ChannelsPageTests : KitContext
{
    private static readonly string[] Everything =
    [
        Policies.ReadMessages,
        Policies.OperateMessages,
        Policies.ManageMessages,
        Policies.ReadHistory,
    ];

    [Fact]
    public async Task A_channel_is_added_with_the_fields_of_its_connector_and_tested_before()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await PlaceAsync(world, Everything);
        var page = Render<ChannelsPage>();
        page.WaitForAssertion(() => Assert.Contains("No channels", page.Markup, StringComparison.Ordinal));
        await ShowAsync<ChannelDialog>(
            (nameof(ChannelDialog.Form), new ChannelForm { Connector = "fake", AgentId = 1 }),
            (nameof(ChannelDialog.Agent), "Athena")
        );
        var dialogs = Overlays;
        dialogs.WaitForElement("form");
        Write(dialogs, "Name", "Front door");
        Write(dialogs, "Token", "wrong");

        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("Enter: Server.", dialogs.Markup, StringComparison.Ordinal));
        Write(dialogs, "Server", "https://one.example");
        await PressAsync(dialogs, "Test");
        dialogs.WaitForAssertion(() => Assert.Contains("The token is wrong. Enter it again.", dialogs.Markup, StringComparison.Ordinal));
        Write(dialogs, "Token", "right");
        await dialogs.Find("form").SubmitAsync();
        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll("form")));

        page.WaitForAssertion(() => Assert.Contains("Front door", page.Find("table").TextContent, StringComparison.Ordinal));
        Assert.True((await world.ChannelAsync(1)).HasSecret);
    }

    [Fact]
    public async Task A_problem_stands_in_the_list_with_the_next_attempt_and_readers_only_read()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await world.AddAsync();
        var problem = ChannelProblem.Write("The fake is down. Start it.", world.Clock.GetUtcNow().AddMinutes(1));
        await world.Registry.OutsideAsync($"UPDATE channels SET problem = '{problem}'");
        await PlaceAsync(world, Policies.ReadMessages);

        var page = Render<ChannelsPage>();

        page.WaitForAssertion(() =>
            Assert.Contains("The fake is down. Start it.", page.Find("table").TextContent, StringComparison.Ordinal)
        );
        Assert.Contains("Again in 60 s", page.Find("table").TextContent, StringComparison.Ordinal);
        Assert.False(HasButton(page, "Try Front door now"));
        Assert.False(HasButton(page, "Add channel…") || HasButton(page, "Test Front door") || HasButton(page, "Edit"));
    }

    [Fact]
    public async Task What_may_have_arrived_is_decided_on_the_page_of_the_outbox()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await world.AddAsync();
        world.Fake.Judge = (_, _) => throw new IOException("Connection reset");
        await world.EnqueueAsync(1, "hello");
        await world.SendAsync();
        await PlaceAsync(world, Everything);
        var page = Render<OutboxPage>();
        page.WaitForAssertion(() => Assert.Contains("It may have arrived", page.Find("table").TextContent, StringComparison.Ordinal));

        await PressAsync(page, "It arrived: hello");

        page.WaitForAssertion(() => Assert.Contains("All answers have arrived.", page.Markup, StringComparison.Ordinal));
        Assert.Equal([OutboxStatus.Sent], await world.StatesAsync());
    }

    [Fact]
    public async Task Many_are_decided_about_at_once()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await world.AddAsync();
        world.Fake.Judge = (_, _) => throw new IOException("Connection reset");
        await world.EnqueueAsync(1, "hello", "a");
        await world.EnqueueAsync(1, "world", "b");
        await world.SendAsync();
        await PlaceAsync(world, Everything);
        var page = Render<OutboxPage>();
        page.WaitForAssertion(() => Assert.Contains("world", page.Find("table").TextContent, StringComparison.Ordinal));

        _ = Overlays;
        await page.InvokeAsync(() => page.Find("input[aria-label='Select this page']").Change(true));
        page.WaitForAssertion(() => Assert.Contains("2 messages selected", page.Markup, StringComparison.Ordinal));
        await PressAsync(page, "Mark as arrived…");
        Overlays.WaitForAssertion(() => Assert.Contains("Mark 2 messages as arrived?", Overlays.Markup, StringComparison.Ordinal));
        await PressAsync(Overlays, "Mark as arrived");

        page.WaitForAssertion(() => Assert.Contains("All answers have arrived.", page.Markup, StringComparison.Ordinal));
        Assert.Equal([OutboxStatus.Sent, OutboxStatus.Sent], await world.StatesAsync());
    }

    private async Task PlaceAsync(ChannelsWorld world, params string[] policies)
    {
        var reader = await world.Registry.AddUserAsync("maren", UserRole.Admin);
        var scope = (await world.Registry.CallAsAsync(reader)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<ChannelReader>());
        Services.AddSingleton(scope.GetRequiredService<ChannelService>());
        Services.AddSingleton(scope.GetRequiredService<ChannelTesting>());
        Services.AddSingleton(scope.GetRequiredService<Connectors>());
        Services.AddSingleton(scope.GetRequiredService<OutboxReader>());
        Services.AddSingleton(scope.GetRequiredService<OutboxService>());
        Services.AddSingleton(scope.GetRequiredService<OutboxActs>());
        Services.AddSingleton(scope.GetRequiredService<CurrentUser>());
        Reader.SetPolicies(policies);
    }
}
