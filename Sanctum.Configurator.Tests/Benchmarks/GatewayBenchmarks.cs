using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using Sanctum.Configurator.Tests.Server;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// A tool of an MCP server through the console's gateway, against the same call of the server itself. The aim is at most 3 ms more at the median. On
/// demand, like <see cref="ConsoleBenchmarks"/>.
/// </summary>
public sealed class GatewayBenchmarks(ConsoleServer console, ITestOutputHelper output) : IClassFixture<ConsoleServer>
{
    private const int Rounds = 400;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Gateway_against_the_server_itself()
    {
        await using var upstream = await FakeMcpServer.StartAsync();
        using var person = console.WithKey(ConsoleServer.FirstKey);
        var id = (int)
            (await JsonAsync(person.SendAsync(HttpMethod.Post, "/api/mcp-servers", new { name = "fake", url = upstream.Url.ToString() })))[
                "id"
            ]!;
        await JsonAsync(person.SendAsync(HttpMethod.Post, $"/api/mcp-servers/{id}/test"));
        var pins = await JsonAsync(person.GetAsync($"/api/mcp-servers/{id}/approvals"));
        var approve = (pins as JsonArray ?? pins["items"]!.AsArray()).Select(pin => new
        {
            id = (int)pin!["id"]!,
            hash = pin["hash"]?.ToString(),
        });
        await JsonAsync(person.SendAsync(HttpMethod.Post, $"/api/mcp-servers/{id}/approvals", new { approve }));
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

    private static double Median(IEnumerable<double> figures) => Of(figures, 0.5);

    /// <summary>Without the first ones, in which code is compiled.</summary>
    private static double Of(IEnumerable<double> figures, double part)
    {
        var sorted = figures.Skip(Rounds / 4).Order().ToList();
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
