using System.Diagnostics;
using System.Globalization;
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
