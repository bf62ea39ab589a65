using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How long the lists of a large registry take at the service, beside the same SQL without Entity Framework on the same database:
/// <c>dotnet run -- --explicit only --filter-class "*RegistryBenchmarks" --show-live-output on</c>. It prints what it measures and judges
/// nothing.
/// </summary>
public sealed class RegistryBenchmarks(ITestOutputHelper output)
{
    private const int Agents = 10_000;
    private const int Tools = 10_000;
    private const int Instances = 100_000;
    private const int Rounds = 30;

    private static readonly PageRequest First = new(0, 50);
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Explicit = true, Timeout = 0)]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lists_of_a_large_registry(TestDatabase database)
    {
        await using var registry = await TestRegistry.CreateAsync(database, services => services.AddAccount().AddAgents().AddTools());
        await FillAsync(registry, database);
        await using var scope = registry.ActAs("root");
        var agents = scope.ServiceProvider.GetRequiredService<AgentService>();
        var tools = scope.ServiceProvider.GetRequiredService<ToolReader>();

        const string OfAgents = "SELECT * FROM agents ORDER BY name, id LIMIT 50";
        const string OfTools = "SELECT * FROM tools ORDER BY name, id LIMIT 50";
        const string OfInstances = "SELECT * FROM tool_instances ORDER BY name, id LIMIT 50";
        const string Runnable =
            "SELECT * FROM tool_instances WHERE is_active AND tool_id IN (SELECT id FROM tools ORDER BY name, id LIMIT 50) ORDER BY id";
        await CompareAsync(
            registry,
            $"{database}: agents, first page",
            () => agents.PageAsync(new(), First, Cancel),
            "SELECT count(*) FROM agents",
            OfAgents
        );
        await CompareAsync(
            registry,
            $"{database}: agents, last page",
            () => agents.PageAsync(new(), First with { Skip = Agents - 50 }, Cancel),
            "SELECT count(*) FROM agents",
            $"{OfAgents} OFFSET {Agents - 50}"
        );
        await CompareAsync(
            registry,
            $"{database}: agents, by status",
            () => agents.PageAsync(new(RunState.Ready), First, Cancel),
            "SELECT count(*) FROM agents WHERE status = 'Ready'",
            "SELECT * FROM agents WHERE status = 'Ready' ORDER BY name, id LIMIT 50"
        );
        await CompareAsync(
            registry,
            $"{database}: agents, searched",
            () => agents.PageAsync(new(), First with { Search = "number 105" }, Cancel)
        );
        await CompareAsync(registry, $"{database}: tags of the agents", () => agents.TagsAsync(Cancel));
        await CompareAsync(
            registry,
            $"{database}: tools, first page",
            () => tools.PageAsync(new(), First, Cancel),
            "SELECT count(*) FROM tools",
            OfTools,
            Runnable
        );
        await CompareAsync(registry, $"{database}: tabs of the tools", () => tools.TabsAsync(Cancel));
        await CompareAsync(
            registry,
            $"{database}: instances, first page",
            () => tools.InstancesAsync(null, null, First, Cancel),
            "SELECT count(*) FROM tool_instances",
            OfInstances,
            $"SELECT a.id, a.name FROM agents a WHERE a.id IN (SELECT agent_id FROM ({OfInstances}) i)"
        );

        await RunAsync(registry, "UPDATE tool_instances SET tool_id = (SELECT min(id) FROM tools) WHERE id % 2 = 0");
        await CompareAsync(
            registry,
            $"{database}: tools, first page, one of them with half of the instances",
            () => tools.PageAsync(new(), First, Cancel),
            "SELECT count(*) FROM tools",
            OfTools,
            Runnable
        );
    }

    private static async Task FillAsync(TestRegistry registry, TestDatabase database)
    {
        var json = database == TestDatabase.Sqlite ? "TEXT" : "jsonb";
        string Numbers(int most) => $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})";
        await RunAsync(
            registry,
            $$"""
            {{Numbers(
                Agents
            )}} INSERT INTO agents (name, description, letta_uid, config) SELECT 'Agent ' || (100000 + i), 'The agent number ' || i, 'agent-' || i,
            CAST('{"model":"openai/gpt-4.1","system":"You are a helpful agent, and answer plainly and briefly.","tags":["team","t' || (i % 40) || '"],"tools":["send_message"]}' AS {{json}}) FROM n;
            """
        );
        await RunAsync(
            registry,
            $"{Numbers(Tools)} INSERT INTO tools (name, description, category) SELECT 'Tool ' || (100000 + i), 'The tool number ' || i, 'agent ' || (100000 + i % 100) FROM n;"
        );
        await RunAsync(
            registry,
            $$"""
            {{Numbers(
                Instances
            )}} INSERT INTO tool_instances (tool_id, agent_id, name, config) SELECT (SELECT min(id) FROM tools) + i % {{Tools}}, (SELECT min(id) FROM agents) + i % {{Agents}}, 'Instance ' || (1000000 + i),
            CAST('{"kind":"http","method":"GET","url":"http://127.0.0.1:' || (i % 60000 + 1) || '/","headers":[["Accept","*/*"]],"timeout_seconds":10}' AS {{json}}) FROM n;
            """
        );
        if (database == TestDatabase.Postgres)
        {
            await RunAsync(registry, "ANALYZE");
        }
    }

    /// <summary>Takes its time: the history is written too.</summary>
    private static async Task RunAsync(TestRegistry registry, string sql)
    {
        await using var context = registry.Open();
        await context.Database.OpenConnectionAsync(Cancel);
        await using var command = context.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The statements stand above.
        (command.CommandText, command.CommandTimeout) = (sql, 600);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private async Task CompareAsync<T>(TestRegistry registry, string what, Func<Task<T>> service, params string[] raw)
    {
        await using var context = registry.Open();
        await context.Database.OpenConnectionAsync(Cancel);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // In turn, so that a machine that grows slower slows both.
            ours.Add(await TimeAsync(service));
            theirs.Add(await TimeAsync(() => ReadAsync(context.Database.GetDbConnection(), raw)));
        }

        var compared = raw.Length == 0 ? "" : $"; the same SQL {Line(theirs)}";
        output.WriteLine($"{what}: {Line(ours)}{compared}");
    }

    private static async Task<double> TimeAsync<T>(Func<Task<T>> act)
    {
        var began = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static async Task<int> ReadAsync(DbConnection connection, string[] statements)
    {
        var values = 0;
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements stand above.
            command.CommandText = statement;
#pragma warning restore CA2100
            await using var rows = await command.ExecuteReaderAsync(Cancel);
            var row = new object[rows.FieldCount];
            while (await rows.ReadAsync(Cancel))
            {
                values += rows.GetValues(row);
            }
        }

        return values;
    }

    private static string Line(List<double> times) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"median {times.Order().ElementAt(Rounds / 2):0.0} ms, first {times[0]:0.0}, worst {times.Max():0.0}"
        );
}
