using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta;

public sealed class SeeingTheServerTests : KitContext
{
    [Fact]
    public void The_chip_follows_the_state_and_leads_to_the_page()
    {
        var chip = ShowChip();
        Assert.Contains("Letta: not tested yet", chip.Find("a").TextContent);

        Get<LettaState>()
            .Set(
                new()
                {
                    Verdict = LettaVerdict.Connected,
                    LatencyMs = 23,
                    Message = "Letta 0.16.8 answered.",
                }
            );

        chip.WaitForAssertion(() => Assert.Equal("Letta 23 ms", chip.Find("a").TextContent.Trim()));
        Assert.Equal((Urls.Letta, "Letta 0.16.8 answered."), (chip.Find("a").GetAttribute("href"), chip.Find("a").GetAttribute("title")));
        Assert.NotNull(chip.Find(".chip-good"));
        Assert.Equal("Letta: Connected", chip.Find("[aria-live=polite]").TextContent);
    }

    [Theory]
    [InlineData(LettaVerdict.Refused, "Letta: refused", "bad")]
    [InlineData(LettaVerdict.TlsExpired, "Letta: TLS expired", "bad")]
    [InlineData(LettaVerdict.OpenServer, "Letta 23 ms", "warn")]
    public void The_chip_says_each_state_in_words_and_tone(LettaVerdict verdict, string text, string tone)
    {
        var chip = ShowChip();

        Get<LettaState>().Set(new() { Verdict = verdict, LatencyMs = 23 });

        chip.WaitForAssertion(() => Assert.Equal(text, chip.Find($".chip-{tone}").TextContent));
    }

    [Theory]
    [InlineData(LettaVerdict.Connected, "http://localhost:4500/", "App Server 23 ms", "good")]
    [InlineData(LettaVerdict.NotReady, "http://localhost:4500/", "App Server: not ready", "bad")]
    [InlineData(LettaVerdict.WebsocketRefused, "http://localhost:4500/", "App Server: WebSocket refused", "bad")]
    [InlineData(LettaVerdict.OpenServer, "http://localhost:4500/", "App Server 23 ms", "warn")]
    [InlineData(LettaVerdict.OpenServer, "http://letta.example:4500/", "App Server 23 ms", "bad")]
    public void The_chip_calls_an_app_server_so_and_is_red_where_it_is_open_to_others(
        LettaVerdict verdict,
        string address,
        string text,
        string tone
    )
    {
        var chip = ShowChip();

        Get<LettaState>()
            .Set(
                new()
                {
                    Verdict = verdict,
                    Kind = LettaKind.AppServer,
                    Address = new Uri(address),
                    LatencyMs = 23,
                }
            );

        chip.WaitForAssertion(() => Assert.Equal(text, chip.Find($".chip-{tone}").TextContent));
    }

    [Fact]
    public async Task The_page_names_the_app_server_and_nothing_of_v1()
    {
        await using var server = await FakeAppServer.StartAsync(agents: 1);
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(server);
        await world.RefreshAsync();
        Place(world, Policies.ReadSettings, Policies.TestLetta);
        var page = Render<LettaPage>();

        await PressAsync(page, "Test connection");

        page.WaitForAssertion(() => Assert.Equal("Connected", page.Find(".connection-test strong").TextContent), TimeSpan.FromSeconds(20));
        page.WaitForAssertion(() => Assert.Contains("Letta App Server 0.32.18", page.Find(".columns dl").TextContent));
        Assert.DoesNotContain("V1", page.Find(".connection-test").TextContent);
        Assert.Contains("Letta App Server 0.32.18", page.Find(".connection-test dl").TextContent);
    }

    [Fact]
    public void The_chip_is_off_where_the_server_is_not_watched()
    {
        var chip = ShowChip();

        Get<LettaState>().Set(new() { IsWatched = false, Verdict = LettaVerdict.Connected });

        chip.WaitForAssertion(() => Assert.Equal("Letta off", chip.Find(".chip-neutral").TextContent));
    }

    [Fact]
    public void Who_may_not_read_settings_sees_no_chip()
    {
        Services.AddSingleton<LettaState>();

        Assert.Empty(Render<LettaChip>().FindAll("*"));
    }

    [Fact]
    public async Task The_page_says_how_the_server_stands_and_follows_each_check()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);
        await world.TestedAsync();
        Place(world, Policies.ReadSettings);

        var page = Render<LettaPage>();

        page.WaitForAssertion(() => Assert.Single(page.FindAll("table[aria-label=Checks] tbody tr")));
        Assert.Equal("Connected", page.Find(".columns .chip-good").TextContent);
        Assert.Contains("100 %", page.Find("[role=tab]").TextContent);
        Assert.DoesNotContain("Test connection", page.Markup);

        letta.Behaviour = new() { Token = "changed" };
        await world.TestedAsync();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("table[aria-label=Checks] tbody tr").Count));
        page.WaitForAssertion(() => Assert.Contains("Token not accepted", page.Find(".columns .chip-bad").TextContent));
        page.WaitForAssertion(() => Assert.Contains("50 %", page.Find("[role=tab]").TextContent));
    }

    [Fact]
    public async Task Who_may_test_does_so_on_the_page()
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.SaveAsync(letta);
        await world.RefreshAsync();
        Place(world, Policies.ReadSettings, Policies.TestLetta);
        var page = Render<LettaPage>();
        page.WaitForAssertion(() => Assert.Contains("Nothing was measured over 1 hour", page.Markup));
        Assert.Contains("Not tested yet", page.Markup);

        await PressAsync(page, "Test connection");

        page.WaitForAssertion(() => Assert.Equal("Connected", page.Find(".connection-test strong").TextContent), TimeSpan.FromSeconds(20));
        page.WaitForAssertion(() => Assert.Single(page.FindAll("table[aria-label=Checks] tbody tr")));
    }

    [Fact]
    public async Task The_range_and_the_verdict_stand_in_the_url()
    {
        await using var world = await LettaWorld.CreateAsync(TestDatabase.Sqlite);
        await world.AddAsync(LettaVerdict.Connected);
        await world.AddAsync(LettaVerdict.Refused);
        await world.RefreshAsync();
        Place(world, Policies.ReadSettings);
        Get<NavigationManager>().NavigateTo("/letta?range=24h&verdict=refused");

        var page = Render<LettaPage>();

        page.WaitForAssertion(() => Assert.Single(page.FindAll("table[aria-label=Checks] tbody tr")));
        Assert.Contains("24 hours", page.Find("[role=tab][aria-selected=true]").TextContent);
        page.Find("select").Change("");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("table[aria-label=Checks] tbody tr").Count));
        Assert.EndsWith("/letta?range=24h", Get<NavigationManager>().Uri);
    }

    private IRenderedComponent<LettaChip> ShowChip()
    {
        Services.AddSingleton<LettaState>();
        Reader.SetPolicies(Policies.ReadSettings);
        return Render<LettaChip>();
    }

    private void Place(LettaWorld world, params string[] policies)
    {
        var scope = world.Registry.ActAs("grace").ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Clock);
        Services.AddSingleton(world.State);
        Services.AddSingleton(scope.GetRequiredService<LettaChecks>());
        Services.AddSingleton(scope.GetRequiredService<LettaTests>());
        Services.AddSingleton(scope.GetRequiredService<LettaModels>());
        Reader.SetPolicies(policies);
    }
}
