using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.People;

public sealed class ErasingPeopleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Nothing_of_a_person_and_of_the_merged_ones_is_left_and_nothing_of_others_goes(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var (ada, other) = (await FillAsync(world, channel, "ada", 1), await FillAsync(world, channel, "countess", 2));
        var bob = await FillAsync(world, channel, "bob", 3);
        await ListingPeopleTests.MergeAsync(world, ada, other);
        var kept = await CountsAsync(world, "canary-bob");
        Assert.NotEqual(0, await CountsAsync(world, "canary-ada"));

        var erased = await EraseAsync(world, ada);

        Assert.Equal(0, await CountsAsync(world, "canary-ada"));
        Assert.Equal(0, await CountsAsync(world, "canary-countess"));
        Assert.Equal(kept, await CountsAsync(world, "canary-bob"));
        Assert.Equal([bob], await IdsAsync(world));
        var words = await world.CallAsync((MessageReader reader) => reader.ListAsync(new("canary -bob"), cursor: null, 10, Cancel));
        Assert.Empty(Assert.IsType<Outcome<MessagePage>.Ok>(words).Value.Items);
        if (database == TestDatabase.Sqlite)
        {
            Assert.Equal(
                "0",
                (await world.Registry.OutsideAsync("SELECT count(*) FROM messages_words WHERE messages_words MATCH 'ada'")).Trim()
            );
        }

        Assert.Equal(
            new Dictionary<string, int>
            {
                ["broca_orphans"] = 4,
                ["letta_users"] = 2,
                ["messages"] = 4,
                ["outbox"] = 2,
                ["person_merges"] = 1,
                ["platform_profiles"] = 2,
                ["queue"] = 2,
                ["queue_act_rows"] = 2,
                ["queue_acts"] = 2,
                ["queue_attempts"] = 2,
                ["queue_pauses"] = 2,
            },
            erased.Rows.OrderBy(row => row.Key, StringComparer.Ordinal).ToDictionary()
        );
        Assert.Equal(
            (1, 1, 2),
            (await world.CountAsync<QueueAttempt>(), await world.CountAsync<QueueActRow>(), await world.CountAsync<BrocaOrphan>())
        );
        var listed = Assert.Single(await world.CallAsync((PersonErasure erasure) => erasure.ListAsync(Cancel)));
        Assert.Equal((ada, "root", 4), (listed.PersonId, listed.ErasedBy, listed.Rows["messages"]));
    }

    [Fact]
    public async Task It_is_refused_on_hold_while_answered_or_sent_when_merged_and_without_the_words()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var (ada, other) = (await world.PersonAsync("Ada"), await world.PersonAsync("Countess"));
        await ListingPeopleTests.MergeAsync(world, ada, other);

        Assert.Contains("erase", await RefusalAsync(world, ada, "yes"), StringComparison.Ordinal);
        Assert.Contains($"merged into person {ada}", await RefusalAsync(world, other), StringComparison.Ordinal);
        await MergingPeopleTests.SaveAsync(world, other, form => form.HoldReason = "Lawsuit 7.");
        Assert.Contains("on hold: Lawsuit 7.", await RefusalAsync(world, ada), StringComparison.Ordinal);
        await MergingPeopleTests.SaveAsync(world, other, form => form.HoldReason = null);
        await world.MessageAsync(other, "hello", null, QueueStatus.Processing, channel);
        Assert.Contains("is answering", await RefusalAsync(world, ada), StringComparison.Ordinal);
        await world.Registry.OutsideAsync("UPDATE queue SET status = 'done'");
        await world.AddAsync(
            new OutboxEntry
            {
                ChannelId = channel.Id,
                LettaUserId = other,
                Chat = "1",
                Text = "x",
                Status = OutboxStatus.Sending,
            }
        );
        Assert.Contains("being sent", await RefusalAsync(world, ada), StringComparison.Ordinal);
        var operates = await world.Registry.AddUserAsync("op", UserRole.User);
        Assert.IsType<Outcome<ErasureRow>.Invalid>(
            await world.CallAsync(
                (PersonErasure erasure) => erasure.EraseAsync(ada, new() { Confirm = PersonErasure.Confirmation(ada) }, Cancel),
                operates
            )
        );

        Assert.Equal(
            (2, 0, 1),
            (await world.CountAsync<LettaUser>(), await world.CountAsync<Erasure>(), await world.CountAsync<Message>())
        );
        Assert.IsType<Outcome<ErasureRow>.NotFound>(
            await world.CallAsync((PersonErasure erasure) => erasure.EraseAsync(999, new() { Confirm = "erase 999" }, Cancel))
        );
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_export_has_everything_as_json_however_hostile_it_is(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var (ada, other) = (await FillAsync(world, channel, "ada", 1), await FillAsync(world, channel, "countess", 2));
        await FillAsync(world, channel, "bob", 3);
        await ListingPeopleTests.MergeAsync(world, ada, other);
        await world.MessageAsync(ada, "</script>\u2028\"\\ =cmd|' /C calc'!A0 \u202E", null, null, channel);

        using var file = new MemoryStream();
        await world.CallAsync(
            async (PersonExport export) =>
            {
                Assert.IsType<Outcome<string>.Ok>(await export.BeginAsync(ada, Cancel));
                await export.WriteAsync(ada, file, Cancel);
                return true;
            }
        );

        var json = JsonNode.Parse(file.ToArray())!;
        Assert.Equal(
            (2, 2, 5, 2, 2, 2, 1),
            (Rows("people"), Rows("profiles"), Rows("messages"), Rows("queue"), Rows("attempts"), Rows("outbox"), Rows("merges"))
        );
        Assert.Contains(json["messages"]!.AsArray(), row => (string?)row!["text"] == "</script>\u2028\"\\ =cmd|' /C calc'!A0 \u202E");
        Assert.Equal("canary-ada@example.org", (string?)json["profiles"]![0]!["metadata"]!["email"]);
        Assert.DoesNotContain("canary-bob", json.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(
            "1",
            (
                await world.Registry.OutsideAsync("SELECT count(*) FROM change_history WHERE act = 'export' AND table_name = 'letta_users'")
            ).Trim()
        );

        int Rows(string part) => json[part]!.AsArray().Count;
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_hundred_thousand_messages_of_one_person_are_erased(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var ada = await world.PersonAsync("Ada");
        await world.Registry.OutsideAsync(
            database == TestDatabase.Sqlite
                ? $"INSERT INTO messages (letta_user_id, role, message) SELECT {ada}, 'user', 'word ' || value FROM generate_series(1, 100000)"
                : $"INSERT INTO messages (letta_user_id, role, message) SELECT {ada}, 'user', 'word ' || n FROM generate_series(1, 100000) AS n"
        );
        var view = (await world.CallAsync((PeopleReader people) => people.FindAsync(ada, Cancel)))!;
        Assert.Equal(100_000, view.Messages);

        var erased = await EraseAsync(world, ada);

        Assert.Equal((100_000, 0), (erased.Rows["messages"], await world.CountAsync<Message>()));
    }

    internal static async Task<ErasureRow> EraseAsync(PeopleWorld world, int person) =>
        Assert
            .IsType<Outcome<ErasureRow>.Ok>(
                await world.CallAsync(
                    (PersonErasure erasure) => erasure.EraseAsync(person, new() { Confirm = PersonErasure.Confirmation(person) }, Cancel)
                )
            )
            .Value;

    /// <summary>One of every row that can be somebody's.</summary>
    private static async Task<int> FillAsync(PeopleWorld world, Channel channel, string who, int number)
    {
        var canary = $"canary-{who}";
        var import = await world.AddAsync(
            new BrocaImport
            {
                Source = $"broca {number}",
                FileName = "sanctum.db",
                FileHash = "0",
                Shape = "v2",
                ImportedBy = "root",
                Report = null,
            }
        );
        var person = await world.AddAsync(
            new LettaUser
            {
                DisplayName = canary,
                CustomInstructions = canary,
                ImportId = import.Id,
                SourceKey = $"broca {number}:letta_users:{number + 500}",
                CreatedAt = world.Now,
            }
        );
        var profile = await world.AddAsync(
            new PlatformProfile
            {
                LettaUserId = person.Id,
                Platform = "telegram",
                PlatformUserId = $"{canary}-id",
                Metadata = $$"""{"email": "{{canary}}@example.org"}""",
                CreatedAt = world.Now,
            }
        );
        await world.MessageAsync(person.Id, canary, canary, null, channel);
        var message = await world.MessageAsync(null, canary, null, null, channel, profile: profile.Id); // By its profile alone.
        var entry = await world.AddAsync(
            new QueueEntry
            {
                LettaUserId = null,
                MessageId = message,
                Status = QueueStatus.Failed,
                Failure = canary,
            }
        );
        await world.AddAsync(
            new QueueAttempt
            {
                QueueId = entry.Id,
                Number = 1,
                Outcome = "failed",
                Excerpt = canary,
            }
        );
        var act = await world.AddAsync(
            new QueueAct
            {
                Kind = QueueActKind.Retry,
                Chosen = $"Entries of {canary}",
                By = "root",
                At = world.Now,
            }
        );
        await world.AddAsync(
            new QueueActRow
            {
                ActId = act.Id,
                QueueId = entry.Id,
                Status = "failed",
            }
        );
        await world.AddAsync(
            new OutboxEntry
            {
                ChannelId = channel.Id,
                QueueId = entry.Id,
                Chat = canary,
                Text = canary,
                Status = OutboxStatus.Sent,
            }
        );
        await world.AddAsync(
            new QueuePause
            {
                Scope = PauseScope.Person,
                Subject = $"{person.Id}",
                PausedBy = "root",
                Reason = canary,
            }
        );
        await world.AddAsync(
            new BrocaOrphan
            {
                ImportId = import.Id,
                SourceTable = "messages:before",
                SourceKey = $"messages:before:{number}",
                Row = $$"""{"id": {{message}}, "before": "{{canary}}"}""",
                Reason = "It was changed.",
            }
        );
        await world.AddAsync(
            new BrocaOrphan
            {
                ImportId = import.Id,
                SourceTable = "messages",
                SourceKey = $"messages:{number}",
                Row = $$"""{"id": 7, "letta_user_id": {{number + 500}}, "message": "{{canary}}"}""",
                Reason = "The person is gone.",
            }
        );
        return person.Id;
    }

    /// <summary>In how many rows the text stands, whichever table it is.</summary>
    private static async Task<int> CountsAsync(PeopleWorld world, string canary)
    {
        string[] places =
        [
            "letta_users.display_name",
            "letta_users.custom_instructions",
            "platform_profiles.platform_user_id",
            "platform_profiles.metadata",
            "messages.message",
            "messages.agent_response",
            "queue.failure",
            "queue_attempts.excerpt",
            "queue_acts.chosen",
            "outbox.text",
            "queue_pauses.reason",
            "person_merges.before",
            "broca_orphans.source_row",
            "erasures.report",
            "change_history.before",
            "change_history.after",
        ];
        var count = string.Join(
            " + ",
            places
                .Select(place => place.Split('.'))
                .Select(p => $"(SELECT count(*) FROM {p[0]} WHERE CAST({p[1]} AS text) LIKE '%{canary}%')")
        );
        return int.Parse((await world.Registry.OutsideAsync($"SELECT {count}")).Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<List<int>> IdsAsync(PeopleWorld world)
    {
        await using var context = world.Registry.Open();
        return await context.LettaUsers.Select(u => u.Id).ToListAsync(Cancel);
    }

    private static async Task<string> RefusalAsync(PeopleWorld world, int person, string? words = null) =>
        Assert
            .IsType<Outcome<ErasureRow>.Invalid>(
                await world.CallAsync(
                    (PersonErasure erasure) =>
                        erasure.EraseAsync(person, new() { Confirm = words ?? PersonErasure.Confirmation(person) }, Cancel)
                )
            )
            .Reasons.Values.Single();
}
