using System.Net;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The fake keeps the real server's traps, so that a client which forgets one is seen to fail.</summary>
public sealed class FakeLettaMannersTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private FakeLetta _letta = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _letta = await FakeLetta.StartAsync();
        _client.BaseAddress = _letta.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _letta.DisposeAsync();
    }

    [Theory]
    [InlineData("v1/health/", false, HttpStatusCode.OK)]
    [InlineData("v1/health", false, HttpStatusCode.TemporaryRedirect)]
    [InlineData("v1/agents/count", false, HttpStatusCode.Unauthorized)]
    [InlineData("v1/agents/count", true, HttpStatusCode.OK)]
    [InlineData("v1/agents", true, HttpStatusCode.TemporaryRedirect)]
    [InlineData("v1/agents/", true, HttpStatusCode.OK)]
    [InlineData("v1/agents/7", true, HttpStatusCode.UnprocessableEntity)]
    [InlineData("v2/agents/", true, HttpStatusCode.NotFound)]
    public async Task A_path_is_answered_as_written_and_only_health_is_open(string path, bool hasToken, HttpStatusCode expected)
    {
        using var answer = await AskAsync(path, hasToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData(null, "null")]
    [InlineData("letta-client/1.12.1", "null")]
    [InlineData("SanctumConfigurator/1.0", "{\"id\":\"agent-0\",\"tools\":[]}")]
    public async Task An_unknown_user_agent_gets_the_legacy_answers(string? agent, string expected)
    {
        using var answer = await AskAsync("v1/agents/agent-0/tools/attach/tool-0", hasToken: true, agent);

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<HttpResponseMessage> AskAsync(string path, bool hasToken, string? agent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (hasToken)
        {
            request.Headers.Authorization = new("Bearer", FakeLetta.Password);
        }

        if (agent is not null)
        {
            request.Headers.Add("User-Agent", agent);
        }

        return await _client.SendAsync(request, Cancel);
    }
}
