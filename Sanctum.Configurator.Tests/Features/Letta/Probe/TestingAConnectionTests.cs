using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class TestingAConnectionTests : IDisposable
{
    private readonly Probing _probing = new();

    public void Dispose() => _probing.Dispose();

    [Fact]
    public async Task A_server_in_order_is_connected_and_its_retired_version_is_warned_of()
    {
        await using var letta = await FakeLetta.StartAsync();

        var report = await _probing.TestAsync(letta.Address);

        Assert.Equal(LettaVerdict.Connected, report.Verdict);
        Assert.Equal((200, "OK", "0.16.8", 3), (report.HttpStatus, report.HttpPhrase, report.ServerVersion, report.Agents));
        Assert.Equal(LettaSteps.All.Except([LettaSteps.Tls, LettaSteps.WebSocket]), report.Steps.Select(step => step.Name));
        Assert.All(report.Steps, step => Assert.True(step.Ok));
        Assert.Equal(LettaKind.V1, report.Kind);
        Assert.False(report.IsVersionSupported);
        Assert.True(report.HasWarning);
        Assert.Contains("retired on 15 August 2026", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_questions_go_over_one_connection_without_a_user_agent()
    {
        await using var letta = await FakeLetta.StartAsync();

        await _probing.TestAsync(letta.Address);

        Assert.Single(letta.Requests.Select(request => request.ConnectionId).Distinct());
        Assert.All(letta.Requests, request => Assert.Null(request.UserAgent));
        Assert.Equal(["/v1/health/", "/v1/agents/count", "/v1/agents/count"], letta.Requests.Select(request => request.Path));
        Assert.Equal([null, null, $"Bearer {FakeLetta.Password}"], letta.Requests.Select(request => request.Authorization));
    }

    [Theory]
    [InlineData("0.17.2", true)]
    [InlineData("1.0.0", true)]
    [InlineData("0.16.7", false)]
    [InlineData("0.6.3rc1", false)]
    [InlineData("string", null)]
    public async Task A_version_is_known_as_supported_retired_or_unknown(string version, bool? isSupported)
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Version = version });

        var report = await _probing.TestAsync(letta.Address);

        Assert.Equal((LettaVerdict.Connected, isSupported), (report.Verdict, report.IsVersionSupported));
    }

    [Theory]
    [InlineData(FakeLetta.Password)]
    [InlineData(null)]
    public async Task An_open_server_is_warned_of_with_or_without_a_token(string? token)
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Token = null, Agents = 1 });

        var report = await _probing.TestAsync(letta.Address, token);

        Assert.Equal(LettaVerdict.OpenServer, report.Verdict);
        Assert.Equal(1, report.Agents);
        Assert.Contains("with 1 agent, but it doesn't require a token", report.Message, StringComparison.Ordinal);
        Assert.Contains(report.Steps, step => step is { Name: LettaSteps.Authentication, Ok: true, IsWarning: true });
        Assert.All(letta.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task A_wrong_token_is_unauthorized_although_health_is_fine()
    {
        await using var letta = await FakeLetta.StartAsync();

        var report = await _probing.TestAsync(letta.Address, "wrong");

        Assert.Equal((LettaVerdict.Unauthorized, 401), (report.Verdict, report.HttpStatus));
        Assert.Contains("rejected the token", report.Message, StringComparison.Ordinal);
        Assert.Equal("0.16.8", report.ServerVersion);
        Assert.Equal(LettaSteps.Authentication, report.Steps[^1].Name);
    }

    [Fact]
    public async Task A_missing_token_is_asked_for()
    {
        await using var letta = await FakeLetta.StartAsync();

        var report = await _probing.TestAsync(letta.Address, token: null);

        Assert.Equal(LettaVerdict.Unauthorized, report.Verdict);
        Assert.Contains("requires a token, but none was entered", report.Message, StringComparison.Ordinal);
        Assert.Contains(LettaFields.Token, report.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FakeLettaMood.Forbids, LettaVerdict.Forbidden, 403, "“Forbidden by policy”", LettaSteps.Http)]
    [InlineData(FakeLettaMood.RateLimits, LettaVerdict.RateLimited, 429, "wait 30 s", LettaSteps.Http)]
    [InlineData(FakeLettaMood.Fails, LettaVerdict.ServerError, 500, "“An unknown error occurred”", LettaSteps.Http)]
    [InlineData(FakeLettaMood.WarmsUp, LettaVerdict.ServerError, 503, "503 Service Unavailable", LettaSteps.Http)]
    [InlineData(FakeLettaMood.StandsBehindABrokenProxy, LettaVerdict.ServerError, 502, "A proxy", LettaSteps.Http)]
    [InlineData(
        FakeLettaMood.ServesAWebPage,
        LettaVerdict.NotJson,
        200,
        "a web page titled “Welcome to nginx & friends”",
        LettaSteps.Shape
    )]
    [InlineData(FakeLettaMood.Mumbles, LettaVerdict.NotJson, 200, "did not answer in JSON", LettaSteps.Shape)]
    [InlineData(FakeLettaMood.AnswersOtherJson, LettaVerdict.NotLetta, 200, "not a Letta server", LettaSteps.Shape)]
    [InlineData(FakeLettaMood.CountsInWords, LettaVerdict.NotLetta, 200, "not a Letta server", LettaSteps.Agents)]
    [InlineData(FakeLettaMood.IsAnAppServer, LettaVerdict.WebsocketRefused, 404, "opens no WebSocket at /ws", LettaSteps.WebSocket)]
    [InlineData(
        FakeLettaMood.HasABadModelKey,
        LettaVerdict.ServerError,
        401,
        "because of its account with a model provider",
        LettaSteps.Authentication
    )]
    [InlineData(FakeLettaMood.AsksForABasicLogin, LettaVerdict.Unauthorized, 401, "A proxy", LettaSteps.Http)]
    [InlineData(FakeLettaMood.Floods, LettaVerdict.NotLetta, 200, "more than 65536 bytes", LettaSteps.Shape)]
    public async Task Each_fault_of_an_answer_has_its_verdict(
        FakeLettaMood mood,
        LettaVerdict verdict,
        int status,
        string said,
        string step
    )
    {
        await using var letta = await FakeLetta.StartAsync(mood);
        using var probing = new Probing(limit: 65536);

        var report = await probing.TestAsync(letta.Address);

        Assert.Equal((verdict, status), (report.Verdict, report.HttpStatus));
        Assert.Contains(said, report.Message, StringComparison.Ordinal);
        Assert.NotEmpty(report.Hint);
        Assert.Equal((step, false), (report.Steps[^1].Name, report.Steps[^1].Ok));
        Assert.All(report.Steps.SkipLast(1), earlier => Assert.True(earlier.Ok));
    }

    [Fact]
    public async Task A_base_path_is_kept_and_a_wrong_one_is_not_found()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { BasePath = "/letta" });

        var right = await _probing.TestAsync(letta.Address);
        var wrong = await _probing.TestAsync(new Uri(letta.Address, "/other/"));

        Assert.Equal(LettaVerdict.Connected, right.Verdict);
        Assert.Equal((LettaVerdict.NotFound, 404), (wrong.Verdict, wrong.HttpStatus));
        Assert.Contains("/other", wrong.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_up_after_each_answer_is_dialled_again()
    {
        await using var letta = await FakeLetta.StartAsync(FakeLettaMood.HangsUpEachTime);

        Assert.Equal(LettaVerdict.Connected, (await _probing.TestAsync(letta.Address)).Verdict);
        Assert.Equal(3, letta.Requests.Select(request => request.ConnectionId).Distinct().Count());
    }

    [Fact]
    public async Task A_stopped_server_refuses_and_a_restarted_one_connects_again()
    {
        await using var letta = await FakeLetta.StartAsync();
        await letta.StopAsync();

        var stopped = await _probing.TestAsync(letta.Address);
        await letta.StartAgainAsync();
        var restarted = await _probing.TestAsync(letta.Address);

        Assert.Equal(LettaVerdict.Refused, stopped.Verdict);
        Assert.Contains(LettaFields.Port, stopped.Hint, StringComparison.Ordinal);
        Assert.Equal(LettaVerdict.Connected, restarted.Verdict);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, LettaVerdict.NameNotFound, "The host name letta.example could not be found")]
    [InlineData(SocketError.NoData, LettaVerdict.NameNotFound, "has no IP address")]
    [InlineData(SocketError.TryAgain, LettaVerdict.Unreachable, "resolver did not answer")]
    public async Task A_name_that_does_not_exist_is_told_from_a_resolver_that_fails(SocketError error, LettaVerdict verdict, string said)
    {
        using var probing = new Probing(lookup: (_, _) => throw new SocketException((int)error));

        var report = await probing.TestAsync("http://letta.example:8283/");

        Assert.Equal(verdict, report.Verdict);
        Assert.Contains(said, report.Message, StringComparison.Ordinal);
        Assert.Null(report.HttpStatus);
        Assert.Single(report.Steps);
    }

    [Theory]
    [InlineData("http://169.254.169.254/", "link-local")]
    [InlineData("http://metadata.google.internal/", "credentials")]
    [InlineData("http://[::ffff:a9fe:a9fe]:8283/", "link-local")]
    public async Task A_place_the_guard_refuses_is_blocked(string address, string said)
    {
        var report = await _probing.TestAsync(address);

        Assert.Equal(LettaVerdict.Blocked, report.Verdict);
        Assert.Contains(said, report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_protocol_is_not_letta_and_a_hung_up_line_is_unreachable()
    {
        await using var ssh = RawServer.Saying("SSH-2.0-OpenSSH_9.7\r\n"u8.ToArray());
        await using var deaf = RawServer.HangingUp();

        Assert.Equal(LettaVerdict.NotLetta, (await _probing.TestAsync($"http://127.0.0.1:{ssh.Port}/")).Verdict);
        Assert.Equal(LettaVerdict.Unreachable, (await _probing.TestAsync($"http://127.0.0.1:{deaf.Port}/")).Verdict);
    }

    [Fact]
    public async Task An_address_that_is_dead_is_overtaken_by_one_that_lives()
    {
        await using var letta = await FakeLetta.StartAsync();
        using var probing = new Probing(lookup: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.9"), IPAddress.Loopback]));

        var report = await probing.TestAsync($"http://letta.example:{letta.Port}/");

        Assert.Equal(LettaVerdict.Connected, report.Verdict);
    }

    [Fact]
    public async Task Every_step_is_told_as_it_starts_and_as_it_ends()
    {
        await using var letta = await FakeLetta.StartAsync();
        var told = new List<LettaStep>();

        var report = await _probing.TestAsync(letta.Address, onStep: told.Add);

        Assert.Equal(
            report.Steps.SelectMany(step => new[] { (step.Name, (bool?)null), (step.Name, true) }),
            told.Select(step => (step.Name, step.Ok))
        );
    }

    [Fact]
    public async Task A_report_is_written_in_snake_case()
    {
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Token = null });

        using var json = JsonDocument.Parse(JsonSerializer.Serialize(await _probing.TestAsync(letta.Address)));

        Assert.Equal(
            ["verdict", "http_status", "http_phrase", "latency_ms", "server_version", "agents", "message", "hint", "steps", "kind"],
            json.RootElement.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal("open_server", json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(
            ["name", "ok", "ms", "detail"],
            json.RootElement.GetProperty("steps")[0].EnumerateObject().Select(property => property.Name)
        );
        Assert.All(Enum.GetValues<LettaVerdict>(), verdict => Assert.Equal($"\"{verdict.Text()}\"", JsonSerializer.Serialize(verdict)));
    }
}
