using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

public sealed class TestingOverTlsTests : IDisposable
{
    private readonly FakeCertificates _certificates = new();
    private readonly Probing _probing;

    public TestingOverTlsTests() => _probing = new(trusted: _certificates.AuthorityFile);

    public void Dispose()
    {
        _probing.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_the_operators_own_authority_is_trusted()
    {
        using var certificate = _certificates.IssueValid();
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = certificate });

        var report = await _probing.TestAsync(letta.Address);

        Assert.Equal(LettaVerdict.Connected, report.Verdict);
        Assert.Equal(LettaSteps.All.Except([LettaSteps.WebSocket]), report.Steps.Select(step => step.Name));
        Assert.Matches(@"^TLS 1\.[23], certificate issued by Fake Authority, 59 days left$", report.Steps[2].Detail);
        Assert.Single(letta.Requests.Select(request => request.ConnectionId).Distinct());
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_untrusted()
    {
        using var certificate = _certificates.IssueValid();
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = certificate });
        using var elsewhere = new Probing();

        var report = await elsewhere.TestAsync(letta.Address);

        Assert.Equal(LettaVerdict.TlsUntrusted, report.Verdict);
        Assert.Contains("issued by “Fake Authority”", report.Message, StringComparison.Ordinal);
        Assert.Empty(letta.Requests);
    }

    [Fact]
    public async Task A_self_signed_certificate_is_untrusted()
    {
        using var certificate = FakeCertificates.SignItself(DateTimeOffset.UtcNow.AddDays(9));
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = certificate });

        var report = await _probing.TestAsync(letta.Address);

        Assert.Equal(LettaVerdict.TlsUntrusted, report.Verdict);
        Assert.Contains("self-signed", report.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_expired_certificate_is_expired_whoever_issued_it(bool isIssued)
    {
        using var certificate = isIssued ? _certificates.IssueExpired() : FakeCertificates.SignItself(DateTimeOffset.UtcNow.AddDays(-1));
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = certificate });

        var report = await _probing.TestAsync(letta.Address);

        Assert.Equal(LettaVerdict.TlsExpired, report.Verdict);
        Assert.Contains("expired on", report.Message, StringComparison.Ordinal);
        Assert.Equal((LettaSteps.Tls, false), (report.Steps[^1].Name, report.Steps[^1].Ok));
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_a_mismatch()
    {
        using var certificate = _certificates.IssueForAnotherName();
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = certificate });

        var report = await _probing.TestAsync(letta.Address);

        Assert.Equal(LettaVerdict.TlsNameMismatch, report.Verdict);
        Assert.Contains("issued for another.example, not for localhost", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_typed_for_a_tls_port_expects_tls()
    {
        using var certificate = _certificates.IssueValid();
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Certificate = certificate });

        var report = await _probing.TestAsync($"http://localhost:{letta.Port}/");

        Assert.Equal(LettaVerdict.TlsExpected, report.Verdict);
        Assert.Contains("https://", report.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_typed_for_a_plain_port_does_not_expect_tls()
    {
        await using var letta = await FakeLetta.StartAsync();

        var report = await _probing.TestAsync($"https://localhost:{letta.Port}/");

        Assert.Equal(LettaVerdict.TlsUnexpected, report.Verdict);
        Assert.Contains("http://", report.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_breaks_the_handshake_off_has_failed_at_tls()
    {
        await using var deaf = RawServer.HangingUp();
        await using var alert = RawServer.Saying([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);

        Assert.Equal(LettaVerdict.TlsFailed, (await _probing.TestAsync($"https://localhost:{deaf.Port}/")).Verdict);
        Assert.Equal(LettaVerdict.TlsFailed, (await _probing.TestAsync($"https://localhost:{alert.Port}/")).Verdict);
    }
}
