using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.House;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// Letta's own client, which nobody here wrote, understands the fake: its paths, slashes, shapes, streams and files are Letta's.
/// </summary>
[Trait("Needs", "npm")]
public sealed class OfficialClientTests
{
    private const string Package = "@letta-ai/letta-client@1.12.1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_official_client_lists_makes_talks_carries_and_deletes_agents()
    {
        var folder = await Npm.InstallAsync(
            "letta-client",
            Package,
            Path.Combine("node_modules", "@letta-ai", "letta-client", "package.json")
        );
        Assert.SkipWhen(folder is null, $"npm is not installed, or could not install {Package}.");
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = new FakeLettaAgents(70) });

        var told = JsonNode.Parse(await RunAsync(folder!, letta))!;

        Assert.Equal((70, 70, 0), ((int)told["listed"]!, (int)told["once"]!, (int)told["blocks"]!));
        Assert.Equal(["send_message"], Texts(told["tools"]));
        Assert.Equal(["Hermes", "persona", "I run."], Texts(told["read"]));
        Assert.Equal(
            [
                "ping",
                "reasoning_message",
                "tool_call_message",
                "tool_return_message",
                "assistant_message",
                "a_type_of_tomorrow",
                "stop_reason",
                "usage_statistics",
            ],
            Texts(told["types"])
        );
        Assert.Equal("I found three lamps.", (string)told["said"]!);
        Assert.Equal(["reasoning_message", "tool_call_message", "assistant_message"], Texts(told["whole"]));
        Assert.Equal(("end_turn", 404), ((string)told["stopped"]!, (int)told["gone"]!));
        Assert.Equal(["Hermes", "I run."], Texts(told["copy"]));
        Assert.Equal(["openai/gpt-4.1", "anthropic/claude"], Texts(told["models"]));
    }

    private static async Task<string> RunAsync(string folder, FakeLetta letta)
    {
        using var node = Npm.NewProcess(
            "node",
            [
                Path.Combine(Repository.Tests, "Support", "letta-client.mjs"),
                folder,
                letta.Address.ToString().TrimEnd('/'),
                FakeLetta.Password,
            ]
        );
        node.Start();
        var (said, failed) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(node.ExitCode == 0, await failed);
        return await said;
    }

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(item => (string)item!);
}
