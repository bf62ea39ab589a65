using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels;

public sealed class KeepingMessageChannelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_secret_is_sealed_stays_when_nothing_is_typed_and_is_never_told(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var form = ChannelsWorld.Form();
        form.Secret = "canary-5be1";
        var made = await world.AddAsync(form);

        var stored = await world.Registry.OutsideAsync("SELECT secret FROM channels");
        Assert.StartsWith(SecretBox.Prefix, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", System.Text.Json.JsonSerializer.Serialize(made, ApiJson.Options), StringComparison.Ordinal);

        var renamed = made.ToForm();
        renamed.Name = "Back door";
        var saved = await world.AddAsync(renamed);
        Assert.Equal((stored, true), (await world.Registry.OutsideAsync("SELECT secret FROM channels"), saved.HasSecret));
        Assert.IsType<Outcome<ChannelRow>.Conflict>(await world.SaveAsync(made.ToForm()));
        await using var context = world.Registry.Open();
        Assert.DoesNotContain(
            "canary",
            string.Join(' ', await context.Changes.Select(c => $"{c.Before} {c.After}").ToListAsync(Cancel)),
            StringComparison.Ordinal
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_has_one_channel_a_platform_and_a_token_one_channel(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        var other = await world.AddAgentAsync("Hermes");
        await world.AddAsync();

        var sameAgent = ChannelsWorld.Form("Other");
        sameAgent.Secret = "left";
        Assert.Equal([nameof(ChannelForm.AgentId)], await ReasonsAsync(world, sameAgent));
        Assert.Equal([nameof(ChannelForm.Secret)], await ReasonsAsync(world, ChannelsWorld.Form("Other", other)));
        var sameName = ChannelsWorld.Form("FRONT DOOR", other);
        sameName.Secret = "left";
        Assert.Equal([nameof(ChannelForm.Name)], await ReasonsAsync(world, sameName));
        sameName.Name = "Other";
        await world.AddAsync(sameName);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_channel_that_programs_used_gives_way_to_a_real_one_and_keeps_its_messages(TestDatabase database)
    {
        await using var world = await ChannelsWorld.CreateAsync(database);
        await world.Registry.OutsideAsync("INSERT INTO channels (name, platform, agent_id, connector) VALUES ('fake', 'fake', 1, 'api')");
        await world.Registry.OutsideAsync("INSERT INTO messages (message, channel_id) VALUES ('Hello', 1)");

        var saved = await world.AddAsync();

        Assert.Equal((1, "fake", "Front door", true), (saved.Id, saved.Connector, saved.Name, saved.HasSecret));
        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM messages WHERE channel_id = 1"));
        await world.EnqueueAsync(1, "answer");
        await world.SendAsync();
        Assert.Equal(["answer"], world.Fake.Texts);
        var back = new ChannelForm
        {
            Name = "Programs",
            Connector = "api",
            Platform = "fake",
            AgentId = 1,
        };
        Assert.Contains("Programs use that one", (await world.SaveAsync(back)).ProblemWith("it")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_secret_goes_to_no_other_server()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var form = (await world.AddAsync()).ToForm();
        form.Settings["server"] = "https://elsewhere.example";

        Assert.Equal([nameof(ChannelForm.Secret)], await ReasonsAsync(world, form));
        Assert.IsType<Outcome<ChannelTest>.Invalid>(await world.CallAsync((ChannelTesting tests) => tests.TestAsync(form, Cancel)));
        form.Secret = "right";
        Assert.Equal("https://elsewhere.example", (await world.AddAsync(form)).Target);
    }

    [Fact]
    public async Task What_is_wrong_with_a_form_stands_at_its_fields()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var form = new ChannelForm
        {
            Connector = "fake",
            BurstSeconds = -1,
            MostAttempts = 0,
            Settings = new() { ["count"] = "12", ["colour"] = "red" },
            Secret = "a b",
        };

        Assert.Equal(
            ["AgentId", "BurstSeconds", "MostAttempts", "Name", "Secret", "colour", "count", "server"],
            await ReasonsAsync(world, form)
        );
        form.Connector = "carrier pigeon";
        Assert.Contains(nameof(ChannelForm.Connector), await ReasonsAsync(world, form));
    }

    [Fact]
    public async Task Whoever_may_operate_pauses_and_tests_and_changes_nothing_else()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        var channel = await world.AddAsync();
        var operating = await world.Registry.AddUserAsync(
            "ada",
            UserRole.Viewer,
            permissions: $"[\"{Policies.ReadMessages}\",\"{Policies.OperateMessages}\"]"
        );
        var nobody = await world.Registry.AddUserAsync("eve", UserRole.Viewer);

        Assert.IsType<Outcome<ChannelRow>.Invalid>(await world.SaveAsync(channel.ToForm(), operating));
        Assert.IsType<Outcome<ChannelRow>.Invalid>(
            await world.CallAsync((ChannelService channels) => channels.DeleteAsync(channel.Id, null, Cancel), operating)
        );
        Assert.IsType<Outcome<ChannelRow>.Invalid>(
            await world.CallAsync((ChannelService channels) => channels.EnableAsync(channel.Id, false, null, Cancel), nobody)
        );
        var paused = Assert.IsType<Outcome<ChannelRow>.Ok>(
            await world.CallAsync((ChannelService channels) => channels.EnableAsync(channel.Id, false, null, Cancel), operating)
        );
        Assert.Equal((ChannelState.Paused, null), (paused.Value.State, paused.Value.Settings));
        var test = Assert.IsType<Outcome<ChannelTest>.Ok>(
            await world.CallAsync((ChannelTesting tests) => tests.TestAsync(channel.Id, Cancel), operating)
        );
        Assert.True(test.Value.Ok, test.Value.Message);
    }

    [Fact]
    public async Task A_row_of_another_program_with_an_unknown_connector_is_shown_with_its_problem()
    {
        await using var world = await ChannelsWorld.CreateAsync();
        await world.Registry.OutsideAsync(
            "INSERT INTO channels (name, platform, agent_id, connector) VALUES ('Old', 'icq', 1, 'icq'), ('Older', 'x', 1, 'fake')"
        );

        var rows = (await world.CallAsync((ChannelReader reader) => reader.PageAsync(new(), new(0, 10), Cancel))).Items;

        Assert.Equal([ChannelState.Problem, ChannelState.Live], rows.Select(row => row.State));
        Assert.Contains("no connector named icq", rows[0].Problem, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> ReasonsAsync(ChannelsWorld world, ChannelForm form) =>
        Assert.IsType<Outcome<ChannelRow>.Invalid>(await world.SaveAsync(form)).Reasons.Keys.Order(StringComparer.Ordinal);
}
