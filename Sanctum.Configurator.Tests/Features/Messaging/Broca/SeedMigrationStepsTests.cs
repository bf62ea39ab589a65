using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>
/// The seed's change from v1 to v2, by the steps of its plan, but with the data kept: the plan itself would drop the tables.
/// </summary>
public sealed class SeedMigrationStepsTests
{
    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory, MemberData(nameof(Databases))]
    public async Task Step_1_drop_existing_tables_drops_nothing_neither_there_nor_of_what_they_hold(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.First(BrocaDatabaseFile.V1Later);
        var before = await File.ReadAllBytesAsync(file.FilePath, TestContext.Current.CancellationToken);

        var import = await world.ImportAsync(file);

        Assert.Equal(before, await File.ReadAllBytesAsync(file.FilePath, TestContext.Current.CancellationToken));
        Assert.Equal(["users 2 2", "messages 3 3", "queue 3 3"], import.Report.Tables.Select(t => $"{t.Table} {t.RowsThere} {t.RowsHere}"));
        Assert.All(import.Report.Tables, table => Assert.Equal(table.ChecksumThere, table.ChecksumHere));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Step_2_users_become_letta_users(TestDatabase database)
    {
        var people = await MigratedAsync<LettaUser>(database);

        Assert.Equal(["athena:users:7000000001", "athena:users:7000000002"], people.Select(p => p.SourceKey));
        Assert.Equal(
            [new(2025, 4, 11, 6, 50, 0, TimeSpan.Zero), new DateTimeOffset(2025, 4, 12, 8, 0, 1, 500, TimeSpan.Zero)],
            people.Select(p => p.LastActive!.Value)
        );
        Assert.Equal([10, 10], people.Select(p => p.ConversationHistoryLimit));
        Assert.All(people, person => Assert.True(person.IsActive));

        // The first schema does not say when somebody came: with the first message.
        Assert.Equal(
            [new(2025, 4, 11, 6, 48, 0, TimeSpan.Zero), new DateTimeOffset(2025, 4, 12, 8, 0, 0, TimeSpan.Zero)],
            people.Select(p => p.CreatedAt)
        );
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Step_2_users_become_platform_profiles_of_Telegram_too(TestDatabase database)
    {
        var profiles = await MigratedAsync<PlatformProfile>(database);

        Assert.Equal(
            ["telegram 7000000001 ada Ada", "telegram 7000000002  Bob"],
            profiles.Select(p => $"{p.Platform} {p.PlatformUserId} {p.Username} {p.DisplayName}")
        );
        Assert.Contains("12", profiles[0].Metadata, StringComparison.Ordinal);
        Assert.Equal(2, profiles.Select(p => p.LettaUserId).Distinct().Count());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Step_2_messages_refer_to_the_person_and_the_profile(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.First(BrocaDatabaseFile.V1Later);
        await world.ImportAsync(file);
        var profiles = await world.ReadAsync<PlatformProfile>();

        var messages = await world.ReadAsync<Message>(m => m.OrderBy(each => each.Id));

        Assert.Equal(["Good morning", "And now?", "Hello"], messages.Select(m => m.Text));
        Assert.Equal(["Good morning, Ada", "Now too", null], messages.Select(m => m.AgentResponse));
        Assert.Equal([true, true, false], messages.Select(m => m.Processed));
        Assert.All(messages, m => Assert.Equal(m.LettaUserId, profiles.Single(p => p.Id == m.PlatformProfileId).LettaUserId));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Step_2_the_queue_counts_attempts_and_refers_to_the_person(TestDatabase database)
    {
        var queue = await MigratedAsync<QueueEntry>(database);

        Assert.Equal([QueueStatus.Done, QueueStatus.Done, QueueStatus.Failed], queue.Select(e => e.Status));
        Assert.Equal([1, 2, 0], queue.Select(e => e.AttemptCount));
        Assert.All(queue, entry => Assert.True(entry is { LettaUserId: not null, MessageId: not null, Timestamp: not null }));
    }

    private static async Task<List<T>> MigratedAsync<T>(TestDatabase database)
        where T : class
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.First(BrocaDatabaseFile.V1Later);
        await world.ImportAsync(file);
        return [.. (await world.ReadAsync<T>()).OrderBy(row => (int)typeof(T).GetProperty("Id")!.GetValue(row)!)];
    }
}
