using System.Net;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Whatever an agent calls, and whatever it proposes: no secret leaves by it.</summary>
public sealed class AgentsAndSecretsTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Canary = "canary-5d0c1a77e2b94f36";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_operation_and_no_resource_tells_a_secret()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        await DoneAsync(root.SendAsync(HttpMethod.Put, "/api/settings", new { openai_api_key = Canary, letta_server_token = Canary }));
        await DoneAsync(
            root.SendAsync(
                HttpMethod.Post,
                "/api/configurations",
                new
                {
                    key = "lamp_token",
                    value = Canary,
                    scope = "system",
                    is_encrypted = true,
                }
            )
        );
        await DoneAsync(
            root.SendAsync(
                HttpMethod.Post,
                "/api/notification-channels",
                new
                {
                    name = "Ntfy",
                    kind = "ntfy",
                    server = "https://ntfy.example",
                    topic = "sanctum",
                    token = Canary,
                }
            )
        );
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);
        var called = 0;

        foreach (var name in (await agent.AskAsync("find_operations"))["areas"]!.AsObject().SelectMany(area => area.Value!.AsArray()))
        {
            foreach (var arguments in new object[] { new { }, new { id = 1 } })
            {
                var result = await agent.CallAsync("read_operation", new { operation = name!.ToString(), arguments });
                Assert.DoesNotContain(Canary, Agent.TextOf(result), StringComparison.Ordinal);
                called += result.IsError == true ? 0 : 1;
            }
        }

        Assert.True(called > 30, $"{called} calls were answered");
        Assert.DoesNotContain(Canary, (await agent.AskAsync("last_failures")).ToJsonString(), StringComparison.Ordinal);
        foreach (var resource in await agent.Client.ListResourcesAsync(cancellationToken: Cancel))
        {
            var read = await agent.Client.ReadResourceAsync(resource.Uri, cancellationToken: Cancel);
            Assert.DoesNotContain(Canary, Assert.IsType<TextResourceContents>(Assert.Single(read.Contents)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_secret_that_is_proposed_is_nowhere_in_the_clear()
    {
        const string secret = "proposed-9f2e4c61d7a05b38";
        using var root = console.WithKey(ConsoleServer.FirstKey);
        using var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/api-keys",
            new
            {
                name = "an agent",
                scopes = Permissions.All,
                mcp_writes = "propose",
            }
        );
        var key = JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["key"]!.ToString();
        await using var agent = await Agent.ConnectAsync(console.Address, key);

        var proposed = await agent.AskAsync(
            "propose_change",
            new
            {
                operation = "settings_update",
                arguments = new { body = new { anthropic_api_key = secret } },
                reason = "There is none.",
            }
        );

        var id = (int)proposed["id"]!;
        var everything = string.Concat(
            proposed.ToJsonString(),
            (await agent.AskAsync("proposal_status", new { id })).ToJsonString(),
            await root.ReadAsync($"/api/proposals/{id}"),
            await root.ReadAsync("/api/proposals"),
            await root.ReadAsync("/api/history?take=20"),
            await root.ReadAsync("/api/notifications"),
            await Sqlite3.RunAsync(Path.Join(console.Home, "registry.db"), "SELECT * FROM proposals; SELECT * FROM change_history;")
        );
        Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, string.Concat(console.Log.Lines), StringComparison.Ordinal);

        // And yet it is what is saved when a person approves.
        await DoneAsync(root.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/approve"));
        Assert.Contains(secret, await root.ReadAsync("/api/settings/secrets/anthropic_api_key"), StringComparison.Ordinal);
    }

    private static async Task DoneAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
