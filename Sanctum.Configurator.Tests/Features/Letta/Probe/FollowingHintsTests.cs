using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

/// <summary>
/// Each verdict of the connection test is brought about, and what its hint says is done once, by machine: then the test ends with another
/// verdict, and mostly
/// with a connection. A verdict without a case here fails.
/// </summary>
public sealed partial class FollowingHintsTests : IDisposable
{
    private readonly FakeCertificates _certificates = new();
    private readonly List<string> _files = [];

    /// <summary>What is wrong, and which verdict it has. The case of the same name follows the hint.</summary>
    public static TheoryData<string, LettaVerdict> Cases =>
        new()
        {
            { "no such name", LettaVerdict.NameNotFound },
            { "nothing listens", LettaVerdict.Refused },
            { "hangs up", LettaVerdict.Unreachable },
            { "breaks off", LettaVerdict.NotJson },
            { "keeps silent", LettaVerdict.Timeout },
            { "signs itself", LettaVerdict.TlsUntrusted },
            { "unknown authority", LettaVerdict.TlsUntrusted },
            { "chain incomplete, server mended", LettaVerdict.TlsUntrusted },
            { "chain incomplete, issuer trusted", LettaVerdict.TlsUntrusted },
            { "expired", LettaVerdict.TlsExpired },
            { "another name", LettaVerdict.TlsNameMismatch },
            { "http to TLS", LettaVerdict.TlsExpected },
            { "https to plain", LettaVerdict.TlsUnexpected },
            { "breaks the handshake off", LettaVerdict.TlsFailed },
            { "moved to https", LettaVerdict.Redirect },
            { "moved to another path", LettaVerdict.Redirect },
            { "takes the slash away", LettaVerdict.Redirect },
            { "adds a slash", LettaVerdict.Redirect },
            { "log-in page elsewhere", LettaVerdict.Redirect },
            { "points nowhere", LettaVerdict.Redirect },
            { "behind a path", LettaVerdict.NotFound },
            { "path too many", LettaVerdict.NotFound },
            { "a page before the path", LettaVerdict.NotJson },
            { "lying gzip", LettaVerdict.NotJson },
            { "no token", LettaVerdict.Unauthorized },
            { "wrong token", LettaVerdict.Unauthorized },
            { "token that can't be sent", LettaVerdict.Unauthorized },
            { "proxy with a log-in", LettaVerdict.Unauthorized },
            { "forbidden", LettaVerdict.Forbidden },
            { "too many requests", LettaVerdict.RateLimited },
            { "fails", LettaVerdict.ServerError },
            { "proxy without a server", LettaVerdict.ServerError },
            { "another program", LettaVerdict.NotLetta },
            { "no HTTP", LettaVerdict.NotLetta },
            { "App Server where V1 was chosen", LettaVerdict.WrongKind },
            { "V1 where an App Server was chosen", LettaVerdict.WrongKind },
            { "App Server: no token", LettaVerdict.Unauthorized },
            { "App Server: wrong token", LettaVerdict.Unauthorized },
            { "App Server: expired token", LettaVerdict.Unauthorized },
            { "App Server: proxy keeps the token", LettaVerdict.Unauthorized },
            { "App Server: open to anyone", LettaVerdict.OpenServer },
            { "App Server: Origin added", LettaVerdict.Forbidden },
            { "App Server: too old", LettaVerdict.VersionUnsupported },
            { "App Server: other protocol", LettaVerdict.VersionUnsupported },
            { "App Server: no agents", LettaVerdict.VersionUnsupported },
            { "App Server: proxy without WebSockets", LettaVerdict.WebsocketRefused },
            { "App Server: nginx without WebSockets", LettaVerdict.WebsocketRefused },
            { "App Server: path in --listen", LettaVerdict.WebsocketRefused },
            { "App Server: Origin added to /ws", LettaVerdict.WebsocketRefused },
            { "App Server: silent", LettaVerdict.NotReady },
            { "App Server: closes at once", LettaVerdict.Unreachable },
            { "App Server: another program at /ws", LettaVerdict.NotLetta },
            { "refused by the operator", LettaVerdict.Blocked },
            { "open to anyone", LettaVerdict.OpenServer },
        };

    [Fact]
    public void Every_verdict_has_a_case() =>
        // The one that no test has any more is in checks of older consoles.
        Assert.Equal(
            [LettaVerdict.Connected, LettaVerdict.AppServer],
            Enum.GetValues<LettaVerdict>().Except(Cases.Select(row => row.Data.Item2))
        );

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Following_the_hint_changes_the_verdict(string wrong, LettaVerdict verdict)
    {
        await using var letta = await FakeLetta.StartAsync();
        await using var scene = await SceneOfAsync(wrong, letta);

        var before = await scene.TestAsync();
        Assert.True(before.Verdict == verdict, $"{before.Verdict}: {before.Message} {before.Hint}");
        foreach (var word in scene.Names)
        {
            Assert.Contains(word, before.Hint, StringComparison.OrdinalIgnoreCase);
        }

        await scene.Follow(before);
        var after = await scene.TestAsync();

        Assert.True(after.Verdict.IsConnected() && after.Verdict != verdict, $"{before.Hint} → {after.Verdict}: {after.Message}");
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _files.ForEach(File.Delete);
    }

    /// <summary>A test as it is made before and after.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        public required Uri Address { get; set; }

        public string? Token { get; set; } = FakeLetta.Password;

        public LettaKind? Kind { get; set; }

        /// <summary>By which the test's time goes; the system's where none is named.</summary>
        public FakeTimeProvider? Clock { get; set; }

        /// <summary>What happens while the server is tested.</summary>
        public Func<Task>? Meanwhile { get; set; }

        public TimeSpan Timeout { get; set; } = Probing.Patience;

        public string? Trusted { get; set; }

        public string[]? Refused { get; set; }

        public HostLookup? Lookup { get; set; }

        /// <summary>What the hint must name, so that it can be followed.</summary>
        public string[] Names { get; init; } = [];

        public required Func<LettaReport, Task> Follow { get; set; }

        public List<IAsyncDisposable> Servers { get; } = [];

        public async Task<LettaReport> TestAsync()
        {
            using var probing = new Probing(Trusted, Refused, Lookup, Clock);
            var testing = probing.TestAsync(Address, Token, Timeout, kind: Kind);
            await (Meanwhile?.Invoke() ?? Task.CompletedTask);
            return await testing;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var server in Servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private async Task<Scene> SceneOfAsync(string wrong, FakeLetta letta) =>
        wrong switch
        {
            "no such name" => Retyping(new Uri($"http://leta.example:{letta.Port}/"), letta.Address, ["Address"], lookup: Names),
            "nothing listens" => await StoppedAsync(letta),
            "hangs up" => Elsewhere(letta, RawServer.HangingUp(), ["Port"]),
            "breaks off" => Elsewhere(
                letta,
                RawServer.Saying(BadAnswers.Raw("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"version\": \"0.")),
                ["Port"]
            ),
            "keeps silent" => Elsewhere(letta, RawServer.Silent(), ["load"], TimeSpan.FromMilliseconds(300)),
            "signs itself" => await SelfSignedAsync(),
            "unknown authority" => await ChainAsync(
                sendsChain: true,
                (scene, chain) => scene.Trusted = FileOf(chain.Intermediate),
                rootIsTrusted: false
            ),
            "chain incomplete, server mended" => await ChainAsync(
                sendsChain: false,
                (scene, chain) => scene.Address = chain.Whole,
                rootIsTrusted: true
            ),
            "chain incomplete, issuer trusted" => await ChainAsync(
                sendsChain: false,
                (scene, chain) => scene.Trusted = FileOf(chain.Intermediate),
                rootIsTrusted: false
            ),
            "expired" => await RenewedAsync(_certificates.IssueExpired(), ["Renew"]),
            "another name" => await MisnamedAsync(),
            "http to TLS" => await TlsAsync("http", "https"),
            "https to plain" => Retyping(new Uri($"https://localhost:{letta.Port}/"), letta.Address, ["http://"]),
            "breaks the handshake off" => Elsewhere(letta, RawServer.Saying([0x15, 3, 3, 0, 2, 2, 40]), ["TLS 1.2"], scheme: "https"),
            "moved to https" => await MovedAsync(),
            "moved to another path" => MovedToAPath(letta),
            "takes the slash away" => Proxied(letta, path => path.EndsWith('/') ? path.TrimEnd('/') : null, ["unchanged"]),
            "adds a slash" => Proxied(letta, path => path.EndsWith("count", StringComparison.Ordinal) ? path + "/" : null, ["unchanged"]),
            "log-in page elsewhere" => Proxied(letta, path => "http://auth.example/login?rd=" + path, ["sign-in", "/v1"]),
            "points nowhere" => Elsewhere(
                letta,
                RawServer.Saying(BadAnswers.Raw("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")),
                ["Address", "Port"]
            ),
            "behind a path" => await BehindAPathAsync(),
            "path too many" => Retyping(new Uri(letta.Address, "letta/"), letta.Address, ["/letta"]),
            "a page before the path" => Elsewhere(
                letta,
                RawServer.Saying(BadAnswers.Whole("<html><title>Welcome</title>"u8, "Content-Type: text/html")),
                ["Port"]
            ),
            "lying gzip" => Elsewhere(letta, RawServer.Saying(BadAnswers.Whole("{}"u8, "Content-Encoding: gzip")), ["compression", "Port"]),
            "no token" => Typing(letta, null, ["LETTA_SERVER_PASSWORD"]),
            "wrong token" => Typing(letta, "wrong", ["LETTA_SERVER_PASSWORD"]),
            "token that can't be sent" => Typing(letta, FakeLetta.Password + "\u200b", ["again"]),
            "proxy with a log-in" => Mending(letta, FakeLettaMood.AsksForABasicLogin, ["/v1"]),
            "forbidden" => Mending(letta, FakeLettaMood.Forbids, ["proxy"]),
            "too many requests" => Mending(letta, FakeLettaMood.RateLimits, ["Wait"]),
            "fails" => Mending(letta, FakeLettaMood.Fails, ["log"]),
            "proxy without a server" => Mending(letta, FakeLettaMood.StandsBehindABrokenProxy, ["Letta is running"]),
            "another program" => Mending(letta, FakeLettaMood.AnswersOtherJson, ["Port"]),
            "no HTTP" => Elsewhere(letta, RawServer.Saying(BadAnswers.Raw("SSH-2.0-OpenSSH_9.9\r\n")), ["Port"]),
            "App Server where V1 was chosen" => await OtherKindAsync(letta, LettaKind.V1),
            "V1 where an App Server was chosen" => await OtherKindAsync(letta, LettaKind.AppServer),
            "App Server: no token" => await AppServerAsync(["--ws-token-file", "Token"], token: null),
            "App Server: wrong token" => await AppServerAsync(["--ws-token-file", "Token"], token: "wrong"),
            "App Server: expired token" => await AppServerAsync(["new token"], server => server.Refusal = "expired websocket jwt"),
            "App Server: proxy keeps the token" => await AppServerAsync(
                ["Authorization"],
                server => server.Refusal = "missing websocket bearer token"
            ),
            "App Server: open to anyone" => await AppServerAsync(["--ws-auth", "--ws-token-file"], server => server.Token = null),
            "App Server: Origin added" => await AppServerAsync(["Origin"], server => server.AddsOrigin = true),
            "App Server: too old" => await AppServerAsync(["Update"], server => server.HasInfo = false, LettaKind.AppServer),
            "App Server: other protocol" => await AppServerAsync(["Update this console", "0.32.18"], server => server.Protocol = 2),
            "App Server: no agents" => await AppServerAsync(["--backend local"], server => server.ManagesAgents = false),
            "App Server: proxy without WebSockets" => await AppServerAsync(
                ["proxy_set_header Upgrade $http_upgrade", "proxy_set_header Connection", "/ws"],
                server => server.UpgradeStatus = 200
            ),
            "App Server: nginx without WebSockets" => await BehindNginxAsync(),
            "App Server: path in --listen" => await AppServerAsync(["--listen"], server => server.UpgradeStatus = 404),
            "App Server: Origin added to /ws" => await AppServerAsync(["header", "/ws"], server => server.UpgradeStatus = 403),
            "App Server: silent" => await SilentAppServerAsync(),
            "App Server: closes at once" => await AppServerAsync(["again"], server => server.ClosesAtOnce = true),
            "App Server: another program at /ws" => await AppServerAsync(["/ws"], server => server.Babble = "hello"),
            "refused by the operator" => Unlisted(letta),
            "open to anyone" => Open(letta),
            _ => throw new InvalidOperationException(wrong),
        };

    private static async Task<Scene> AppServerAsync(
        string[] names,
        Action<FakeAppServer>? wrong = null,
        LettaKind? kind = null,
        string? token = FakeAppServer.Password
    )
    {
        var server = await FakeAppServer.StartAsync(agents: 2);
        wrong?.Invoke(server);
        Scene scene = null!;
        scene = new()
        {
            Address = server.Address,
            Token = token,
            Kind = kind,
            Names = names,
            Follow = _ =>
                Do(() =>
                {
                    scene.Token = server.Token = FakeAppServer.Password;
                    (server.Refusal, server.UpgradeStatus, server.Babble) = (null, null, null);
                    (server.AddsOrigin, server.ClosesAtOnce, server.HasInfo, server.ManagesAgents) = (false, false, true, true);
                    server.Protocol = 1;
                }),
        };
        scene.Servers.Add(server);
        return scene;
    }

    /// <summary>The lines that the hint names are put into the real nginx.</summary>
    private static async Task<Scene> BehindNginxAsync()
    {
        Assert.SkipWhen(Nginx.Program is null, "nginx is not installed.");
        var scene = await AppServerAsync(["nginx"]);
        var server = scene.Address;
        var before = await Nginx.StartBeforeAsync(server, "");
        scene.Servers.Add(before);
        scene.Address = before.Address;
        scene.Follow = async report =>
        {
            var after = await Nginx.StartBeforeAsync(server, LinesOfNginx().Match(report.Hint).Groups[1].Value);
            scene.Servers.Add(after);
            scene.Address = after.Address;
        };
        return scene;
    }

    /// <summary>The test's time goes by when the server has got the command that it does not answer.</summary>
    private static async Task<Scene> SilentAppServerAsync()
    {
        var scene = await AppServerAsync(["wait", "log"], server => server.Unknown.Add("app_server_info"));
        var server = (FakeAppServer)scene.Servers[0];
        scene.Clock = new();
        scene.Meanwhile = async () =>
        {
            await Wait.UntilAsync(() => server.CountOf("app_server_info") > 0);
            scene.Clock.Advance(Probing.Patience);
        };
        scene.Follow = _ =>
            Do(() =>
            {
                (scene.Clock, scene.Meanwhile) = (null, null);
                server.Unknown.Clear();
            });
        return scene;
    }

    private static async Task<Scene> OtherKindAsync(FakeLetta letta, LettaKind chosen)
    {
        var scene = await AppServerAsync(["Kind", "Automatic"], kind: chosen);
        (scene.Address, scene.Token) = chosen == LettaKind.V1 ? (scene.Address, scene.Token) : (letta.Address, FakeLetta.Password);
        scene.Follow = _ => Do(() => scene.Kind = chosen == LettaKind.V1 ? LettaKind.AppServer : LettaKind.V1);
        return scene;
    }

    private static Task<IPAddress[]> Names(string host, CancellationToken cancel) =>
        host == "localhost" ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : throw new SocketException((int)SocketError.HostNotFound);

    private static Scene Retyping(Uri before, Uri after, string[] names, HostLookup? lookup = null)
    {
        Scene scene = null!;
        return scene = new()
        {
            Address = before,
            Names = names,
            Lookup = lookup,
            Follow = _ => Do(() => scene.Address = after),
        };
    }

    private static Scene Elsewhere(FakeLetta letta, RawServer bad, string[] names, TimeSpan? timeout = null, string scheme = "http")
    {
        var scene = Retyping(new Uri($"{scheme}://127.0.0.1:{bad.Port}/"), letta.Address, names);
        scene.Servers.Add(bad);
        scene.Timeout = timeout ?? Probing.Patience;
        var follow = scene.Follow;
        scene.Follow = async report =>
        {
            scene.Timeout = Probing.Patience;
            await follow(report);
        };
        return scene;
    }

    private static Scene Typing(FakeLetta letta, string? token, string[] names)
    {
        Scene scene = null!;
        return scene = new()
        {
            Address = letta.Address,
            Token = token,
            Names = names,
            Follow = _ => Do(() => scene.Token = FakeLetta.Password),
        };
    }

    private static Scene Mending(FakeLetta letta, FakeLettaMood mood, string[] names)
    {
        letta.Behaviour = letta.Behaviour with { Mood = mood };
        return new()
        {
            Address = letta.Address,
            Names = names,
            Follow = _ => Do(() => letta.Behaviour = letta.Behaviour with { Mood = FakeLettaMood.Well }),
        };
    }

    private static async Task<Scene> StoppedAsync(FakeLetta letta)
    {
        await letta.StopAsync();
        return new()
        {
            Address = letta.Address,
            Names = ["Start"],
            Follow = _ => letta.StartAgainAsync(),
        };
    }

    private static Scene Unlisted(FakeLetta letta)
    {
        Scene scene = null!;
        return scene = new()
        {
            Address = letta.Address,
            Refused = ["localhost"],
            Names = ["Outbound:Refused"],
            Follow = _ => Do(() => scene.Refused = null),
        };
    }

    private static Scene Open(FakeLetta letta)
    {
        letta.Behaviour = letta.Behaviour with { Token = null };
        return new()
        {
            Address = letta.Address,
            Names = ["SECURE=true"],
            Follow = _ => Do(() => letta.Behaviour = letta.Behaviour with { Token = FakeLetta.Password }),
        };
    }

    private static async Task<Scene> BehindAPathAsync()
    {
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { BasePath = "/letta" });
        var scene = Retyping(new Uri(letta.Address, "/"), letta.Address, ["/letta"]);
        scene.Servers.Add(letta);
        return scene;
    }

    private async Task<Scene> TlsAsync(string before, string after)
    {
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = _certificates.IssueValid() });
        var scene = Retyping(
            new UriBuilder(letta.Address) { Scheme = before }.Uri,
            new UriBuilder(letta.Address) { Scheme = after }.Uri,
            [$"{after}://"]
        );
        scene.Trusted = _certificates.AuthorityFile;
        scene.Servers.Add(letta);
        return scene;
    }

    private async Task<Scene> SelfSignedAsync()
    {
        var certificate = FakeCertificates.SignItself(DateTimeOffset.UtcNow.AddYears(1));
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = certificate });
        Scene scene = null!;
        scene = new()
        {
            Address = letta.Address,
            Names = ["Outbound:TrustedCertificates"],
            Follow = _ => Do(() => scene.Trusted = FileOf(certificate.ExportCertificatePem())),
        };
        scene.Servers.Add(letta);
        return scene;
    }

    private async Task<Scene> RenewedAsync(System.Security.Cryptography.X509Certificates.X509Certificate2 bad, string[] names)
    {
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = bad });
        var scene = new Scene
        {
            Address = letta.Address,
            Trusted = _certificates.AuthorityFile,
            Names = names,
            Follow = async _ =>
            {
                await letta.StopAsync();
                letta.Behaviour = letta.Behaviour with { Certificate = _certificates.IssueValid() };
                await letta.StartAgainAsync();
            },
        };
        scene.Servers.Add(letta);
        return scene;
    }

    private async Task<Scene> MisnamedAsync()
    {
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = _certificates.IssueForAnotherName() });
        Scene scene = null!;
        scene = new()
        {
            Address = letta.Address,
            Trusted = _certificates.AuthorityFile,
            Lookup = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            Names = ["certificate", "Address"],
            Follow = report =>
                Do(() =>
                    scene.Address = new UriBuilder(letta.Address) { Host = NamedInCertificate().Match(report.Message).Groups[1].Value }.Uri
                ),
        };
        scene.Servers.Add(letta);
        return scene;
    }

    private async Task<Scene> ChainAsync(bool sendsChain, Action<Scene, FakeChain> follow, bool rootIsTrusted)
    {
        var chain = await FakeChain.StartAsync();
        Scene scene = null!;
        scene = new()
        {
            Address = sendsChain ? chain.Whole : chain.Cut,
            Trusted = rootIsTrusted ? FileOf(chain.Root) : null,
            Names = sendsChain
                ? ["Outbound:TrustedCertificates"]
                : ["full chain", FakeChain.IntermediateName, "Outbound:TrustedCertificates"],
            Follow = report =>
                Do(() =>
                {
                    Assert.True(sendsChain || report.Message.Contains("incomplete", StringComparison.Ordinal), report.Message);
                    follow(scene, chain);
                }),
        };
        scene.Servers.Add(chain);
        return scene;
    }

    private async Task<Scene> MovedAsync()
    {
        var secure = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = _certificates.IssueValid() });
        var proxy = RawServer.Saying(asked =>
            BadAnswers.Raw(
                $"HTTP/1.1 301 Moved\r\nLocation: https://localhost:{secure.Port}{PathIn(asked)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        );
        Scene scene = null!;
        scene = new()
        {
            Address = new Uri($"http://localhost:{proxy.Port}/"),
            Trusted = _certificates.AuthorityFile,
            Names = ["https://"],
            Follow = report => Do(() => scene.Address = new Uri($"https://localhost:{PortToSet().Match(report.Hint).Groups[1].Value}/")),
        };
        scene.Servers.AddRange([secure, proxy]);
        return scene;
    }

    private static Scene MovedToAPath(FakeLetta letta)
    {
        letta.Behaviour = letta.Behaviour with { BasePath = "/letta" };
        var proxy = RawServer.Saying(asked =>
            BadAnswers.Raw(
                $"HTTP/1.1 308 Moved\r\nLocation: http://localhost:{letta.Port}/letta{PathIn(asked)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        );
        Scene scene = null!;
        scene = new()
        {
            Address = new Uri($"http://127.0.0.1:{proxy.Port}/"),
            Names = ["/letta"],
            Follow = report =>
                Do(() =>
                {
                    var typed = AddressToType().Match(report.Hint);
                    scene.Address = (
                        (LettaAddress.Parsed)
                            LettaAddress.Parse(typed.Groups[1].Value, int.Parse(typed.Groups[2].Value, CultureInfo.InvariantCulture))
                    ).BaseAddress;
                }),
        };
        scene.Servers.Add(proxy);
        return scene;
    }

    /// <summary>A proxy that redirects some paths, until it lets all pass.</summary>
    private static Scene Proxied(FakeLetta letta, Func<string, string?> redirect, string[] names)
    {
        var isMended = false;
        var proxy = RawServer.Saying(asked =>
            !isMended && redirect(PathIn(asked)) is { } there
                ? BadAnswers.Raw($"HTTP/1.1 308 Permanent Redirect\r\nLocation: {there}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                : AnswerOfLetta(asked)
        );
        var scene = new Scene
        {
            Address = new Uri($"http://127.0.0.1:{proxy.Port}/"),
            Names = names,
            Follow = _ => Do(() => isMended = true),
        };
        scene.Servers.Add(proxy);
        return scene;
    }

    private static byte[] AnswerOfLetta(string asked) =>
        PathIn(asked).Contains("health", StringComparison.Ordinal) ? BadAnswers.Whole("{\"version\": \"0.16.8\", \"status\": \"ok\"}"u8, "")
        : asked.Contains($"Bearer {FakeLetta.Password}", StringComparison.OrdinalIgnoreCase) ? BadAnswers.Whole("3"u8, "")
        : BadAnswers.Whole("{\"detail\":\"Unauthorized\"}"u8, "", status: 401);

    private static string PathIn(string asked) => asked.Split(' ')[1];

    private static Task Do(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    private string FileOf(string pem)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, pem, Encoding.ASCII);
        _files.Add(file);
        return file;
    }

    [GeneratedRegex(@"nginx: (.+?1h;)")]
    private static partial Regex LinesOfNginx();

    [GeneratedRegex(@"issued for ([\w.]+)")]
    private static partial Regex NamedInCertificate();

    [GeneratedRegex(@"Port to (\d+)")]
    private static partial Regex PortToSet();

    [GeneratedRegex(@"enter (\S+) in Address and (\d+) in Port")]
    private static partial Regex AddressToType();
}
