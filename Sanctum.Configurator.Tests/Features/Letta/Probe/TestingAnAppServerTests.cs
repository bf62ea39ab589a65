using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class TestingAnAppServerTests : IDisposable
{
    private static readonly string[] Steps =
    [
        LettaSteps.NameResolution,
        LettaSteps.Tcp,
        LettaSteps.Http,
        LettaSteps.Shape,
        LettaSteps.Authentication,
        LettaSteps.Version,
        LettaSteps.WebSocket,
        LettaSteps.Agents,
    ];

    private readonly Probing _probing = new(lookup: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

    public void Dispose() => _probing.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(LettaKind.AppServer)]
    public async Task One_in_order_is_connected_and_called_by_its_name(LettaKind? kind)
    {
        await using var server = await FakeAppServer.StartAsync(agents: 3);

        var report = await TestAsync(server, kind: kind);

        Assert.True(report.Verdict == LettaVerdict.Connected, $"{report.Message} {report.Hint}");
        Assert.Equal(
            (LettaKind.AppServer, 200, "0.32.18", 3, true),
            (report.Kind, report.HttpStatus, report.ServerVersion, report.Agents, report.IsVersionSupported)
        );
        Assert.Equal(Steps, report.Steps.Select(step => step.Name));
        Assert.All(report.Steps, step => Assert.True(step is { Ok: true, IsWarning: false }, step.Detail));
        Assert.StartsWith("Connected to Letta App Server 0.32.18 at http://localhost:", report.Message, StringComparison.Ordinal);
        Assert.Contains("in the mode standard", report.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("V1", report.Message + report.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_goes_over_one_connection_and_the_token_out_late()
    {
        await using var server = await FakeAppServer.StartAsync(agents: 1);

        await TestAsync(server);

        Assert.Equal(
            [
                ("/v1/health/", null),
                ("/healthz", null),
                ("/app-server-info", null),
                ("/app-server-info", $"Bearer {FakeAppServer.Password}"),
                ("/ws", $"Bearer {FakeAppServer.Password}"),
            ],
            server.Requests.Select(request => (request.Path, request.Authorization))
        );
        Assert.Single(server.Requests.Select(request => request.Connection).Distinct());
    }

    [Fact]
    public async Task Over_tls_the_websocket_keeps_to_the_same_certificate()
    {
        using var certificates = new FakeCertificates();
        await using var server = new FakeAppServer { Certificate = certificates.IssueValid() };
        await server.StartAgainAsync();
        using var trusting = new Probing(certificates.AuthorityFile);

        var trusted = await trusting.TestAsync(server.Address, FakeAppServer.Password);
        var untrusted = await TestAsync(server);

        Assert.True(trusted.Verdict == LettaVerdict.Connected, $"{trusted.Message} {trusted.Hint}");
        Assert.Equal((LettaVerdict.TlsUntrusted, (LettaKind?)null), (untrusted.Verdict, untrusted.Kind));
    }

    [Fact]
    public async Task What_a_test_found_is_remembered_for_whoever_talks_to_it()
    {
        await using var server = await FakeAppServer.StartAsync();
        await using var letta = await FakeLetta.StartAsync();

        await TestAsync(server);
        await _probing.TestAsync(letta.Address);

        var kinds = _probing.Get<FoundKinds>();
        Assert.Equal((LettaKind.AppServer, LettaKind.V1), (kinds.Find(server.Address), kinds.Find(letta.Address)));
    }

    [Fact]
    public async Task The_kind_that_was_not_chosen_is_named_and_remembered()
    {
        await using var server = await FakeAppServer.StartAsync();
        await using var letta = await FakeLetta.StartAsync();

        var v1Wanted = await TestAsync(server, kind: LettaKind.V1);
        var appServerWanted = await _probing.TestAsync(letta.Address, kind: LettaKind.AppServer);

        Assert.Equal((LettaVerdict.WrongKind, LettaKind.AppServer), (v1Wanted.Verdict, v1Wanted.Kind));
        Assert.Contains("is Letta App Server, but Kind is set to Letta V1", v1Wanted.Message, StringComparison.Ordinal);
        Assert.Equal((LettaVerdict.WrongKind, LettaKind.V1), (appServerWanted.Verdict, appServerWanted.Kind));
        Assert.Contains("is Letta V1 0.16.8, but Kind is set to Letta App Server", appServerWanted.Message, StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Null(request.Authorization));
        Assert.All(letta.Requests, request => Assert.Null(request.Authorization));
    }

    [Theory]
    [InlineData("localhost", "every user and program of this machine", false)]
    [InlineData("letta.example", "anyone who reaches this port can run commands", true)]
    public async Task An_open_one_is_worse_where_others_reach_it(string host, string said, bool isDangerous)
    {
        await using var server = await FakeAppServer.StartAsync(agents: 1);
        server.Token = null;
        var address = new UriBuilder(server.Address) { Host = host }.Uri;

        var report = await _probing.TestAsync(address, "a-token-that-stays-here");

        Assert.Equal((LettaVerdict.OpenServer, 1), (report.Verdict, report.Agents));
        Assert.Contains(said, report.Message, StringComparison.Ordinal);
        Assert.Contains("--ws-auth", report.Hint, StringComparison.Ordinal);
        Assert.Equal(isDangerous, VerdictLook.IsDangerous(report.Verdict, report.Kind, address));
        Assert.All(server.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task A_token_in_clear_to_another_machine_is_warned_of()
    {
        await using var server = await FakeAppServer.StartAsync();

        var there = await _probing.TestAsync(new UriBuilder(server.Address) { Host = "letta.example" }.Uri, FakeAppServer.Password);

        Assert.Equal((LettaVerdict.Connected, true), (there.Verdict, there.HasWarning));
        Assert.Contains("travels unencrypted", there.Message, StringComparison.Ordinal);
        Assert.Contains("https://", there.Hint, StringComparison.Ordinal);
        Assert.False((await TestAsync(server)).HasWarning);
    }

    [Theory]
    [InlineData("invalid websocket bearer token", "--ws-token-file")]
    [InlineData("invalid authorization header", "Authorization")]
    [InlineData("missing websocket bearer token", "Authorization")]
    [InlineData("invalid websocket jwt", "--ws-shared-secret-file")]
    [InlineData("expired websocket jwt", "new token")]
    [InlineData("websocket jwt is not valid yet", "clocks")]
    [InlineData("websocket jwt issuer mismatch", "--ws-issuer")]
    [InlineData("websocket jwt audience mismatch", "--ws-audience")]
    public async Task A_refused_token_is_told_in_the_servers_words_with_what_helps(string words, string hint)
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Refusal = words;

        var report = await TestAsync(server);

        Assert.Equal((LettaVerdict.Unauthorized, 401, LettaKind.AppServer), (report.Verdict, report.HttpStatus, report.Kind));
        Assert.Contains($"“{words}”", report.Message, StringComparison.Ordinal);
        Assert.Contains(hint, report.Hint, StringComparison.Ordinal);
        Assert.Equal((LettaSteps.Authentication, false), (report.Steps[^1].Name, report.Steps[^1].Ok));
    }

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("pässword")]
    public async Task A_token_that_cannot_be_sent_is_not_sent(string token)
    {
        await using var server = await FakeAppServer.StartAsync();

        var report = await _probing.TestAsync(server.Address, token);

        Assert.Equal(LettaVerdict.Unauthorized, report.Verdict);
        Assert.Contains("can't be sent", report.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, report.ToString(), StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Null(request.Authorization));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(30, false)]
    public async Task A_signed_token_that_ends_soon_is_warned_of(int days, bool isWarned)
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Token = Signed(DateTimeOffset.UtcNow.AddDays(days));

        var report = await _probing.TestAsync(server.Address, server.Token);

        Assert.Equal((LettaVerdict.Connected, isWarned), (report.Verdict, report.HasWarning));
        Assert.Equal(isWarned, report.Message.Contains("The token expires on", StringComparison.Ordinal));
        Assert.Contains("it ends on", report.Steps.Single(step => step.Name == LettaSteps.Authentication).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_token_that_has_ended_is_refused_with_its_day()
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Refusal = "expired websocket jwt";

        var report = await _probing.TestAsync(server.Address, Signed(new(2026, 11, 5, 8, 30, 0, TimeSpan.Zero)));

        Assert.Contains("which ended on 5 November 2026 at 08:30 UTC", report.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("a.bm90IGpzb24.c")]
    [InlineData("a.WzFd.c")]
    [InlineData("a.eyJleHAiOiJzb29uIn0.c")]
    [InlineData("a.eyJleHAiOjFlMzAwfQ.c")]
    public async Task A_token_that_only_looks_signed_is_sent_as_it_is(string token)
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Token = token;

        Assert.Equal(LettaVerdict.Connected, (await _probing.TestAsync(server.Address, token)).Verdict);
    }

    [Theory]
    [InlineData("0.28.0", true, "older than 0.29.1")]
    [InlineData("0.29.1", false, "Letta App Server 0.29.1, protocol 1")]
    [InlineData("0.40.0", false, "tested up to 0.32.18")]
    public async Task A_version_is_held_against_those_that_were_tested(string version, bool isWarned, string said)
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Version = version;

        var report = await TestAsync(server);

        var step = report.Steps.Single(each => each.Name == LettaSteps.Version);
        Assert.Equal((LettaVerdict.Connected, isWarned), (report.Verdict, step.IsWarning));
        Assert.Contains(said, step.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_protocol_is_refused_with_both_numbers()
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Protocol = 2;

        var report = await TestAsync(server);

        Assert.Equal(LettaVerdict.VersionUnsupported, report.Verdict);
        Assert.Contains("speaks protocol 2; this console speaks protocol 1", report.Message, StringComparison.Ordinal);
        Assert.Equal(LettaSteps.Version, report.Steps[^1].Name);
    }

    [Fact]
    public async Task Agents_in_the_cloud_and_a_server_without_models_are_warned_of()
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Backend = "api";
        server.Models.Clear();

        var report = await TestAsync(server);

        Assert.Equal((LettaVerdict.Connected, true), (report.Verdict, report.HasWarning));
        Assert.Contains("in Letta Cloud", report.Message, StringComparison.Ordinal);
        Assert.Contains("Connect a provider of models", report.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_monitor_asks_for_no_models()
    {
        await using var server = await FakeAppServer.StartAsync();

        var report = await _probing
            .Get<LettaProbe>()
            .WatchAsync(new(server.Address, FakeAppServer.Password, Probing.Patience), Probing.Cancel);

        Assert.Equal((LettaVerdict.Connected, 0), (report.Verdict, server.CountOf("list_models")));
    }

    [Theory]
    [InlineData(200, LettaVerdict.WebsocketRefused, "does not pass WebSockets")]
    [InlineData(502, LettaVerdict.WebsocketRefused, "does not pass WebSockets")]
    [InlineData(404, LettaVerdict.WebsocketRefused, "opens no WebSocket at /ws")]
    [InlineData(426, LettaVerdict.WebsocketRefused, "opens no WebSocket at /ws")]
    [InlineData(403, LettaVerdict.WebsocketRefused, "Origin")]
    [InlineData(401, LettaVerdict.Unauthorized, "but not for its WebSocket")]
    public async Task What_comes_in_place_of_a_websocket_is_told(int status, LettaVerdict verdict, string said)
    {
        await using var server = await FakeAppServer.StartAsync();
        server.UpgradeStatus = status;

        var report = await TestAsync(server);

        Assert.Equal((verdict, status, LettaKind.AppServer), (report.Verdict, report.HttpStatus, report.Kind));
        Assert.Contains(said, report.Message, StringComparison.Ordinal);
        Assert.Equal((LettaSteps.WebSocket, false), (report.Steps[^1].Name, report.Steps[^1].Ok));
    }

    [Theory]
    [InlineData("app_server_info", LettaSteps.WebSocket)]
    [InlineData("agent_list", LettaSteps.Agents)]
    public async Task One_that_is_silent_on_its_socket_is_not_ready(string command, string step)
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Unknown.Add(command);
        var clock = new FakeTimeProvider();
        using var probing = new Probing(clock: clock);

        var testing = probing.TestAsync(server.Address, FakeAppServer.Password);
        await Wait.UntilAsync(() => server.CountOf(command) > 0);
        clock.Advance(Probing.Patience);
        var report = await testing;

        Assert.Equal((LettaVerdict.NotReady, step), (report.Verdict, report.Steps[^1].Name));
        Assert.True(report.Verdict.IsTransient());
        Assert.Contains("within 20 s", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_closes_its_socket_at_once_is_unreachable()
    {
        await using var server = await FakeAppServer.StartAsync();
        server.ClosesAtOnce = true;

        var report = await TestAsync(server);

        Assert.Equal((LettaVerdict.Unreachable, LettaSteps.WebSocket), (report.Verdict, report.Steps[^1].Name));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task Another_program_on_the_socket_is_told_at_once(string words)
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Babble = words;

        var report = await TestAsync(server);

        Assert.Equal((LettaVerdict.NotLetta, LettaSteps.WebSocket), (report.Verdict, report.Steps[^1].Name));
    }

    [Fact]
    public async Task A_list_of_60_MB_is_refused_and_not_swallowed()
    {
        await using var server = await FakeAppServer.StartAsync();
        server.Padded["agent_list"] = 60_000_000;

        var report = await _probing.TestAsync(server.Address, FakeAppServer.Password, TimeSpan.FromMinutes(2));

        Assert.Equal((LettaVerdict.ServerError, LettaSteps.Agents), (report.Verdict, report.Steps[^1].Name));
        Assert.Contains("larger than 48 MiB", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_step_has_its_place_and_v1_says_that_it_has_no_websocket()
    {
        var v1 = VerdictLook.AllSteps([new(LettaSteps.Http, true, 1, ""), new(LettaSteps.Agents, true, 1, "3 agents")]);

        Assert.Equal(LettaSteps.All, v1.Select(step => step.Title));
        Assert.Equal("Skipped, because Letta V1 has none", v1.Single(step => step.Title == LettaSteps.WebSocket).Detail);
    }

    private Task<LettaReport> TestAsync(FakeAppServer server, LettaKind? kind = null) =>
        _probing.TestAsync(server.Address, FakeAppServer.Password, kind: kind);

    private static string Signed(DateTimeOffset end)
    {
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"sub":"console","exp":{{end.ToUnixTimeSeconds()}}}""");
        return $"eyJhbGciOiJIUzI1NiJ9.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.signature";
    }
}
