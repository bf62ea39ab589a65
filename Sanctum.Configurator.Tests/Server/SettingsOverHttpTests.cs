using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What scripts rely on.</summary>
public sealed class SettingsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Settings = "/api/settings";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reading_gives_values_sources_and_the_version_that_is_the_ETag()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var answer = await program.GetAsync(Settings);

        var read = await JsonOf(answer);
        Assert.Equal(["environment", "version", "values", "sources", "pinned"], read.Select(p => p.Key));
        Assert.Equal($"\"{read["version"]}\"", answer.Headers.ETag!.Tag);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("http://localhost:11434", (string?)read["values"]!["ollama_base_url"]);
        Assert.Equal(443, (int)read["values"]!["letta_server_port"]!);
        Assert.True((bool)read["values"]!["letta_server_active"]!);
        Assert.Equal("default", (string?)read["sources"]!["ollama_base_url"]);
        Assert.True(read["values"]!.AsObject().ContainsKey("last_connected"));
    }

    [Fact]
    public async Task Saving_changes_the_named_columns_and_answers_with_all()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var before = await JsonOf(await program.GetAsync(Settings));

        var answer = await program.SendAsync(
            HttpMethod.Put,
            Settings,
            new { flask_port = 5055, anthropic_api_key = "sk-ant-0123456789" },
            $"\"{before["version"]}\""
        );

        var after = await JsonOf(answer);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            ((int)before["version"]! + 1, 5055, "database", "••••6789"),
            (
                (int)after["version"]!,
                (int)after["values"]!["flask_port"]!,
                (string?)after["sources"]!["flask_port"],
                (string?)after["values"]!["anthropic_api_key"]
            )
        );

        // What was read can be sent back as it is: a masked secret means the one that is there.
        var again = await program.SendAsync(
            HttpMethod.Put,
            Settings,
            new { anthropic_api_key = (string?)after["values"]!["anthropic_api_key"] }
        );
        Assert.Equal("••••6789", (string?)(await JsonOf(again))["values"]!["anthropic_api_key"]);
        var cleared = await program.SendAsync(
            HttpMethod.Put,
            Settings,
            new JsonObject { ["anthropic_api_key"] = null, ["flask_port"] = null }
        );
        Assert.Equal(
            (null, 5000),
            (
                (string?)(await JsonOf(cleared.EnsureSuccessStatusCode()))["values"]!["anthropic_api_key"],
                (int)(await JsonOf(await program.GetAsync(Settings)))["values"]!["flask_port"]!
            )
        );
    }

    [Fact]
    public async Task A_version_that_was_overtaken_is_refused_and_saves_nothing()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var read = (await program.GetAsync(Settings)).Headers.ETag!.Tag;
        var first = await program.SendAsync(HttpMethod.Put, Settings, new { sanctum_base_path = "~/first" }, read);

        var second = await program.SendAsync(HttpMethod.Put, Settings, new { sanctum_base_path = "~/second" }, read);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed), (first.StatusCode, second.StatusCode));
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType!.MediaType);
        Assert.Equal("~/first", (string?)(await JsonOf(await program.GetAsync(Settings)))["values"]!["sanctum_base_path"]);
    }

    [Theory]
    [InlineData("""{"smcp_port": 70000}""", "smcp_port", 400)]
    [InlineData("""{"smcp_port": "many"}""", "smcp_port", 400)]
    [InlineData("""{"smcp_port": {"a": 1}}""", "smcp_port", 400)]
    [InlineData("""{"smcp_port": 9100, "flask_port": 9100}""", "smcp_port", 400)]
    [InlineData("""{"letta_check_interval": 1}""", "letta_check_interval", 400)]
    [InlineData("""{"letta_server_adress": "localhost"}""", "letta_server_adress", 400)]
    [InlineData("""{"openai_api_key": "two words"}""", "openai_api_key", 400)]
    [InlineData("""{"environment": "production"}""", null, 400)]
    [InlineData("""[1, 2]""", null, 400)]
    [InlineData("""{"smcp_port": """, null, 400)]
    [InlineData("", null, 400)]
    public async Task What_cannot_be_saved_is_a_problem_that_names_the_column_and_saves_nothing(string body, string? column, int status)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var before = await program.ReadAsync(Settings);

        var answer = await SendTextAsync(body, "application/json");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        if (column is not null)
        {
            Assert.NotEmpty((string?)(await JsonOf(answer))["errors"]![column]![0] ?? "");
        }

        Assert.Equal(before, await program.ReadAsync(Settings));
    }

    [Fact]
    public async Task Content_of_another_kind_is_a_problem()
    {
        var answer = await SendTextAsync("smcp_port=9100", "text/plain");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task An_If_Match_that_is_no_version_is_the_senders_failure_and_none_of_the_console()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var (before, errors) = (await program.ReadAsync(Settings), console.Log.Errors.Count());

        var answer = await program.SendAsync(HttpMethod.Put, Settings, new { smcp_port = 9100 }, "\"none\"");

        Assert.Equal(
            (HttpStatusCode.BadRequest, "application/problem+json"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
        Assert.Equal("If-Match must contain the version that you read, such as \"12\".", (string?)(await JsonOf(answer))["detail"]);
        Assert.Equal(before, await program.ReadAsync(Settings));
        Assert.Empty(console.Log.Errors.Skip(errors));
    }

    [Fact]
    public async Task Testing_Letta_answers_with_the_verdict_and_every_step_and_keeps_the_check()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Agents = 2 });
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var answer = await program.SendAsync(
            HttpMethod.Post,
            "/api/letta/test",
            new
            {
                letta_server_address = "http://localhost",
                letta_server_port = letta.Port,
                letta_server_token = FakeLetta.Password,
            }
        );

        var report = await JsonOf(answer);
        Assert.Equal(
            [
                "verdict",
                "http_status",
                "http_phrase",
                "latency_ms",
                "kind",
                "server_version",
                "agents",
                "message",
                "hint",
                "steps",
                "last_connected",
            ],
            report.Select(p => p.Key)
        );
        Assert.Equal(
            ("connected", 200, "OK", "v1", "0.16.8", 2),
            (
                (string?)report["verdict"],
                (int)report["http_status"]!,
                (string?)report["http_phrase"],
                (string?)report["kind"],
                (string?)report["server_version"],
                (int)report["agents"]!
            )
        );
        Assert.Equal(
            LettaSteps.All.Except([LettaSteps.Tls, LettaSteps.WebSocket]),
            report["steps"]!.AsArray().Select(step => (string?)step!["name"])
        );
        Assert.All(
            report["steps"]!.AsArray(),
            step =>
            {
                Assert.Equal(["name", "ok", "ms", "detail"], step!.AsObject().Select(p => p.Key));
                Assert.True((bool)step["ok"]!);
            }
        );

        var checks = JsonNode.Parse(await program.ReadAsync("/api/letta/checks?verdict=connected"))!;
        var check = checks["items"]!.AsArray().Single(c => $"{c!["address"]}".Contains($":{letta.Port}", StringComparison.Ordinal))!;
        Assert.Equal(("connected", 2, false), ((string?)check["verdict"], (int)check["agents"]!, (bool)check["is_of_saved"]!));
        Assert.Equal("key first key", (string?)check["checked_by"]);
    }

    [Fact]
    public async Task The_kind_of_an_app_server_is_in_test_and_state()
    {
        await using var server = await FakeAppServer.StartAsync(agents: 1);
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var report = await JsonOf(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/letta/test",
                new
                {
                    letta_server_kind = "app_server",
                    letta_server_address = "http://localhost",
                    letta_server_port = server.Port,
                    letta_server_token = FakeAppServer.Password,
                }
            )
        );
        var state = JsonNode.Parse(await program.ReadAsync("/api/letta/state"))!.AsObject();

        Assert.Equal(
            ("connected", "app_server", "0.32.18"),
            ((string?)report["verdict"], (string?)report["kind"], (string?)report["server_version"])
        );
        Assert.True(state.ContainsKey("kind"));
    }

    [Fact]
    public async Task A_kind_that_is_none_is_refused_by_settings_and_test()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var saved = await program.SendAsync(HttpMethod.Put, Settings, new { letta_server_kind = "v2" });
        var tested = await program.SendAsync(HttpMethod.Post, "/api/letta/test", new { letta_server_kind = "v2" });

        Assert.All((HttpResponseMessage[])[saved, tested], answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
        Assert.Contains("Choose one of automatic, v1, app_server.", (await JsonOf(saved)).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Choose one of automatic, v1, app_server.", (await JsonOf(tested)).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_finding_and_no_error()
    {
        await using var letta = await FakeLetta.StartAsync();
        await letta.StopAsync();
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var answer = await program.SendAsync(
            HttpMethod.Post,
            "/api/letta/test",
            new { letta_server_address = "http://localhost", letta_server_port = letta.Port }
        );

        var report = await JsonOf(answer);
        Assert.Equal((HttpStatusCode.OK, "refused", null), (answer.StatusCode, (string?)report["verdict"], report["http_status"]));
        Assert.False((bool)report["steps"]!.AsArray()[^1]!["ok"]!);
        Assert.NotEmpty((string?)report["hint"] ?? "");
    }

    private static async Task<JsonObject> JsonOf(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!.AsObject();

    private async Task<HttpResponseMessage> SendTextAsync(string body, string type)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ConsoleServer.FirstKey);
        return await http.PutAsync(Settings, new StringContent(body, Encoding.UTF8, type), Cancel);
    }
}
