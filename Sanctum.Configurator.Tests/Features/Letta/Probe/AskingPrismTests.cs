using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta.Probe;

/// <summary>The probe against Letta's API document: unlike the real server, this one wants a token for health as well.</summary>
[Trait("Needs", "Prism")]
public sealed class AskingPrismTests(Prism prism) : IClassFixture<Prism>, IDisposable
{
    private readonly Probing _probing = new();

    public void Dispose() => _probing.Dispose();

    [Fact]
    public async Task A_token_connects_also_where_health_is_guarded()
    {
        var report = await TestAsync("any-token");

        Assert.Equal((LettaVerdict.Connected, 200, "OK"), (report.Verdict, report.HttpStatus, report.HttpPhrase));
        Assert.Equal(("string", null, 0), (report.ServerVersion, report.IsVersionSupported, report.Agents));
        Assert.Contains(report.Steps, step => step.Detail == "200 OK for GET /v1/health/ with the token; refused without it");
        Assert.Contains(report.Steps, step => step is { Name: LettaSteps.Version, IsWarning: true });
    }

    [Fact]
    public async Task Without_a_token_it_says_that_one_is_needed()
    {
        var report = await TestAsync(token: null);

        Assert.Equal((LettaVerdict.Unauthorized, 401, LettaSteps.Http), (report.Verdict, report.HttpStatus, report.Steps[^1].Name));
        Assert.Contains("requires a token", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_base_path_is_not_found()
    {
        Assert.SkipWhen(prism.SkipReason is not null, prism.SkipReason ?? "");

        var report = await _probing.TestAsync(new Uri(prism.Address, "letta/"));

        Assert.Equal(LettaVerdict.NotFound, report.Verdict);
    }

    private Task<LettaReport> TestAsync(string? token)
    {
        Assert.SkipWhen(prism.SkipReason is not null, prism.SkipReason ?? "");
        return _probing.TestAsync(prism.Address, token);
    }
}
