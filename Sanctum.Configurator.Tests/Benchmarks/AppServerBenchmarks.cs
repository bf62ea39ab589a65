using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Features.Agents;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// Figures for docs/benchmarks.md of a Letta App Server that answers at once: <c>dotnet run -c Release -- --explicit only --filter-class
/// "*AppServerBenchmarks" --show-live-output on</c>. The server is in the same process, so that its own time is in them.
/// </summary>
public sealed class AppServerBenchmarks(ITestOutputHelper output)
{
    private const int Agents = 1000;
    private const int Talks = 200;
    private static readonly LettaSpeaker Root = new("root", MayRead: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Synchronising_a_thousand_agents()
    {
        await using var world = await AppServerWorld.CreateAsync(TestDatabase.Sqlite, Agents);
        foreach (var agent in world.Server.Agents.Values)
        {
            agent.System = new string('x', 20_000);
        }

        for (var round = 0; round < 5; round++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(Agents, (await world.SynchronisedAsync()).New.Count);
            Say($"{Agents} agents with memory and status, ms", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task First_word_and_many_talks_on_one_connection()
    {
        await using var server = await FakeAppServer.StartAsync(Talks);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddOutbound()
            .BuildServiceProvider();
        using var links = new AppServerLinks(services.GetRequiredService<OutboundHttp>());
        var place = new LettaPlace(server.Address, FakeAppServer.Password, TimeSpan.FromMinutes(1));
        var line = await links.OpenAsync(place, Cancel);

        var delays = new List<double>();
        for (var at = 1; at <= 100; at++)
        {
            delays.Add(await FirstWordAsync(server, line, FakeAppServer.IdOf(1 + (at % 10))));
        }

        delays.Sort();
        Say("first word after it was sent, median ms", delays[50]);
        Say("first word after it was sent, p99 ms", delays[98]);

        var began = Stopwatch.GetTimestamp();
        var open = Enumerable.Range(1, Talks).Select(at => HearAsync(line, FakeAppServer.IdOf(at), "SLOW")).ToList();
        await Wait.UntilAsync(() => server.Agents.Values.Count(agent => agent.Conversations.Values.Any(c => c.IsBusy)) == Talks);
        Say($"{Talks} talks begun on one connection, ms", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        began = Stopwatch.GetTimestamp();
        server.Release();
        Assert.All(await Task.WhenAll(open), text => Assert.Equal("Hello from fake", text));
        Say($"{Talks} talks ended, ms", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>From the moment at which the server sends the first word to the moment at which a reader has it, in milliseconds.</summary>
    private static async Task<double> FirstWordAsync(FakeAppServer server, AppServerLine line, string agent)
    {
        using var talking = new AppServerTalking(line, AppServerConversations.Console);
        await foreach (var part in await talking.SendAsync(agent, "Hello", Root, Cancel))
        {
            if (part.Kind == LettaMessageKind.Assistant)
            {
                return Stopwatch.GetElapsedTime(server.LastFirstWord).TotalMilliseconds;
            }
        }

        throw new InvalidOperationException("It said nothing.");
    }

    private static async Task<string> HearAsync(AppServerLine line, string agent, string text)
    {
        using var talking = new AppServerTalking(line, AppServerConversations.Console);
        var joined = new LettaMessageJoiner();
        await foreach (var part in await talking.SendAsync(agent, text, Root, Cancel))
        {
            joined.Add(part);
        }

        return joined.Answer;
    }

    private void Say(string what, double value) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what, -60} {value, 10:N1}"));
}
