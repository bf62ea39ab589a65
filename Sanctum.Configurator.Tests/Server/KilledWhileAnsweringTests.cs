using System.Globalization;
using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console that is killed again and again while agents answer: nothing is lost, and nothing answered twice unsaid.</summary>
public sealed class KilledWhileAnsweringTests
{
    private const int Agents = 6;
    private static readonly int Kills = Thorough.Or(4, "SANCTUM_TEST_KILLS");
    private const int EachTime = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LongFact]
    public async Task Every_message_that_was_taken_is_answered_once_or_said_not_to_be()
    {
        Thorough.SkipUnlessAsked("It kills consoles again and again.");
        var there = new FakeLettaAgents(Agents);
        await using var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        await using var console = new ConsoleProcess
        {
            Settings = new Dictionary<string, string>
            {
                ["Queue__LeaseSeconds"] = "5",
                ["Sanctum__letta_server_address"] = "http://localhost",
                ["Sanctum__letta_server_port"] = letta.Port.ToString(CultureInfo.InvariantCulture),
                ["Sanctum__letta_server_token"] = FakeLetta.Password,
            },
        };
        await console.StartAsync();
        await AddAgentsAsync(console);

        var taken = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            for (var number = 0; number < EachTime; number++)
            {
                using var answer = await console.SendAsync(
                    HttpMethod.Post,
                    "/api/messages",
                    new
                    {
                        platform = "matrix",
                        platform_user_id = $"{number % 9}",
                        text = $"message {taken}",
                        agent = 1 + (number % Agents),
                    }
                );
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                taken++;
            }

            var before = there.Talk.Heard.Count;
            await Wait.UntilAsync(async () => there.Talk.Heard.Count > before + 3 || await OpenAsync(console) == 0);
            await console.KillAsync();
            await console.StartAsync();
        }

        await Wait.UntilAsync(async () => await OpenAsync(console) == 0);
        Assert.Equal(taken, await CountAsync(console, "1"));
        Assert.Equal(taken, await CountAsync(console, "status = 'done' OR (status IN ('failed', 'poison') AND failure IS NOT NULL)"));
        Assert.Equal(
            await CountAsync(console, "status = 'done'"),
            int.Parse(
                await AskAsync(console, "SELECT count(*) FROM messages WHERE agent_response IS NOT NULL"),
                CultureInfo.InvariantCulture
            )
        );

        // What Letta heard twice was given with another id, which only a person asks for; here nobody did.
        var heard = there.Talk.Heard.Select(body => (string?)body["messages"]![0]!["otid"]).ToList();
        Assert.Equal(heard.Count, heard.Distinct().Count());
        Assert.DoesNotContain(null, heard);
    }

    private static Task<string> AddAgentsAsync(ConsoleProcess console) =>
        AskAsync(
            console,
            string.Join(
                ' ',
                Enumerable
                    .Range(1, Agents)
                    .Select(number =>
                        $"INSERT INTO agents (id, name, letta_uid) VALUES ({number}, 'Agent {number}', '{FakeLettaAgents.IdOf(number)}');"
                    )
            )
        );

    private static Task<int> OpenAsync(ConsoleProcess console) => CountAsync(console, "status IN ('pending', 'processing')");

    private static async Task<int> CountAsync(ConsoleProcess console, string which) =>
        int.Parse(await AskAsync(console, $"SELECT count(*) FROM queue WHERE {which}"), CultureInfo.InvariantCulture);

    private static Task<string> AskAsync(ConsoleProcess console, string sql) =>
        Sqlite3.RunAsync(Path.Combine(console.Home, "registry.db"), sql);
}
