using System.Diagnostics;
using System.Globalization;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Features.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How long people and messages take to be found among as many messages as <c>SANCTUM_BENCHMARK_MESSAGES</c> says (a million otherwise):
/// <c>dotnet run -c Release -- --explicit only --filter-class "*MessageBenchmarks" --show-live-output on</c>. It prints what it measures and
/// judges nothing.
/// </summary>
public sealed class MessageBenchmarks(ITestOutputHelper output)
{
    private const int People = 10_000;
    private const int Rounds = 15;
    private const int Batch = 50_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Explicit = true, Timeout = 0)]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Messages_of_many_people(TestDatabase database)
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SANCTUM_BENCHMARK_MESSAGES") ?? "1000000", CultureInfo.InvariantCulture);
        await using var world = await PeopleWorld.CreateAsync(database);
        var channel = await world.ChannelAsync(await world.AgentAsync());
        await FillAsync(world, database, channel, count);
        MessageFilter[] filters =
        [
            new(),
            new("common"),
            new("common answer"),
            new("\"common word\" -rare"),
            new("rare"),
            new("quetzal"),
            new("quetz*"),
            new("nowhere"),
            new("-common"),
            new("世界"),
            new(PersonId: 1),
            new(PersonId: 777),
            new("common", PersonId: 1),
            new("common", PersonId: 777),
            new("rare", PersonId: 777),
            new("rare", AgentId: channel.AgentId),
            new(State: MessageState.Failed),
            new("common", State: MessageState.Failed),
            new(State: MessageState.Answered),
            new(State: MessageState.Kept),
        ];
        foreach (var filter in filters)
        {
            await TimeAsync(
                $"{filter}",
                () => world.CallAsync((MessageReader reader) => reader.ListAsync(filter, cursor: null, 50, Cancel))
            );
        }

        foreach (
            var page in new PageRequest[]
            {
                new(0, 25, "last_active", true),
                new(0, 25, "name"),
                new(0, 25, "messages", true),
                new(0, 25, Search: "person 99"),
            }
        )
        {
            await TimeAsync($"{page}", () => world.CallAsync((PeopleReader people) => people.PageAsync(new(), page, Cancel)));
        }
    }

    private async Task FillAsync(PeopleWorld world, TestDatabase database, Channel channel, int count)
    {
        var watch = Stopwatch.StartNew();
        var numbers =
            database == TestDatabase.Sqlite
                ? "SELECT value AS n FROM generate_series(1, {0})"
                : "SELECT n FROM generate_series(1, {0}) AS n";
        string Numbers(int most) => string.Format(CultureInfo.InvariantCulture, numbers, most);
        await world.Registry.OutsideAsync($"INSERT INTO letta_users (display_name) SELECT 'Person ' || n FROM ({Numbers(People)}) AS x");
        await world.Registry.OutsideAsync(
            $"INSERT INTO platform_profiles (letta_user_id, platform, platform_user_id) SELECT n, 'telegram', CAST(n AS text) FROM ({Numbers(People)}) AS x"
        );

        // A tenth of all is the first person's.
        for (var from = 0; from < count; from += Batch)
        {
            await world.Registry.OutsideAsync(
                $"""
                INSERT INTO messages (letta_user_id, role, message, agent_response, agent_id, channel_id)
                SELECT CASE WHEN n % 10 = 0 THEN 1 ELSE n % {People} + 1 END, 'user',
                    'a common word ' || n || CASE WHEN n % 1000 = 0 THEN ' rare' ELSE '' END || CASE WHEN n = 5000 THEN ' quetzal 你好世界' ELSE '' END,
                    'the answer ' || n, {channel.AgentId}, {channel.Id}
                FROM ({Numbers(Batch)}) AS x
                """.Replace("n ||", $"(n + {from}) ||", StringComparison.Ordinal).Replace(
                    "n %",
                    $"(n + {from}) %",
                    StringComparison.Ordinal
                )
            );
            await world.Registry.OutsideAsync(
                $"INSERT INTO queue (letta_user_id, message_id, status) SELECT letta_user_id, id, CASE WHEN id % 5000 = 0 THEN 'failed' ELSE 'done' END FROM messages WHERE id > {from}"
            );
        }

        await world.Registry.OutsideAsync("ANALYZE");
        output.WriteLine($"{count:N0} messages filled in {watch.Elapsed.TotalSeconds:F0} s");
    }

    private async Task TimeAsync<T>(string what, Func<Task<T>> read)
    {
        await read();
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await read();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"{times[Rounds / 2], 9:F1} ms median, {times[^1], 9:F1} ms most: {what}");
    }
}
