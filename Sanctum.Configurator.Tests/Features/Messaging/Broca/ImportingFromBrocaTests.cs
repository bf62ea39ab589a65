using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>What an import brings of each of Broca's schemas, and what it says of it.</summary>
public sealed class ImportingFromBrocaTests
{
    private static readonly DateTimeOffset Morning = new(2025, 4, 11, 6, 48, 0, TimeSpan.Zero);

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory, MemberData(nameof(Databases))]
    public async Task The_odd_rows_of_a_real_file_come_or_are_kept_aside_and_each_is_named(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.Odd();

        var preview = await world.PreviewAsync(file);
        var untouched = await world.CountAsync();
        var import = await world.ImportAsync(file);

        Assert.Equal((0, 0, 0, 0), untouched);
        Assert.Equal((3, 3, 5, 6), await world.CountAsync());
        Assert.Equal(("v3", "athena", "root"), (import.Shape, import.Source, import.ImportedBy));
        Assert.All(import.Report.Tables, table => Assert.True(table.IsEqual, $"{table.Table}: {string.Join("; ", table.Differences)}"));
        foreach (var report in new[] { preview.Report, import.Report })
        {
            Assert.Equal(
                ["letta_users 3+0", "platform_profiles 3+2", "messages 5+1", "queue 6+2"],
                report.Tables.Select(t =>
                    $"{t.Table} {t.New}+{(t.Table == "letta_users" ? t.KeptAside - 1 : t.Table == "messages" ? t.KeptAside - 1 : t.KeptAside)}"
                )
            );
            Assert.Equal(
                "Unfinished 1, ManyAttempts 1, UnknownStatus 1, UnknownRole 1, UnreadableTime 1, FutureTime 1, OrphanedMessage 1, OrphanedEntry 2, "
                    + "OrphanedProfile 1, DuplicateProfile 1, NoProfile 1, UnreadableJson 1",
                string.Join(", ", report.Findings.Select(f => $"{f.Kind} {f.Count}"))
            );
        }

        var aside = await world.AsideAsync(import.Id);
        Assert.Contains(aside, row => row.Key == "athena:messages:4" && row.Row.Contains("Whose?", StringComparison.Ordinal));
        Assert.Contains(aside, row => row.Key == "athena:messages:5" && row.Row.Contains("yesterday", StringComparison.Ordinal));
        Assert.Contains(aside, row => row.Key == "athena:letta_users:2" && row.Row.Contains("{'tone': 1}", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Statuses_are_ours_and_nothing_is_sent_by_itself(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.Odd();

        await world.ImportAsync(file);

        var queue = (await world.ReadAsync<QueueEntry>()).ToDictionary(entry => entry.SourceKey!.Split(':')[^1]);
        Assert.Equal(
            "1 Done, 2 Done, 3 Flushed, 5 Failed, 7 Failed, 8 Failed",
            string.Join(", ", queue.OrderBy(e => e.Key).Select(e => $"{e.Key} {e.Value.Status}"))
        );
        Assert.Equal(("was not finished in Broca", 4711), (queue["5"].Cause, queue["5"].AttemptCount));
        Assert.Contains("“paused”", queue["7"].Failure, StringComparison.Ordinal);
        Assert.Equal("failed in Broca", queue["8"].Cause);
        Assert.All(queue.Values, entry => Assert.NotNull(entry.MessageId));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_message_and_its_person_are_as_they_were(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        await world.Registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        using var file = BrocaDatabaseFile
            .Odd(BrocaDatabaseFile.April2025)
            .Run("UPDATE letta_users SET conversation_history_limit = 25 WHERE id = 1");

        var import = await world.ImportAsync(file, agent: 1);

        var ada = (await world.ReadAsync<LettaUser>(people => people.Where(p => p.SourceKey == "athena:letta_users:1"))).Single();
        var message = (await world.ReadAsync<Message>(messages => messages.Where(m => m.SourceKey == "athena:messages:2"))).Single();
        var profile = (await world.ReadAsync<PlatformProfile>(profiles => profiles.Where(p => p.Id == message.PlatformProfileId))).Single();
        Assert.Equal("v2-april-2025", import.Shape);
        Assert.Equal(
            ("identity-1", "block-1", 25, "Be brief."),
            (ada.LettaIdentityId, ada.LettaBlockId, ada.ConversationHistoryLimit, ada.CustomInstructions)
        );
        Assert.Equal(new(2025, 4, 21, 10, 0, 0, 123, TimeSpan.Zero), ada.LastActive);
        Assert.Equal(("email", "ada@example.org", (int?)ada.Id), (profile.Platform, profile.PlatformUserId, profile.LettaUserId));
        Assert.Equal(
            ("Two", "Second", true, (int?)ada.Id, (int?)1, new DateTimeOffset(2025, 4, 21, 10, 1, 0, 500, TimeSpan.Zero)),
            (message.Text, message.AgentResponse, message.Processed, message.LettaUserId, message.AgentId, message.Timestamp)
        );
    }

    [Theory]
    [InlineData(BrocaDatabaseFile.V1, "v1")]
    [InlineData(BrocaDatabaseFile.V1Later, "v1-later")]
    public async Task Both_variants_of_the_first_schema_are_read(string schema, string shape)
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.First(schema);

        var import = await world.ImportAsync(file);

        Assert.Equal(shape, import.Shape);
        Assert.Equal((2, 2, 3, 3), await world.CountAsync());
        var messages = await world.ReadAsync<Message>(m => m.OrderBy(each => each.Id));
        Assert.Equal(["Good morning, Ada", "Now too", null], messages.Select(m => m.AgentResponse));
        Assert.Equal(
            [Morning, new(2025, 4, 11, 6, 49, 21, 144, TimeSpan.Zero), new(2025, 4, 12, 8, 0, 0, TimeSpan.Zero)],
            messages.Select(m => m.Timestamp!.Value)
        );
        Assert.All(import.Report.Tables, table => Assert.True(table.IsEqual));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Somebody_who_is_here_by_a_profile_is_joined_and_stays_as_they_are(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        await world.Registry.OutsideAsync("INSERT INTO letta_users (custom_instructions) VALUES ('Ours.')");
        await world.Registry.OutsideAsync(
            "INSERT INTO platform_profiles (letta_user_id, platform, platform_user_id) VALUES (1, 'telegram', '111')"
        );
        using var file = BrocaDatabaseFile.Odd();

        var import = await world.ImportAsync(file);

        var people = import.Report.Tables[0];
        Assert.Equal((2, 1), (people.New, people.Joined));
        Assert.Equal("Ours.", (await world.ReadAsync<LettaUser>(p => p.Where(each => each.Id == 1))).Single().CustomInstructions);
        Assert.Equal(3, (await world.ReadAsync<Message>(m => m.Where(each => each.LettaUserId == 1))).Count);
        Assert.Equal(2, (await world.ReadAsync<PlatformProfile>(p => p.Where(each => each.LettaUserId == 1))).Count);
        Assert.Contains(
            await world.AsideAsync(import.Id),
            row => row.Key == "athena:letta_users:1" && row.Row.Contains("Be brief.", StringComparison.Ordinal)
        );
        var undone = await world.UndoAsync(import.Id);
        Assert.Equal((1, 1, 0, 0), await world.CountAsync());
        Assert.True(undone.Staying.IsEmpty);
    }
}
