using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console whose settings name an App Server, beside a V1 server that keeps agents.</summary>
public sealed class TwoServersConsole : ConsoleServer
{
    public FakeAppServer AppServer { get; private set; } = null!;

    public FakeLetta V1 { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        AppServer = await FakeAppServer.StartAsync();
        AppServer.Models.Add("openai/gpt-4.1");
        V1 = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(2) });
        Set("Sanctum:letta_server_address", "http://localhost");
        Set("Sanctum:letta_server_port", $"{AppServer.Port}");
        Set("Sanctum:letta_server_token", FakeAppServer.Password);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await AppServer.DisposeAsync();
        await V1.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class MovingAgentsOverHttpTests(TwoServersConsole console) : IClassFixture<TwoServersConsole>
{
    private const string Path = "/api/agents/move-from-v1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_keeps_the_server_plans_tries_and_moves_and_the_token_is_in_no_answer()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var none = await program.GetAsync($"{Path}/server");
        var kept = await SentAsync(
            program,
            HttpMethod.Put,
            "/server",
            new
            {
                address = "http://localhost",
                port = console.V1.Port,
                token = FakeLetta.Password,
            }
        );
        var listed = JsonNode.Parse(await program.ReadAsync($"{Path}/agents"))!.AsArray();
        var form = new { uids = new[] { FakeLettaAgents.IdOf(1), FakeLettaAgents.IdOf(2) } };
        var plan = await SentAsync(program, HttpMethod.Post, "/plan", form);
        var tried = await SentAsync(program, HttpMethod.Post, "?dryRun=true", form);
        Assert.Empty(console.AppServer.Agents);
        using var before = await program.GetAsync($"{Path}/runs/newest");
        var begun = await SentAsync(program, HttpMethod.Post, "", form);
        var moved = await EndedAsync(program, (int)begun["id"]!);
        var again = await EndedAsync(program, (int)(await SentAsync(program, HttpMethod.Post, "", form))["id"]!);
        using var written = await program.GetAsync($"{Path}/runs/newest?format=markdown");
        using var ended = await program.SendAsync(HttpMethod.Post, $"{Path}/runs/{again["id"]}/cancel");
        using var whole = await program.SendAsync(HttpMethod.Post, $"{Path}/runs/{again["id"]}/resume");
        using var missing = await program.GetAsync($"{Path}/runs/999");

        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.True((bool)kept["has_token"]!);
        Assert.Equal(2, listed.Count);
        Assert.All(plan["agents"]!.AsArray(), agent => Assert.NotEmpty(agent!["lost"]!.AsArray()));
        Assert.Equal(["would_move", "would_move"], Ends(tried));
        Assert.Equal(["moved", "moved"], Ends(moved));
        Assert.Equal(2, console.AppServer.Agents.Count);
        Assert.Equal(("running", "succeeded"), ((string)begun["state"]!, (string)moved["state"]!));
        Assert.Equal(
            [HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.NotFound],
            new[] { before, ended, whole, missing }.Select(answer => answer.StatusCode)
        );
        var report = await written.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("2 moved before.", report, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeLetta.Password, $"{kept}{listed}{plan}{moved}{report}", StringComparison.Ordinal);
        using var secrets = await program.GetAsync("/api/configurations?q=letta.v1_server");
        Assert.DoesNotContain(FakeLetta.Password, await secrets.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static Task<JsonNode> EndedAsync(Caller program, int id) =>
        Wait.ForAsync(async () => JsonNode.Parse(await program.ReadAsync($"{Path}/runs/{id}"))!, run => (string)run["state"]! != "running");

    private static IEnumerable<string> Ends(JsonNode run) => run["report"]!["agents"]!.AsArray().Select(agent => (string)agent!["end"]!);

    private static async Task<JsonNode> SentAsync(Caller program, HttpMethod method, string path, object form)
    {
        using var answer = await program.SendAsync(method, $"{Path}{path}", form);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
