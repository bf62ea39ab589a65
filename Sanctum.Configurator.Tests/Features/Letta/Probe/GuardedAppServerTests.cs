using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

/// <summary>An App Server behind a proxy that asks for the token on every path, also where the server itself asks for nothing.</summary>
public sealed class GuardedAppServerTests : IAsyncLifetime
{
    private readonly Probing _probing = new();
    private FakeAppServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeAppServer.StartAsync(2);
        _server.IsGuarded = true;
    }

    public async ValueTask DisposeAsync()
    {
        _probing.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(LettaKind.AppServer)]
    public async Task It_is_recognised_with_the_token(LettaKind? kind)
    {
        var report = await TestAsync(FakeAppServer.Password, kind);

        Assert.Equal((LettaVerdict.Connected, LettaKind.AppServer, 2), (report.Verdict, report.Kind, report.Agents));
        Assert.DoesNotContain(report.Steps, step => step.Detail.Contains("open to anyone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_token_the_hint_names_both_kinds_and_works_when_it_is_followed()
    {
        var report = await TestAsync(null);

        Assert.Equal(LettaVerdict.Unauthorized, report.Verdict);
        Assert.Contains("--ws-token-file", report.Hint, StringComparison.Ordinal);
        Assert.Equal(LettaVerdict.Connected, (await TestAsync(FakeAppServer.Password)).Verdict);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(LettaKind.AppServer)]
    public async Task A_wrong_token_is_said_to_be_wrong(LettaKind? kind)
    {
        var report = await TestAsync("another", kind);

        Assert.Equal(LettaVerdict.Unauthorized, report.Verdict);
        Assert.Contains("rejected the token", report.Message, StringComparison.Ordinal);
        Assert.Contains("--ws-token-file", report.Hint, StringComparison.Ordinal);
    }

    /// <summary>As a hint says: let the proxy pass what an App Server tells without a token.</summary>
    [Fact]
    public async Task A_proxy_that_guards_all_but_the_paths_of_an_App_Server_hides_it_no_more()
    {
        _server.Unguarded = ["/healthz", "/app-server-info", "/ws"];

        Assert.Equal(LettaVerdict.Connected, (await TestAsync(FakeAppServer.Password)).Verdict);
        Assert.Equal(LettaKind.AppServer, (await TestAsync(null)).Kind);
    }

    [Fact]
    public async Task The_kind_is_found_without_a_test_too()
    {
        var kinds = _probing.Get<FoundKinds>();

        Assert.Equal(
            LettaKind.AppServer,
            await kinds.FindAsync(new(_server.Address, FakeAppServer.Password, TimeSpan.FromSeconds(30)), Cancel)
        );
        Assert.Equal(LettaKind.AppServer, kinds.Find(_server.Address));
    }

    private Task<LettaReport> TestAsync(string? token, LettaKind? kind = null) =>
        _probing.TestAsync(_server.Address, token, TimeSpan.FromSeconds(20), kind: kind);
}
