using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Changes that agents propose, from the first call to what the history says of it.</summary>
public sealed class AgentsProposeTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static readonly string[] Everything = [.. Permissions.All];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_setting_is_proposed_approved_done_and_undone()
    {
        await using var agent = await AgentAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);
        var before = await SettingAsync(person, "flask_port");

        var proposed = await ProposeAsync(agent, 8971);

        var change = proposed["difference"]!["changes"]![0]!;
        Assert.Equal("update system_config 1", $"{change["act"]} {change["table_name"]} {change["row_id"]}");
        Assert.Equal(["flask_port", $"{before}", "8971"], ["flask_port", .. Pair(change, "flask_port")]);
        Assert.Equal(before, await SettingAsync(person, "flask_port"));

        var id = (int)proposed["id"]!;
        var decided = await JsonAsync(await person.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/approve"));
        Assert.Equal("approved", decided["proposal"]!["state"]!.ToString());
        Assert.Equal("8971", await SettingAsync(person, "flask_port"));
        Assert.Equal("approved", (await agent.AskAsync("proposal_status", new { id }))["state"]!.ToString());

        var last = (await JsonAsync(await person.GetAsync("/api/history?table=system_config&take=1")))["items"]![0]!;
        Assert.Equal("key an agent by MCP", last["actor"]!.ToString());
        Assert.StartsWith("approved by ", last["place"]!.ToString(), StringComparison.Ordinal);

        var undone = await person.SendAsync(HttpMethod.Post, $"/api/settings/undo/{last["id"]}");
        Assert.Equal(HttpStatusCode.OK, undone.StatusCode);
        Assert.Equal(before, await SettingAsync(person, "flask_port"));
    }

    [Fact]
    public async Task The_same_again_is_the_same_proposal_and_what_was_rejected_is_not_proposed_again()
    {
        await using var agent = await AgentAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);

        var first = (int)(await ProposeAsync(agent, 8972))["id"]!;
        Assert.Equal(first, (int)(await ProposeAsync(agent, 8972))["id"]!);

        var rejected = await person.SendAsync(HttpMethod.Post, $"/api/proposals/{first}/reject", new { reason = "The port is taken." });
        Assert.Equal(HttpStatusCode.OK, rejected.StatusCode);
        var said = await agent.RefusedAsync("propose_change", Wanted(8972));
        Assert.Contains("The port is taken.", said, StringComparison.Ordinal);
        Assert.Contains(
            "The port is taken.",
            (await agent.AskAsync("proposal_status", new { id = first }))["answer"]!.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_has_changed_meanwhile_is_not_done()
    {
        await using var agent = await AgentAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);
        var id = (int)(await ProposeAsync(agent, 8973))["id"]!;
        await person.SendAsync(HttpMethod.Put, "/api/settings", new { flask_port = 8999 });

        var decided = await JsonAsync(await person.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/approve"));

        Assert.Equal("failed", decided["proposal"]!["state"]!.ToString());
        Assert.StartsWith("Nothing was changed.", decided["answer"]!["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("8999", await SettingAsync(person, "flask_port"));
        Assert.Equal("failed", (await agent.AskAsync("proposal_status", new { id }))["state"]!.ToString());
    }

    [Fact]
    public async Task Two_people_who_decide_at_once_decide_once()
    {
        await using var agent = await AgentAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        using var one = console.WithKey(ConsoleServer.FirstKey);
        using var other = console.WithKey(await console.CreateKeyAsync(Everything));
        var id = (int)(await ProposeAsync(agent, 8974))["id"]!;

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(at =>
                    (at % 2 == 0 ? one : other).SendAsync(HttpMethod.Post, $"/api/proposals/{id}/{(at < 4 ? "approve" : "reject")}")
                )
        );

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Nobody_approves_what_he_may_not_do_himself()
    {
        await using var agent = await AgentAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);
        using var reader = console.WithKey(await console.CreateKeyAsync(Policies.ReadHistory, Policies.ReadSettings));
        var before = await SettingAsync(person, "flask_port");
        var id = (int)(await ProposeAsync(agent, 8975))["id"]!;

        var answer = await reader.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/approve");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("You don't have the permission", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(before, await SettingAsync(person, "flask_port"));
        Assert.Equal("pending", (await agent.AskAsync("proposal_status", new { id }))["state"]!.ToString());
    }

    [Fact]
    public async Task A_key_neither_decides_on_its_own_proposals_nor_writes_by_itself()
    {
        var key = await KeyAsync("propose", Everything);
        await using var agent = await Agent.ConnectAsync(console.Address, key);
        using var program = console.WithKey(key);
        var id = (int)(await ProposeAsync(agent, 8976))["id"]!;

        var approval = await program.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/approve");
        var write = await program.SendAsync(HttpMethod.Put, "/api/settings", new { flask_port = 8976 });

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], [approval.StatusCode, write.StatusCode]);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/settings")).StatusCode);

        // Even where its owner has let it write meanwhile.
        using var owner = console.WithKey(ConsoleServer.FirstKey);
        var own = (await JsonAsync(await owner.GetAsync($"/api/proposals/{id}")))["proposal"]!["key_id"]!;
        await owner.SendAsync(HttpMethod.Put, $"/api/api-keys/{own}", new { mcp_writes = "none" });
        var again = await program.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/approve");
        Assert.Contains("its own proposals", await again.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", true, "This key only reads")]
    [InlineData("none", false, "This key only reads")]
    [InlineData("propose", false, "lacks the permission settings:write")]
    [InlineData("allowed", false, "lacks the permission settings:write")]
    public async Task Whose_key_does_not_say_so_neither_proposes_nor_writes(string writes, bool hasScope, string said)
    {
        await using var agent = await AgentAsync(
            writes,
            hasScope ? [Policies.ReadSettings, Policies.WriteSettings] : [Policies.ReadSettings]
        );
        using var person = console.WithKey(ConsoleServer.FirstKey);
        var before = await SettingAsync(person, "flask_port");

        foreach (var tool in new[] { "propose_change", "change_operation", "read_operation" })
        {
            var refused = await agent.RefusedAsync(tool, Wanted(8977, withReason: tool == "propose_change"));
            Assert.True(
                refused.Contains(said, StringComparison.Ordinal) || refused.Contains("does it the other way", StringComparison.Ordinal),
                refused
            );
        }

        var direct = await agent.RefusedAsync("settings_update", new { body = new { flask_port = 8977 } });
        Assert.Contains(said, direct, StringComparison.Ordinal);
        Assert.Equal(before, await SettingAsync(person, "flask_port"));
    }

    /// <summary>Passed over, it would change at once what was only to be tried.</summary>
    [Theory]
    [InlineData("dryRun", "true", "Did you mean dry_run?")]
    [InlineData("dry_Run", "true", "Did you mean dry_run?")]
    [InlineData("dry_run", "\"yes\"", "dry_run must be true or false")]
    [InlineData("dry_run", "1", "dry_run must be true or false")]
    public async Task What_is_not_understood_is_not_done(string name, string value, string said)
    {
        await using var agent = await AgentAsync("allowed", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);
        var before = await SettingAsync(person, "flask_port");

        var refused = await agent.RefusedAsync(
            "change_operation",
            new JsonObject
            {
                ["operation"] = "settings_update",
                ["arguments"] = new JsonObject { ["body"] = new JsonObject { ["flask_port"] = 8979 } },
                [name] = JsonNode.Parse(value),
            }
        );

        Assert.Contains(said, refused, StringComparison.Ordinal);
        Assert.Equal(before, await SettingAsync(person, "flask_port"));
    }

    [Fact]
    public async Task Where_an_administrator_allows_it_a_change_is_made_at_once()
    {
        await using var agent = await AgentAsync("allowed", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);
        var before = await SettingAsync(person, "flask_port");
        object Change(bool isTried) =>
            new
            {
                operation = "settings_update",
                arguments = new { body = new { flask_port = 8978 } },
                dry_run = isTried,
            };

        var tried = await agent.AskAsync("change_operation", Change(true));
        Assert.Equal("8978", Pair(tried["body"]!["changes"]![0]!, "flask_port")[1]);
        Assert.Equal(before, await SettingAsync(person, "flask_port"));

        await agent.AskAsync("change_operation", Change(false));
        Assert.Equal("8978", await SettingAsync(person, "flask_port"));
        var last = (await JsonAsync(await person.GetAsync("/api/history?table=system_config&take=1")))["items"]![0]!;
        Assert.Equal("key an agent by MCP", last["actor"]!.ToString());
    }

    [Fact]
    public async Task Only_an_administrator_lets_agents_change_at_once()
    {
        await console.AddUserAsync("nora", "user");
        using var nora = await console.SignInAsync("nora");
        using var root = console.WithKey(await console.CreateKeyAsync(Policies.ManageKeys));

        var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/api-keys",
            new
            {
                name = "bold",
                scopes = new[] { Policies.ManageKeys },
                mcp_writes = "allowed",
            }
        );

        Assert.Equal(HttpStatusCode.BadRequest, made.StatusCode);
        Assert.Contains("Only an administrator", await made.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_dry_run_cannot_be_proposed()
    {
        await using var agent = await AgentAsync("propose", Everything);

        var said = await agent.RefusedAsync(
            "propose_change",
            new
            {
                operation = "jobs_run",
                arguments = new { id = 1 },
                reason = "It failed.",
            }
        );

        Assert.Contains("has no dry run", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_in_a_loop_fills_no_list()
    {
        await using var agent = await AgentAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        for (var port = 9100; port < 9120; port++)
        {
            await ProposeAsync(agent, port);
        }

        Assert.Contains("wait for a decision", await agent.RefusedAsync("propose_change", Wanted(9120)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_told_and_no_longer_when_it_is_decided()
    {
        await using var agent = await AgentAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);
        var id = (int)(await ProposeAsync(agent, 8979))["id"]!;

        var notice = await NoticeAsync();
        Assert.Contains("an agent", notice["title"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Because", $"{notice["title"]}{notice["message"]}", StringComparison.Ordinal);
        Assert.Null(notice["resolved_at"]);
        Assert.Contains("proposal", await person.ReadAsync("/api/overview"), StringComparison.Ordinal);

        await person.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/reject");
        Assert.NotNull((await NoticeAsync())["resolved_at"]);

        async Task<JsonNode> NoticeAsync() =>
            (await JsonAsync(await person.GetAsync("/api/notifications")))["items"]!
                .AsArray()
                .Single(row => row!["link"]?.ToString() == $"/proposals?id={id}")!;
    }

    [Fact]
    public async Task A_revoked_key_leaves_nothing_that_can_be_done()
    {
        var key = await KeyAsync("propose", Policies.ReadSettings, Policies.WriteSettings);
        using var person = console.WithKey(ConsoleServer.FirstKey);
        int id;
        await using (var agent = await Agent.ConnectAsync(console.Address, key))
        {
            id = (int)(await ProposeAsync(agent, 8980))["id"]!;
        }

        var owner = (await JsonAsync(await person.GetAsync($"/api/proposals/{id}")))["proposal"]!["key_id"]!;
        await person.SendAsync(HttpMethod.Delete, $"/api/api-keys/{owner}");

        var decided = await JsonAsync(await person.SendAsync(HttpMethod.Post, $"/api/proposals/{id}/approve"));
        Assert.Equal("failed", decided["proposal"]!["state"]!.ToString());
        Assert.Contains("revoked", decided["answer"]!["detail"]!.ToString(), StringComparison.Ordinal);
    }

    private static object Wanted(int port, bool withReason = true) =>
        withReason
            ? new
            {
                operation = "settings_update",
                arguments = new { body = new { flask_port = port } },
                reason = "Because the old one is taken.",
            }
            : new { operation = "settings_update", arguments = new { body = new { flask_port = port } } };

    private static Task<JsonObject> ProposeAsync(Agent agent, int port) => agent.AskAsync("propose_change", Wanted(port));

    private static string[] Pair(JsonNode change, string column) =>
        [
            .. change["changes"]!
                .AsArray()
                .Where(each => each!["column"]!.ToString() == column)
                .SelectMany(each => new[] { $"{each!["from"]}", $"{each["to"]}" }),
        ];

    private static async Task<string> SettingAsync(Caller caller, string column) =>
        $"{(await JsonAsync(await caller.GetAsync("/api/settings")))["values"]![column]}";

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<Agent> AgentAsync(string writes, params string[] scopes) =>
        await Agent.ConnectAsync(console.Address, await KeyAsync(writes, scopes));

    private async Task<string> KeyAsync(string writes, params string[] scopes)
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/api-keys",
            new
            {
                name = "an agent",
                scopes,
                mcp_writes = writes,
            }
        );
        return (await JsonAsync(made))["key"]!.ToString();
    }
}
