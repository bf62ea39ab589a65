using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console whose settings name a Letta server that keeps agents.</summary>
public sealed class AgentsConsole : ConsoleServer
{
    public FakeLettaAgents There { get; } = new(3);

    public FakeLetta Letta { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = There });
        Set("Sanctum:letta_server_address", "http://localhost");
        Set("Sanctum:letta_server_port", $"{Letta.Port}");
        Set("Sanctum:letta_server_token", FakeLetta.Password);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Letta.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class AgentsOverHttpTests(AgentsConsole console) : IClassFixture<AgentsConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_adopts_reads_changes_pushes_takes_and_deletes_an_agent()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var compared = await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/agents/sync?dryRun=true"), HttpStatusCode.OK);
        Assert.Equal(3, compared["new"]!.AsArray().Count);
        var adopted = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/agents/adopt", new { letta_uids = new[] { FakeLettaAgents.IdOf(1) } }),
            HttpStatusCode.OK
        );
        var path = $"/api/agents/{adopted["ids"]![0]}";

        using var read = await program.GetAsync(path);
        var (tag, agent) = ($"{read.Headers.ETag}", await JsonAsync(read, HttpStatusCode.OK));
        Assert.Equal(
            ("Agent 1", "Ready", "send_message"),
            ((string)agent["agent"]!["name"]!, (string)agent["agent"]!["status"]!, (string)agent["declared"]!["tools"]![0]!)
        );
        var form = new
        {
            name = "Athena",
            description = "Wise",
            model = "openai/gpt-4.1",
            system = "Be wise.",
            tags = new[] { "wise" },
            is_active = true,
        };
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, form), HttpStatusCode.PreconditionRequired);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, form, tag), HttpStatusCode.OK);
        var stale = await JsonAsync(await program.SendAsync(HttpMethod.Put, path, form, tag), HttpStatusCode.PreconditionFailed);
        Assert.Equal("Athena", (string)stale["current"]!["name"]!);

        var planned = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/push?dryRun=true"), HttpStatusCode.OK);
        Assert.Equal(["name", "description", "system", "tags"], planned["fields"]!.AsArray().Select(field => (string)field!["field"]!));
        Assert.Equal("Agent 1", (string)console.There.Read(1)["name"]!);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/push", null, tag), HttpStatusCode.PreconditionFailed);
        var pushed = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/push?seen={planned["seen"]}"), HttpStatusCode.OK);
        Assert.Empty(pushed["fields"]!.AsArray());
        Assert.Equal("Athena", (string)console.There.Read(1)["name"]!);

        console.There.Change(1, there => there["name"] = "Hermes");
        var taken = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/take"), HttpStatusCode.OK);
        Assert.Equal("Hermes", (string)taken["agent"]!["agent"]!["name"]!);
        var inactive = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/deactivate"), HttpStatusCode.OK);
        Assert.False((bool)inactive["is_active"]!);
        var listed = await JsonAsync(
            await program.GetAsync("/api/agents?active=false&q=herm&status=Ready&sort=updated&descending=true"),
            HttpStatusCode.OK
        );
        Assert.Equal(1, (int)listed["total"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, path)).StatusCode);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
        Assert.Equal("Hermes", (string)console.There.Read(1)["name"]!);
    }

    [Fact]
    public async Task A_rule_that_is_broken_is_a_problem_and_writes_nothing()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var none = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/agents/adopt", new { letta_uids = Array.Empty<string>() }),
            HttpStatusCode.BadRequest
        );
        var unknown = await JsonAsync(await program.GetAsync("/api/agents?status=tired"), HttpStatusCode.BadRequest);

        Assert.Equal("Give the Letta ids of the agents.", (string)none["errors"]!["letta_uids"]![0]!);
        Assert.Equal("The status must be one of Ready, Healthy, Degraded, Off.", (string)unknown["errors"]!["status"]![0]!);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
