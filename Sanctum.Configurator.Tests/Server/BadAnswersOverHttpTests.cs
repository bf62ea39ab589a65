using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Features.Agents.AgentFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console whose Letta server is a good one at first, and then says whatever it is told.</summary>
public sealed class MisledConsole : ConsoleServer
{
    private readonly FakeLettaAgents _there = new(2);
    private FakeLetta _letta = null!;
    private readonly CancellationTokenSource _turned = new();
    private RawServer _bad = null!;

    /// <summary>What is answered to everything from now on; null for a good Letta.</summary>
    public byte[]? Answer
    {
        get;
        set
        {
            field = value;
            _turned.Cancel();
        }
    }

    public int Port => _bad.Port;

    public int Agent { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        _letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = _there });
        _bad = RawServer.Saying(() => Answer, _letta.Port, _turned.Token);
        Set("Sanctum:letta_server_address", "http://localhost");
        Set("Sanctum:letta_server_port", $"{_bad.Port}");
        Set("Sanctum:letta_server_token", FakeLetta.Password);
        await base.InitializeAsync();
        using var program = WithKey(FirstKey);
        using var adopted = await program.SendAsync(
            HttpMethod.Post,
            "/api/agents/adopt",
            new { letta_uids = new[] { FakeLettaAgents.IdOf(1) } }
        );
        Agent = (int)JsonNode.Parse(await adopted.Content.ReadAsStringAsync())!["ids"]![0]!;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _bad.DisposeAsync();
        await _letta.DisposeAsync();
        _turned.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Whatever a server outside answers: a sentence and no 500, wherever the console calls it.</summary>
public sealed class BadAnswersOverHttpTests(MisledConsole console) : IClassFixture<MisledConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly string[] Lists =
    [
        "a list of numbers",
        "a list of lists",
        "an id that is a number",
        "half a sign",
        "bytes that are no UTF-8",
    ];

    public static TheoryData<string> Unreadable => [.. BadAnswers.Unreadable.Keys];

    public static TheoryData<string> All => [.. BadAnswers.Unreadable.Keys, .. BadAnswers.NotLetta.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Agents_are_not_harmed_by_what_the_Letta_server_says(string answer)
    {
        console.Answer = Of(answer);
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var path = $"/api/agents/{console.Agent}";

        await RefusedAsync(program.SendAsync(HttpMethod.Post, "/api/agents/sync"), answer);
        await RefusedAsync(program.SendAsync(HttpMethod.Post, $"{path}/push"), answer);
        await RefusedAsync(program.GetAsync("/api/agents/parts"), answer, mayBeGood: Lists.Contains(answer));
        await RefusedAsync(program.SendAsync(HttpMethod.Post, $"{path}/reset"), answer, mayBeGood: true);
        if (!Lists.Contains(answer) && answer is not ("an object" or "a number" or "a text" or "null"))
        {
            await RefusedAsync(program.GetAsync($"{path}/export"), answer);
        }

        using var client = new HttpClient();
        using var import = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(console.Address, "/api/agents/import?override_existing_tools=true")
        )
        {
            Content = new StringContent(AgentFileTexts.Whole),
        };
        import.Headers.Authorization = new("Bearer", ConsoleServer.FirstKey);
        await RefusedAsync(client.SendAsync(import, Cancel), answer);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_message_fails_with_a_sentence(string answer)
    {
        console.Answer = Of(answer);
        using var program = console.WithKey(ConsoleServer.FirstKey);

        using var said = await program.SendAsync(HttpMethod.Post, $"/api/agents/{console.Agent}/messages", new { text = "Hello" });

        var text = await said.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)said.StatusCode < 500, $"{answer}: {(int)said.StatusCode} {text}");
        if (said.StatusCode == HttpStatusCode.OK)
        {
            Assert.True((string?)JsonNode.Parse(text)!["failure"] is { Length: > 10 }, $"{answer}: {text}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_test_of_the_connection_ends_with_a_verdict_and_a_hint(string answer)
    {
        console.Answer = Of(answer);
        using var program = console.WithKey(ConsoleServer.FirstKey);

        using var tested = await program.SendAsync(HttpMethod.Post, "/api/letta/test");

        var text = await tested.Content.ReadAsStringAsync(Cancel);
        Assert.True(tested.StatusCode == HttpStatusCode.OK, $"{answer}: {(int)tested.StatusCode} {text}");
        var report = JsonNode.Parse(text)!;
        Assert.NotEqual("connected", (string)report["verdict"]!);
        Assert.True(((string)report["hint"]!).Length > 10, text);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_tool_fails_with_a_sentence(string answer)
    {
        console.Answer = Of(answer);
        using var program = console.WithKey(ConsoleServer.FirstKey);
        foreach (var config in (object[])[Http(), Mcp("/mcp"), Mcp("/sse")])
        {
            var run = await RunAsync(program, config);

            Assert.False((bool)run["ok"]!, $"{answer}: {run.ToJsonString()}");
            Assert.True((string?)run["message"] is { Length: > 20 }, $"{answer}: {run.ToJsonString()}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Notices_and_buckets_are_refused_or_taken_with_a_sentence(string answer)
    {
        console.Answer = Of(answer);
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var server = $"http://127.0.0.1:{console.Port}/";
        foreach (
            var channel in (object[])
                [
                    new
                    {
                        name = "Hook",
                        kind = "webhook",
                        url = server,
                        secret = "s",
                        min_level = "info",
                    },
                    new
                    {
                        name = "Push",
                        kind = "ntfy",
                        server,
                        topic = "sanctum",
                        min_level = "info",
                    },
                ]
        )
        {
            using var tested = await program.SendAsync(HttpMethod.Post, "/api/notification-channels/test", channel);
            await VerdictAsync(tested, answer);
        }

        using var bucket = await program.SendAsync(
            HttpMethod.Post,
            "/api/backup-settings/targets/test",
            new
            {
                name = "S3",
                kind = "s3",
                endpoint = server,
                bucket = "b-1",
                access_key = "a",
                secret_key = "s",
            }
        );
        var verdict = await VerdictAsync(bucket, answer);
        Assert.False((bool)verdict["ok"]!, verdict.ToJsonString());
    }

    private static byte[] Of(string answer) => BadAnswers.Unreadable.GetValueOrDefault(answer) ?? BadAnswers.NotLetta[answer];

    private object Http() =>
        new
        {
            kind = "http",
            method = "GET",
            url = $"http://127.0.0.1:{console.Port}/",
            headers = Array.Empty<string[]>(),
            secrets = Array.Empty<string>(),
        };

    private object Mcp(string path) =>
        new
        {
            kind = "mcp",
            url = $"http://127.0.0.1:{console.Port}{path}",
            tool = "one",
            timeout_seconds = 20,
        };

    private static async Task<JsonNode> VerdictAsync(HttpResponseMessage tested, string answer)
    {
        var text = await tested.Content.ReadAsStringAsync(Cancel);
        Assert.True(tested.StatusCode == HttpStatusCode.OK, $"{answer}: {(int)tested.StatusCode} {text}");
        var verdict = JsonNode.Parse(text)!;
        Assert.True((string?)verdict["message"] is { Length: > 20 }, $"{answer}: {text}");
        return verdict;
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> asked, string answer, bool mayBeGood = false)
    {
        using var said = await asked;
        var text = await said.Content.ReadAsStringAsync(Cancel);
        if (mayBeGood && said.StatusCode == HttpStatusCode.OK)
        {
            return;
        }

        Assert.True(
            said.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.BadGateway,
            $"{answer}: {said.RequestMessage?.RequestUri} {(int)said.StatusCode} {text}"
        );
        Assert.True(
            (string?)JsonNode.Parse(text)!["detail"] is { Length: > 20 } || JsonNode.Parse(text)!["errors"] is JsonObject { Count: > 0 },
            $"{answer}: {text}"
        );
    }

    private static async Task<JsonNode> RunAsync(Caller program, object config)
    {
        var schema = new { type = "object" };
        var tool = JsonNode.Parse(
            await (
                await program.SendAsync(
                    HttpMethod.Post,
                    "/api/tools",
                    new { name = $"Tool {Guid.CreateVersion7()}", config_schema = schema }
                )
            ).Content.ReadAsStringAsync(Cancel)
        )!;
        using var made = await program.SendAsync(
            HttpMethod.Post,
            "/api/tool-instances",
            new
            {
                tool_id = (int)tool["id"]!,
                name = "One",
                config,
            }
        );
        var instance = JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!;
        using var run = await program.SendAsync(HttpMethod.Post, $"/api/tool-instances/{instance["id"]}/run");
        var text = await run.Content.ReadAsStringAsync(Cancel);
        Assert.True(run.StatusCode == HttpStatusCode.OK, $"{(int)run.StatusCode} {text} {instance.ToJsonString()}");
        return JsonNode.Parse(text)!;
    }
}
