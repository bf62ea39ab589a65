using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// A tool of an MCP server through the console's gateway, against the same call of the server itself: at most 3 ms more at the median. A thousand tools,
/// in less than 100 ms. Fifty servers of which ten are dead, in 10 s. On demand, like <see cref="ConsoleBenchmarks"/>.
/// </summary>
public sealed class GatewayBenchmarks(ConsoleServer console, ITestOutputHelper output) : IClassFixture<ConsoleServer>
{
    private const int Rounds = 400;
    private const int Lists = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Gateway_against_the_server_itself()
    {
        await using var upstream = await FakeMcpServer.StartAsync();
        await ApprovedAsync("fake", upstream);
        await using var through = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey, "/mcp/servers/fake");
        await using var straight = await Agent.ConnectAsync(upstream.Url, "none", upstream.Path);
        await using var own = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);
        var (byGateway, itself, ofOwn) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            byGateway.Add(await TimeAsync(through.Client));
            itself.Add(await TimeAsync(straight.Client));
            ofOwn.Add(await TimeAsync(own.Client, "read_guide"));
        }

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"by the gateway {Median(byGateway):0.##} ms, itself {Median(itself):0.##} ms, more: {Median(byGateway) - Median(itself):0.##} ms; nine of ten {Of(byGateway, 0.9):0.##} and {Of(itself, 0.9):0.##} ms; a tool of the console's own that reads no registry {Median(ofOwn):0.##} ms"
            )
        );
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task A_thousand_tools_are_listed()
    {
        await using var upstream = await FakeMcpServer.StartAsync();
        for (var number = 1; number < 1000; number++)
        {
            upstream.Add($"tool_{number}", $"Does the thing that has the number {number}, and nothing else.");
        }

        var (id, person) = await ApprovedAsync("many", upstream);
        using var caller = person;
        await using var through = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey, "/mcp/servers/many");
        var (byGateway, byApi, count) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < Lists; round++)
        {
            var clock = Stopwatch.StartNew();
            count = (await through.Client.ListToolsAsync(cancellationToken: Cancel)).Count;
            byGateway.Add(clock.Elapsed.TotalMilliseconds);
            clock.Restart();
            await JsonAsync(person.GetAsync($"/api/mcp-servers/{id}/tools"));
            byApi.Add(clock.Elapsed.TotalMilliseconds);
        }

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count} tools by the gateway {Median(byGateway):0.#} ms, by the API {Median(byApi):0.#} ms; nine of ten {Of(byGateway, 0.9):0.#} and {Of(byApi, 0.9):0.#} ms"
            )
        );
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Fifty_servers_are_asked_at_once_of_which_ten_are_dead()
    {
        await using var living = await FakeMcpServer.StartAsync();
        await using var silent = RawServer.Silent();
        using var person = console.WithKey(ConsoleServer.FirstKey);
        List<int> ids = [];
        for (var number = 0; number < 50; number++)
        {
            var url = number % 5 == 0 ? $"http://127.0.0.1:{silent.Port}/mcp" : living.Url.ToString();
            var made = person.SendAsync(HttpMethod.Post, "/api/mcp-servers", new { name = $"Server {number}", url });
            ids.Add((int)(await JsonAsync(made))["id"]!);
        }

        var clock = Stopwatch.StartNew();
        var verdicts = await Task.WhenAll(
            ids.Select(async id => $"{(await JsonAsync(person.SendAsync(HttpMethod.Post, $"/api/mcp-servers/{id}/test")))["verdict"]}")
        );

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"50 servers in {clock.Elapsed.TotalSeconds:0.##} s: {string.Join(", ", verdicts.CountBy(verdict => verdict))}"
            )
        );
    }

    /// <summary>A server of which everything is approved, and a client that may see it.</summary>
    private async Task<(int Id, Caller Person)> ApprovedAsync(string name, FakeMcpServer upstream)
    {
        var person = console.WithKey(ConsoleServer.FirstKey);
        var made = person.SendAsync(HttpMethod.Post, "/api/mcp-servers", new { name, url = upstream.Url.ToString() });
        var id = (int)(await JsonAsync(made))["id"]!;
        await JsonAsync(person.SendAsync(HttpMethod.Post, $"/api/mcp-servers/{id}/test"));
        var pins = await JsonAsync(person.GetAsync($"/api/mcp-servers/{id}/approvals"));
        var approve = (pins as JsonArray ?? pins["items"]!.AsArray()).Select(pin => new
        {
            id = (int)pin!["id"]!,
            hash = pin["hash"]?.ToString(),
        });
        await JsonAsync(person.SendAsync(HttpMethod.Post, $"/api/mcp-servers/{id}/approvals", new { approve }));
        return (id, person);
    }

    private static double Median(IEnumerable<double> figures) => Of(figures, 0.5);

    /// <summary>Without the first ones, in which code is compiled.</summary>
    private static double Of(IEnumerable<double> figures, double part)
    {
        var all = figures.ToList();
        var sorted = all.Skip(all.Count / 4).Order().ToList();
        return sorted[(int)(sorted.Count * part)];
    }

    private static async Task<double> TimeAsync(McpClient client, string tool = "echo")
    {
        var clock = Stopwatch.StartNew();
        await client.CallToolAsync(tool, new Dictionary<string, object?> { ["message"] = "hello" }, cancellationToken: Cancel);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task<JsonNode> JsonAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
