using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Registry.Connections;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta;

public sealed class TestingTheServerTests
{
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_test_of_the_saved_server_is_kept_and_says_when_it_last_connected(TestDatabase database)
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(database);
        await world.SaveAsync(letta);
        var (version, history) = ((await world.SettingsAsync()).Version, await world.HistoryLengthAsync());

        var result = await world.TestedAsync();

        Assert.Equal((LettaVerdict.Connected, world.Clock.GetUtcNow()), (result.Report.Verdict, result.LastConnected));
        var check = Assert.Single(await world.ChecksAsync());
        Assert.Equal(("grace", "connected", true, true, 3), (check.CheckedBy, check.Verdict, check.IsUp, check.IsOfSaved, check.Agents));
        Assert.Equal(
            result.Report.Steps.Select(s => (s.Name, s.Detail)),
            ConnectionCheckStore.StepsIn(check.Steps).Select(s => (s.Name, s.Detail))
        );
        var settings = await world.SettingsAsync();
        Assert.Equal(
            (world.Clock.GetUtcNow(), version, history),
            (settings.LastConnected, settings.Version, await world.HistoryLengthAsync())
        );
        Assert.Equal((LettaVerdict.Connected, check.Id), (world.State.Current.Verdict, world.State.Current.CheckId));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Typed_values_are_tested_in_place_of_saved_ones_and_say_nothing_of_the_server_in_use(TestDatabase database)
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(database);
        var before = await world.RefreshAsync();

        var result = await world.TestedAsync(
            ("letta_server_address", "localhost"),
            ("letta_server_port", $"{letta.Port}"),
            ("letta_server_token", FakeLetta.Password),
            ("smcp_port", "9100")
        );

        Assert.Equal(
            (LettaVerdict.Connected, letta.Address, (DateTimeOffset?)null),
            (result.Report.Verdict, result.Address, result.LastConnected)
        );
        Assert.False(Assert.Single(await world.ChecksAsync()).IsOfSaved);
        Assert.Empty(await world.SumsAsync(RollupPeriod.Minute));
        Assert.Equal(before, await world.RefreshAsync());
    }

    [Theory]
    [InlineData("letta_server_port", "PORT")]
    [InlineData("letta_server_address", "http://127.0.0.1")]
    [InlineData("letta_server_address", "http://localhost/elsewhere")]
    public async Task The_saved_token_is_sent_to_the_saved_address_only(string column, string value)
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var other = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);

        var result = await world.TestedAsync((column, value == "PORT" ? $"{other.Port}" : value));

        Assert.NotEqual(LettaVerdict.Connected, result.Report.Verdict);
        Assert.Contains(
            "The saved token was not sent, because the address differs from the saved one",
            result.Report.Hint,
            StringComparison.Ordinal
        );
        Assert.All([.. letta.Requests, .. other.Requests], request => Assert.Null(request.Authorization));
        Assert.NotEmpty((List<SeenRequest>)[.. letta.Requests, .. other.Requests]);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_app_server_is_tested_kept_and_called_by_its_kind(TestDatabase database)
    {
        await using var server = await FakeAppServer.StartAsync(agents: 2);
        await using var world = await LettaWorld.CreateAsync(database);
        await world.SaveAsync(server);
        Assert.Null((await world.RefreshAsync()).Kind);

        var result = await world.TestedAsync();

        Assert.Equal((LettaVerdict.Connected, LettaKind.AppServer), (result.Report.Verdict, result.Report.Kind));
        var check = Assert.Single(await world.ChecksAsync());
        Assert.Equal(("connected", true, "0.32.18", 2), (check.Verdict, check.IsUp, check.ServerVersion, check.Agents));
        Assert.Equal((LettaKind.AppServer, "0.32.18"), (world.State.Current.Kind, world.State.Current.ServerVersion));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_monitor_remembers_the_kind_that_it_found(TestDatabase database)
    {
        await using var server = await FakeAppServer.StartAsync();
        await using var world = await LettaWorld.CreateAsync(database);
        await world.SaveAsync(server);

        await world.Monitor.WatchAsync(TestContext.Current.CancellationToken);

        Assert.Equal(LettaKind.AppServer, world.Get<FoundKinds>().Find(server.Address));
        Assert.Equal((LettaVerdict.Connected, LettaKind.AppServer), (world.State.Current.Verdict, world.State.Current.Kind));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_typed_kind_is_tested_and_a_saved_one_counts_until_then(TestDatabase database)
    {
        await using var server = await FakeAppServer.StartAsync();
        await using var world = await LettaWorld.CreateAsync(database);
        await world.SaveAsync(server);

        var typed = await world.TestedAsync(("letta_server_kind", "v1"));
        Assert.Equal(LettaVerdict.WrongKind, typed.Report.Verdict);
        Assert.False(Assert.Single(await world.ChecksAsync()).IsOfSaved);

        await world.SaveAsync(("letta_server_kind", "v1"));
        Assert.Equal(LettaVerdict.WrongKind, (await world.TestedAsync()).Report.Verdict);
        Assert.Equal(LettaVerdict.Connected, (await world.TestedAsync(("letta_server_kind", "app_server"))).Report.Verdict);
        Assert.Equal(LettaVerdict.Connected, (await world.TestedAsync(("letta_server_kind", ""))).Report.Verdict);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_kind_that_is_none_is_refused_typed_or_stored(TestDatabase database)
    {
        await using var world = await LettaWorld.CreateAsync(database);

        var reasons = await world.RefusedAsync(("letta_server_kind", "v2"));
        Assert.Equal("Choose one of automatic, v1, app_server.", reasons["letta_server_kind"]);

        await world.Registry.OutsideAsync("UPDATE system_config SET letta_server_kind = 'v2' WHERE id = 1");
        Assert.Equal("not_testable", (await world.RefreshAsync()).Word);
    }

    [Fact]
    public async Task A_typed_token_is_sent_to_the_typed_address()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var other = await FakeLetta.StartAsync(new FakeLettaBehaviour { Token = "another-password" });
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);

        var result = await world.TestedAsync(("letta_server_port", $"{other.Port}"), ("letta_server_token", "another-password"));

        Assert.Equal(LettaVerdict.Connected, result.Report.Verdict);
        Assert.DoesNotContain("saved token", result.Report.Hint, StringComparison.Ordinal);
        Assert.Empty(letta.Requests);
    }

    [Fact]
    public async Task A_cleared_token_is_tested_as_none_and_a_masked_one_as_the_saved()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);

        Assert.Equal(LettaVerdict.Unauthorized, (await world.TestedAsync(("letta_server_token", ""))).Report.Verdict);
        Assert.Equal(LettaVerdict.Connected, (await world.TestedAsync(("letta_server_token", "••••fake"))).Report.Verdict);
    }

    [Fact]
    public async Task What_cannot_be_tested_is_refused_by_column_and_nothing_is_kept()
    {
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);

        var reasons = await world.RefusedAsync(
            ("no_such_column", "1"),
            ("letta_server_address", "ftp://letta.example"),
            ("letta_connection_timeout", "3601"),
            ("letta_server_token", "two words")
        );

        Assert.Equal(["letta_connection_timeout", "letta_server_address", "letta_server_token", "no_such_column"], reasons.Keys.Order());
        Assert.Equal(["letta_server_port"], (await world.RefusedAsync(("letta_server_port", "0"))).Keys);
        Assert.Empty(await world.ChecksAsync());
    }

    [Fact]
    public async Task A_setting_that_is_pinned_outside_cannot_be_tested_with_another_value()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(
            TestDatabase.Sqlite,
            ("Sanctum:letta_server_address", "http://localhost"),
            ("Sanctum:letta_server_port", $"{letta.Port}"),
            ("Sanctum:letta_server_token", FakeLetta.Password)
        );

        var reasons = await world.RefusedAsync(("letta_server_port", "9999"), ("letta_server_token", FakeLetta.Password));

        Assert.Equal(["letta_server_port", "letta_server_token"], reasons.Keys.Order());
        Assert.Contains("Sanctum__letta_server_port", reasons["letta_server_port"], StringComparison.Ordinal);
        Assert.Equal(LettaVerdict.Connected, (await world.TestedAsync(("letta_server_port", $"{letta.Port}"))).Report.Verdict);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_saved_token_that_no_longer_opens_is_refused_where_it_would_be_needed(TestDatabase database)
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(database);
        await world.SaveAsync(letta);
        await world.Registry.OutsideAsync("UPDATE system_config SET letta_server_token = 'sealed:v1:gone' WHERE id = 1");

        Assert.Contains("key ring", (await world.RefusedAsync())["letta_server_token"], StringComparison.Ordinal);
        Assert.Equal(LettaVerdict.Connected, (await world.TestedAsync(("letta_server_token", FakeLetta.Password))).Report.Verdict);
        Assert.Equal("not_testable", (await world.RefreshAsync()).Word);
    }

    [Fact]
    public async Task A_cancelled_test_keeps_nothing()
    {
        await using var letta = await FakeLetta.StartAsync(FakeLettaMood.NeverAnswers);
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);
        using var stop = new CancellationTokenSource();

        var testing = world.TestAsync(onStep: step => StopAt(step, stop), cancel: stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => testing);
        Assert.Empty(await world.ChecksAsync());
    }

    private static void StopAt(LettaStep step, CancellationTokenSource stop)
    {
        if (step is { Name: LettaSteps.Http, Ok: null })
        {
            stop.Cancel();
        }
    }
}
