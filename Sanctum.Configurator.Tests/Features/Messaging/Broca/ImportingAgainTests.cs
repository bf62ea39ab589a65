using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>The same Broca again: what is here is known, what went on is brought up to date, and all of it can be taken back.</summary>
public sealed class ImportingAgainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory, MemberData(nameof(Databases))]
    public async Task The_same_file_again_brings_nothing(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.Odd();
        await world.ImportAsync(file);
        var before = await world.CountAsync();

        var again = await world.ImportAsync(file);

        Assert.Equal(before, await world.CountAsync());
        Assert.All(again.Report.Tables, table => Assert.Equal((0, 0, true), (table.New, table.Updated, table.IsEqual)));
        Assert.Empty(await world.AsideAsync(again.Id));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_grown_copy_brings_what_is_new_and_what_went_on_and_its_undo_takes_only_that_back(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.First();
        var first = await world.ImportAsync(file);
        file.Run(
            """
            UPDATE messages SET gpt_response = 'Hello, Bob', processed = 1 WHERE id = 3;
            UPDATE queue SET status = 'done', attempt_count = 1 WHERE id = 3;
            INSERT INTO messages VALUES (4, 7000000002, 'user', 'New', '2025-05-01 00:00:00', 0, NULL);
            INSERT INTO queue VALUES (4, 7000000002, 4, 'processing', 2);
            """
        );

        var second = await world.ImportAsync(file);
        var bob = (await world.ReadAsync<Message>(m => m.Where(each => each.SourceKey == "athena:messages:3"))).Single();
        var entry = (await world.ReadAsync<QueueEntry>(q => q.Where(each => each.SourceKey == "athena:queue:3"))).Single();

        Assert.Equal(("Hello, Bob", true, QueueStatus.Done, 1), (bob.AgentResponse, bob.Processed, entry.Status, entry.AttemptCount));
        Assert.Equal(["users 0/0", "messages 1/1", "queue 1/1"], second.Report.Tables.Select(t => $"{t.Table} {t.New}/{t.Updated}"));
        Assert.All(second.Report.Tables, table => Assert.True(table.IsEqual));

        var undone = await world.UndoAsync(second.Id);
        bob = (await world.ReadAsync<Message>(m => m.Where(each => each.SourceKey == "athena:messages:3"))).Single();
        entry = (await world.ReadAsync<QueueEntry>(q => q.Where(each => each.SourceKey == "athena:queue:3"))).Single();
        Assert.Equal((null, false, QueueStatus.Failed, 0), (bob.AgentResponse, bob.Processed, entry.Status, entry.AttemptCount));
        Assert.Equal((2, 2, 3, 3), await world.CountAsync());
        Assert.Equal(2, undone.Restored);
        await world.UndoAsync(first.Id);
        Assert.Equal((0, 0, 0, 0), await world.CountAsync());
        Assert.Equal((2, 2, 4, 4), await AfterAnotherAsync(world, file));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_was_used_since_stays_with_what_it_hangs_on(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.First();
        var import = await world.ImportAsync(file);
        await world.Registry.OutsideAsync("UPDATE messages SET note = 'Important' WHERE source_key = 'athena:messages:1'");
        await world.Registry.OutsideAsync(
            "INSERT INTO queue_attempts (queue_id, number, outcome) SELECT id, 1, 'failed' FROM queue WHERE source_key = 'athena:queue:3'"
        );

        var undone = await world.UndoAsync(import.Id);

        Assert.Equal(new BrocaRows(0, 0, 1, 2), undone.Removed);
        Assert.Equal(new BrocaRows(2, 2, 2, 1), undone.Staying);
        Assert.NotNull((await world.FindAsync(import.Id)).UndoneAt);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_was_answered_here_meanwhile_stays_and_is_named(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.First();
        await world.ImportAsync(file);
        await world.Registry.OutsideAsync("UPDATE messages SET agent_response = 'Ours' WHERE source_key = 'athena:messages:3'");
        await world.Registry.OutsideAsync("UPDATE queue SET status = 'done', cause = NULL WHERE source_key = 'athena:queue:3'");
        file.Run("UPDATE messages SET gpt_response = 'Theirs' WHERE id = 3; UPDATE queue SET status = 'failed' WHERE id = 3");

        var again = await world.ImportAsync(file);

        Assert.Equal(
            "Ours",
            (await world.ReadAsync<Message>(m => m.Where(each => each.SourceKey == "athena:messages:3"))).Single().AgentResponse
        );
        Assert.Equal(["athena:messages:3: agent_response"], again.Report.Tables[1].Differences);
        Assert.Equal(["athena:queue:3: status"], again.Report.Tables[2].Differences);
        Assert.False(again.Report.Tables[1].IsEqual);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Who_was_erased_here_does_not_come_back(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.First();
        await world.ImportAsync(file);
        await world.Registry.OutsideAsync(
            "DELETE FROM queue WHERE letta_user_id = (SELECT letta_user_id FROM platform_profiles WHERE username = 'ada')"
        );
        await world.Registry.OutsideAsync(
            "DELETE FROM messages WHERE letta_user_id = (SELECT letta_user_id FROM platform_profiles WHERE username = 'ada')"
        );
        await world.Registry.OutsideAsync(
            "DELETE FROM letta_users WHERE id = (SELECT letta_user_id FROM platform_profiles WHERE username = 'ada')"
        );
        file.Run("INSERT INTO messages VALUES (9, 7000000001, 'user', 'Still writing to Broca', '2025-05-01 00:00:00', 0, NULL)");
        var before = await world.CountAsync();

        var again = await world.ImportAsync(file);

        Assert.Equal(before, await world.CountAsync());
        Assert.Equal(["users 1", "messages 3", "queue 2"], again.Report.Tables.Select(t => $"{t.Table} {t.Gone}"));
    }

    [Fact]
    public async Task Another_Broca_under_the_same_source_is_refused_and_leaves_nothing()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.First();
        using var other = BrocaDatabaseFile
            .First()
            .Run("UPDATE messages SET message = 'Of another Broca ' || id; INSERT INTO users (user_id) VALUES (5)");
        await world.ImportAsync(file);
        var before = await world.CountAsync();

        var run = await world.RunAsync(other);

        Assert.Equal(RunOutcome.Failed, run.State);
        Assert.Contains("Another Broca was imported under this source", run.Message, StringComparison.Ordinal);
        Assert.Equal(before, await world.CountAsync());
        await world.ImportAsync(other, "minerva");
        Assert.Equal(6, (await world.CountAsync()).Item3);
    }

    [Fact]
    public async Task Two_sources_share_the_people_whom_both_know()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.First();
        await world.ImportAsync(file);

        var second = await world.ImportAsync(file, "minerva");

        Assert.Equal((2, 2, 6, 6), await world.CountAsync());
        Assert.Equal(2, second.Report.Tables[0].Joined);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task An_import_that_is_stopped_leaves_nothing_and_can_be_made_again(TestDatabase database)
    {
        await using var world = await BrocaWorld.CreateAsync(database);
        using var file = BrocaDatabaseFile.Large(20_000);
        var preview = await world.PreviewAsync(file);
        var form = new BrocaImportForm { PreviewId = preview.Id };
        var begun = await world.CallAsync((BrocaImports imports) => imports.BeginAsync(form, Cancel));
        var run = Assert.IsType<Outcome<BrocaRun>.Ok>(begun).Value.Id;
        var busy = await world.CallAsync((BrocaImports imports) => imports.BeginAsync(form, Cancel));
        await Wait.UntilAsync(async () =>
            await world.CallAsync((BrocaImports imports) => imports.FindRunAsync(run, Cancel))
                is Outcome<BrocaRun>.Ok { Value.Progress: { Phase: "Messages", Done: > 0 } }
        );

        await world.CallAsync((BrocaImports imports) => imports.CancelAsync(run, Cancel));
        var ended = await world.EndedAsync(run);

        Assert.Contains("Another import is running", busy.ProblemWith("it"), StringComparison.Ordinal);
        Assert.Equal((RunOutcome.Cancelled, "Stopped. Nothing was imported."), (ended.State, ended.Message));
        Assert.Equal((0, 0, 0, 0), await world.CountAsync());
        Assert.Equal(20_000, (await world.ImportAsync(file)).Report.Tables[2].New);
    }

    [Fact]
    public async Task An_undone_import_is_not_undone_again()
    {
        await using var world = await BrocaWorld.CreateAsync();
        using var file = BrocaDatabaseFile.First();
        var import = await world.ImportAsync(file);
        await world.UndoAsync(import.Id);

        var again = await world.CallAsync((BrocaImports imports) => imports.UndoAsync(import.Id, Cancel));

        Assert.Equal("This import was undone already.", again.ProblemWith("it"));
    }

    private static async Task<(int, int, int, int)> AfterAnotherAsync(BrocaWorld world, BrocaDatabaseFile file)
    {
        await world.ImportAsync(file);
        return await world.CountAsync();
    }
}
