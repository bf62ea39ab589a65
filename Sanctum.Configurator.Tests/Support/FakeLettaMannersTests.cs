using System.Net;
using System.Text.Json.Nodes;

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

    [Theory]
    [InlineData("v1/agents/", 0)]
    [InlineData("v1/agents/?include=agent.blocks", 1)]
    public async Task A_client_that_does_not_ask_for_relations_gets_none(string path, int blocks)
    {
        _letta.Behaviour = _letta.Behaviour with { Store = new FakeLettaAgents(1) };
        using var answer = await AskAsync(path, hasToken: true);

        var agent = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))![0]!;

        Assert.Equal(
            (blocks, 0, 0),
            (agent["blocks"]!.AsArray().Count, agent["tools"]!.AsArray().Count, agent["secrets"]!.AsArray().Count)
        );
    }

    [Theory]
    [InlineData(false, 70, 20)]
    [InlineData(true, 70, 21)]
    public async Task A_page_begins_behind_the_cursor_or_with_it(bool repeats, int agents, int expected)
    {
        _letta.Behaviour = _letta.Behaviour with { Store = new FakeLettaAgents(agents) { RepeatsAcrossPages = repeats } };
        using var answer = await AskAsync($"v1/agents/?limit=50&order=asc&after={FakeLettaAgents.IdOf(50)}", hasToken: true);

        Assert.Equal(expected, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!.AsArray().Count);
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
