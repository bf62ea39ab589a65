using System.ClientModel;
using System.Net;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console with an agent, a model that calls tools, and one that does nothing but talk.</summary>
public sealed class OpenAiConsole : MessagingConsole
{
    public FakeProvider Provider { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Provider = await FakeProvider.StartAsync();
        await base.InitializeAsync();
        using var program = WithKey(FirstKey);
        foreach (var (model, hasTools) in new[] { ("fine", true), ("small", false), ("status-503", false), ("silent", false) })
        {
            using var made = await program.SendAsync(
                HttpMethod.Post,
                "/api/llm-configs",
                new
                {
                    type = "compatible",
                    model,
                    base_url = Provider.Address,
                    has_tools = hasTools,
                    has_structured_output = hasTools,
                }
            );
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Provider.DisposeAsync();
    }

    /// <summary>What the list calls the agent.</summary>
    public async Task<string> AgentAsync()
    {
        using var program = WithKey(FirstKey);
        var list = JsonNode.Parse(await program.ReadAsync("/v1/models"))!["data"]!.AsArray();
        return (string)list.Single(model => (string?)model!["owned_by"] == "agent")!["id"]!;
    }

    /// <summary>OpenAI's own client, which nobody here wrote.</summary>
    public ChatClient Client(string model, string key = FirstKey) =>
        new OpenAIClient(
            new ApiKeyCredential(key),
            new OpenAIClientOptions { Endpoint = new(Address, "/v1"), RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0) }
        ).GetChatClient(model);
}
