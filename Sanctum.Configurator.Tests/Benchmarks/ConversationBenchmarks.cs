using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Rendering;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Tests.Features.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// How long a conversation of as many messages as <c>SANCTUM_BENCHMARK_MESSAGES</c> says (10,000 otherwise) takes to be opened, paged through
/// and searched, and what many streams at once add to each piece:
/// <c>dotnet run -c Release -- --explicit only --filter-class "*ConversationBenchmarks" --show-live-output on</c>. It prints what it measures
/// and judges nothing.
/// </summary>
public sealed class ConversationBenchmarks(ITestOutputHelper output)
{
    private const int Rounds = 15;
    private const int Streams = 200;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Explicit = true, Timeout = 0)]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_long_conversation(TestDatabase database)
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SANCTUM_BENCHMARK_MESSAGES") ?? "10000", CultureInfo.InvariantCulture);
        await using var world = await ConversationsWorld.CreateAsync(database);
        var id = await FillAsync(world, count);
        await TimeAsync("newest 20", () => PageAsync(world, id, null));
        var oldest = (await PageAsync(world, id, null))!.Before;
        await TimeAsync("20 before these", () => PageAsync(world, id, oldest));
        foreach (var words in new[] { "lighthouse", "number", "nowhere" })
        {
            await TimeAsync($"search {words}", () => world.CallAsync((ConversationSearch search) => search.FindAsync(words, Cancel)));
        }
    }

    /// <summary>Conversations of a hundred messages each, all of one person.</summary>
    [Theory(Explicit = true, Timeout = 0)]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Searching_a_million_messages(TestDatabase database)
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SANCTUM_BENCHMARK_MESSAGES") ?? "1000000", CultureInfo.InvariantCulture);
        await using var world = await ConversationsWorld.CreateAsync(database);
        var began = Stopwatch.GetTimestamp();
        await FillManyAsync(world, count);
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{count:N0} messages made in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s")
        );
        foreach (
            var words in new[]
            {
                "lighthouse",
                "number",
                "number about",
                "topic17",
                "number lighthouse",
                "topic17 topic18",
                "\"number 999\"",
                "lightho*",
                "nowhere",
                "number -lighthouse",
            }
        )
        {
            await TimeAsync($"{database} {words}", () => world.CallAsync((ConversationSearch search) => search.FindAsync(words, Cancel)));
        }
    }

    private static async Task FillManyAsync(ConversationsWorld world, int count)
    {
        await using var registry = world.Registry.Open();
        registry.Database.SetCommandTimeout(TimeSpan.FromMinutes(20));
        var (isSqlite, talks) = (registry.Database.IsSqlite(), (count / 100) - 1);
        string Numbers(int last) =>
            isSqlite
                ? $"WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
                : $"WITH n AS (SELECT generate_series(0, {last}) AS i)";
        string Id(string of, int kind) =>
            isSqlite
                ? $"printf('0191d2b0-000{kind}-7000-8000-%012x', {of})"
                : $"('0191d2b0-000{kind}-7000-8000-' || lpad(to_hex({of}), 12, '0'))::uuid";
        string At(string of) =>
            isSqlite ? $"strftime('%Y-%m-%d %H:%M:%f', 1767225600 + {of}, 'unixepoch')" : $"to_timestamp(1767225600 + {of})";
        foreach (
            var sql in new[]
            {
                $"INSERT INTO conversations (id, user_id, title, updated_at, message_count) {Numbers(talks)} SELECT {Id("i", 1)}, '{world.Root.Id}', 'Talk ' || i, {At("i")}, 100 FROM n",
                $"INSERT INTO conversation_messages (id, conversation_id, role, content, created_at) {Numbers(count - 1)} SELECT {Id("i", 2)}, {Id("i / 100", 1)}, CASE i % 2 WHEN 0 THEN 'user' ELSE 'assistant' END, 'Message number ' || i || ' about topic' || (i % 5000) || CASE i % 100000 WHEN 0 THEN ' of the lighthouse' ELSE '' END || '. It goes on for a while, as messages do, with some words that many have and a few that only one has, such as w' || i || '.', {At("i")} FROM n",
                "ANALYZE",
            }
        )
        {
#pragma warning disable EF1002 // The benchmark's own statements.
            await registry.Database.ExecuteSqlRawAsync(sql, Cancel);
#pragma warning restore EF1002
        }
    }

    [Fact(Explicit = true, Timeout = 0)]
    public async Task Many_streams_at_once()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Provider.Words = [.. Enumerable.Range(0, 200).Select(number => $"word {number} ")];
        for (var number = 0; number < Streams; number++)
        {
            await world.AskAsync($"Question {number}");
        }

        var began = Stopwatch.GetTimestamp();
        for (var round = 0; round < 4; round++)
        {
            await world.TickAsync();
        }

        var took = Stopwatch.GetElapsedTime(began);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Streams} streams of 200 words: {took.TotalMilliseconds:N0} ms"));
    }

    [Fact(Explicit = true, Timeout = 0)]
    public void Ten_megabytes_of_markdown_that_grow()
    {
        var blocks = new MarkdownBlocks();
        var began = Stopwatch.GetTimestamp();
        for (var at = 0; at < 100_000; at++)
        {
            blocks.Add($"Paragraph {at} with **bold** text and `code`, which is about a hundred characters long in all, I think.\n\n");
            _ = at % 50 == 0 ? blocks.Blocks.Count() : 0;
        }

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"10 MB in 2,000 drawings: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms"
            )
        );
    }

    private static async Task<Guid> FillAsync(ConversationsWorld world, int count)
    {
        await using var context = world.Registry.Open();
        var (id, now) = (Guid.CreateVersion7(), world.Clock.GetUtcNow());
        var messages = Enumerable
            .Range(0, count)
            .Select(number => (Number: number, Id: Guid.CreateVersion7(now.AddMilliseconds(number))))
            .ToList();
        context.Add(
            new Conversation
            {
                Id = id,
                UserId = $"{world.Root.Id}",
                Title = "A long one",
                CreatedAt = now,
                UpdatedAt = now,
                MessageCount = count,
                LeafMessageId = messages[^1].Id,
            }
        );
        context.AddRange(
            messages.Select(message => new ConversationMessage
            {
                Id = message.Id,
                ConversationId = id,
                ParentId = message.Number == 0 ? null : messages[message.Number - 1].Id,
                IsFirst = message.Number == 0,
                Role = message.Number % 2 == 0 ? ConversationMessage.User : ConversationMessage.Assistant,
                Content =
                    $"Message number {message.Number}{(message.Number % 1000 == 0 ? " of the lighthouse" : "")}. {new string('x', 300)}",
                CreatedAt = now.AddMilliseconds(message.Number),
            })
        );
        await context.SaveChangesAsync(Cancel);
        return id;
    }

    private static Task<ConversationPage?> PageAsync(ConversationsWorld world, Guid id, Guid? before) =>
        world.CallAsync((ConversationReader reader) => reader.PageAsync(id, before, null, 20, Cancel));

    private async Task TimeAsync<T>(string what, Func<Task<T>> act)
    {
        await act();
        var began = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            await act();
        }

        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{what}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds / Rounds:N1} ms")
        );
    }
}
