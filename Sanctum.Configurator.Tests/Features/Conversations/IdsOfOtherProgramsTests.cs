using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>
/// UUIDs that other programs write by plain SQL, in whatever form, are one id: what is listed is found, on SQLite as on PostgreSQL.
/// </summary>
public sealed class IdsOfOtherProgramsTests
{
    private const string Talk = "0191d2b0-00ab-7000-8000-00000000000c";
    private const string First = "0191d2b0-00ab-7000-8000-0000000000f1";
    private const string Second = "0191d2b0-00ab-7000-8000-0000000000f2";
    private const string Remembered = "0191d2b0-00ab-7000-8000-0000000000a1";
    private const string Block = "0191d2b0-00ab-7000-8000-0000000000b1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase, string> Forms =>
        new()
        {
            { TestDatabase.Sqlite, "capitals" },
            { TestDatabase.Sqlite, "braces" },
            { TestDatabase.Sqlite, "no dashes" },
            { TestDatabase.Postgres, "capitals" },
            { TestDatabase.Postgres, "no dashes" },
        };

    [Theory, MemberData(nameof(Forms))]
    public async Task Whatever_is_listed_is_found_by_its_id(TestDatabase database, string form)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        await InsertAsync(world, id => $"'{Written(id, form)}'");

        await AssertFoundAsync(world);
    }

    [Fact]
    public async Task Sixteen_bytes_are_an_id_too()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await InsertAsync(world, id => $"X'{id.Replace("-", "", StringComparison.Ordinal)}'");

        await AssertFoundAsync(world);
    }

    [Fact]
    public async Task Rows_of_before_are_found_from_the_next_start_on()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await world.Registry.OutsideAsync(
            string.Concat(
                (await world.Registry.OutsideAsync("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_ids_%'"))
                    .Split('\n')
                    .Select(name => $"DROP TRIGGER {name};")
            )
        );
        await InsertAsync(world, id => $"'{Written(id, "capitals")}'");
        Assert.Null(await world.CallAsync((ConversationReader reader) => reader.FindAsync(Guid.Parse(Talk), Cancel)));

        await world.Registry.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(Cancel);

        await AssertFoundAsync(world);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_no_id_is_refused_by_both_databases(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        await using var registry = world.Registry.Open();
        foreach (
            var sql in new[]
            {
                "INSERT INTO conversations (id, title) VALUES ('talk-1', 'x')",
                $"INSERT INTO conversations (id, title) VALUES ('{Talk}0', 'x')",
                "INSERT INTO memory_long_term (user_id, memory_type, content, source_conversation_id) VALUES ('1', 'pattern', 'x', 'talk-1')",
            }
        )
        {
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => registry.Database.ExecuteSqlRawAsync(sql, Cancel));
        }

        Assert.Equal(0, await world.CountAsync(all => all.Conversations));
    }

    private static string Written(string id, string form) =>
        form switch
        {
            "capitals" => id.ToUpperInvariant(),
            "braces" => $"{{{id}}}",
            _ => id.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant(),
        };

    private static async Task InsertAsync(ConversationsWorld world, Func<string, string> written)
    {
        var me = world.Root.Id;
        foreach (
            var sql in new[]
            {
                $"INSERT INTO conversations (id, user_id, title) VALUES ({written(Talk)}, '{me}', 'From elsewhere')",
                $"INSERT INTO conversation_messages (id, conversation_id, role, content, created_at) VALUES ({written(First)}, {written(Talk)}, 'user', 'The lighthouse', '2026-01-01 00:01:00')",
                $"INSERT INTO conversation_messages (id, conversation_id, parent_id, role, content, created_at) VALUES ({written(Second)}, {written(Talk)}, {written(First)}, 'assistant', 'It stands', '2026-01-01 00:02:00')",
                $"UPDATE conversations SET leaf_message_id = {written(Second)} WHERE title = 'From elsewhere'",
                $"INSERT INTO memory_long_term (id, user_id, memory_type, content, source_conversation_id) VALUES ({written(Remembered)}, '{me}', 'preference', 'Likes lighthouses', {written(Talk)})",
                $"INSERT INTO generated_code (id, user_id, conversation_id, message_id, component_name, code) VALUES ({written(Block)}, '{me}', {written(Talk)}, {written(Second)}, 'Lamp', 'let lamp;')",
                $"INSERT INTO user_preferences (id, user_id, preferred_style) VALUES ({written(Remembered)}, '{me}', 'terse')",
            }
        )
        {
            await world.Registry.OutsideAsync(world.Registry.Location.IsSqlite ? $"PRAGMA foreign_keys = ON; {sql}" : sql);
        }
    }

    private static async Task AssertFoundAsync(ConversationsWorld world)
    {
        var page = await world.CallAsync((ConversationReader reader) => reader.ListAsync(new(0, 10), false, Cancel));
        Assert.Equal(Guid.Parse(Talk), Assert.Single(page.Items).Id);
        Assert.NotNull(await world.CallAsync((ConversationReader reader) => reader.FindAsync(Guid.Parse(Talk), Cancel)));
        Assert.Equal(["The lighthouse", "It stands"], (await world.MessagesAsync(Guid.Parse(Talk))).Select(m => m.Content));
        var hits = await world.CallAsync((ConversationSearch search) => search.FindAsync("lighthouse", Cancel));
        Assert.Equal(Guid.Parse(First), Assert.Single(Assert.IsType<Outcome<IReadOnlyList<ConversationHit>>.Ok>(hits).Value).MessageId);
        Assert.NotNull(await world.CallAsync((MemoryReader reader) => reader.FindAsync(Guid.Parse(Remembered), Cancel)));
        var code = await world.CallAsync((CodeReader reader) => reader.FindAsync(Guid.Parse(Block), Cancel));
        Assert.NotNull(code);
        var found = await world.CallAsync((CodeReader reader) => reader.ListAsync(new("lamp"), new(0, 10), Cancel));
        Assert.Single(Assert.IsType<Outcome<PageOf<CodeRow>>.Ok>(found).Value.Items);
        var begun = await world.AskAsync("And?", Guid.Parse(Talk));
        Assert.Equal(Guid.Parse(Talk), begun.ConversationId);
        Assert.IsType<Outcome<ConversationRow>.Ok>(
            await world.CallAsync((ConversationService service) => service.DeleteAsync(Guid.Parse(Talk), Cancel))
        );
        Assert.Equal(0, await world.CountAsync(registry => registry.ConversationMessages));
    }
}
