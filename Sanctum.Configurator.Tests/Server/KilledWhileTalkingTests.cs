using System.Globalization;
using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console that is killed in the middle of two answers: the model's is kept as far as it came, the agent's is taken up again.</summary>
public sealed class KilledWhileTalkingTests
{
    [LongFact]
    public async Task What_came_of_a_model_stays_and_an_agent_is_followed_again()
    {
        Thorough.SkipUnlessAsked("It kills consoles again and again.");
        var there = new FakeLettaAgents(1);
        there.Talk.Reply = FakeLettaReply.NeverEnds;
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await using var provider = await FakeProvider.StartAsync();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.Words = ["Once ", "upon ", "a time"];
        provider.BeforeWord = number => number == 2 ? held.Task : Task.CompletedTask;
        await using var console = new ConsoleProcess
        {
            Settings = new Dictionary<string, string>
            {
                ["Conversations__LeaseSeconds"] = "5",
                ["Sanctum__letta_server_address"] = "http://localhost",
                ["Sanctum__letta_server_port"] = letta.Port.ToString(CultureInfo.InvariantCulture),
                ["Sanctum__letta_server_token"] = FakeLetta.Password,
            },
        };
        await console.StartAsync();
        await SqlAsync(console, $"INSERT INTO agents (id, name, letta_uid) VALUES (1, 'Athena', '{FakeLettaAgents.IdOf(1)}')");
        await SqlAsync(
            console,
            $"INSERT INTO llm_config (id, type, model, base_url) VALUES (777, 'compatible', 'fine', '{provider.Address}')"
        );
        _ = AskAsync(console, new { text = "A story", config_id = 777 });
        _ = AskAsync(console, new { text = "Lamps?", agent_id = 1 });
        await Wait.UntilAsync(async () => await SqlAsync(console, "SELECT count(DISTINCT run_id) FROM conversation_pieces") == "2");

        await console.KillAsync();
        await console.StartAsync();

        await Wait.UntilAsync(async () => await SqlAsync(console, "SELECT count(*) FROM conversation_runs WHERE status <> 'ended'") == "0");
        held.TrySetResult();
        Assert.StartsWith(
            "cut_off|Once ",
            await SqlAsync(console, "SELECT state, content FROM conversation_messages WHERE role = 'assistant' AND model IS NOT 'Athena'"),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "complete|I found three lamps.",
            await SqlAsync(console, "SELECT state, content FROM conversation_messages WHERE model = 'Athena'")
        );
        Assert.Equal("0", await SqlAsync(console, "SELECT count(*) FROM conversation_pieces"));
        Assert.Single(there.Talk.Heard);

        var cut = await SqlAsync(
            console,
            "SELECT conversation_id || '/messages/' || id FROM conversation_messages WHERE state = 'cut_off'"
        );
        provider.Words = ["a time"];
        provider.BeforeWord = null;
        using var goesOn = await console.SendAsync(HttpMethod.Post, $"/api/conversations/{cut}/continue");
        Assert.Equal(HttpStatusCode.Accepted, goesOn.StatusCode);
        await Wait.UntilAsync(async () =>
            await SqlAsync(console, "SELECT count(*) FROM conversation_messages WHERE content LIKE 'Once %a time'") == "1"
        );
    }

    /// <summary>The answer is read by nobody.</summary>
    private static async Task AskAsync(ConsoleProcess console, object form)
    {
        try
        {
            using var answer = await console.SendAsync(HttpMethod.Post, "/api/chat/stream", form);
        }
        catch (HttpRequestException)
        {
            // It was killed.
        }
    }

    private static async Task<string> SqlAsync(ConsoleProcess console, string sql) =>
        (await Sqlite3.RunAsync(Path.Combine(console.Home, "registry.db"), sql)).Trim('\n');
}
