using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Features.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.GeneratedCode;

/// <summary>Code is found after an answer has ended and in what is imported, once, whatever stops in between, on both databases.</summary>
public sealed class LateCodeTests
{
    private const string Card = "```tsx title=\"PricingCard.tsx\"\nexport default function PricingCard() {}\n```";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_answer_that_ended_before_its_code_was_found_has_it_found_by_the_next_console_once(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        world.Provider.Words = [Card];
        var begun = await world.AskAsync("Make it");
        await world.BeginAsync();
        await world.EndWithoutCodeAsync();
        Assert.Equal(
            (0, Sanctum.Configurator.Registry.Conversations.ConversationMessageState.Complete),
            (await world.CountAsync(registry => registry.CodeBlocks), (await world.MessageAsync(begun)).State)
        );
        world.Clock.Advance(TimeSpan.FromDays(8));
        await world.CallAsync((ConversationRetention retention) => retention.CleanUpAsync(Cancel));

        await Task.WhenAll(world.FindCodeAsync(), world.FindCodeAsync());
        await world.FindCodeAsync();

        Assert.Equal(1, await world.CountAsync(registry => registry.CodeBlocks));
        Assert.Equal(0, await world.CountAsync(registry => registry.ConversationPieces));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_conversation_that_is_deleted_at_once_leaves_its_code(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        world.Provider.Words = [Card];
        var begun = await world.AskAsync("Make it");
        await world.BeginAsync();
        await world.EndWithoutCodeAsync();

        await world.CallAsync((ConversationService service) => service.DeleteAsync(begun.ConversationId, Cancel));

        await using var registry = world.Registry.Open();
        var kept = await registry.CodeBlocks.SingleAsync(Cancel);
        Assert.Equal(("PricingCard", (Guid?)null), (kept.ComponentName, kept.MessageId));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Imported_conversations_bring_their_code_and_it_is_never_there_twice(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var file = FileOf("c-1", ("Make a card", $"Here:\n\n{Card}\n\n{Card}"), ("Thanks", "```js\nnever closed"));
        await ImportAsync(world, file);
        await ImportAsync(world, file);
        var rows = await ListAsync(world);
        Assert.Equal([("PricingCard", 1), ("PricingCard", 2)], rows.Select(row => (row.ComponentName!, row.Ordinal!.Value)));
        Assert.All(rows, row => Assert.NotNull(row.MessageId));
        Assert.Equal("Make a card", (await world.CallAsync((CodeReader reader) => reader.FindAsync(rows[0].Id, Cancel)))!.Prompt);

        await world.CallAsync((ConversationService service) => service.DeleteAsync(rows[0].ConversationId!.Value, Cancel));
        Assert.All(await ListAsync(world), row => Assert.Null(row.MessageId));
        await ImportAsync(world, file);

        var again = await ListAsync(world);
        Assert.Equal(rows.Select(row => row.Id).Order(), again.Select(row => row.Id).Order());
        Assert.All(again, row => Assert.NotNull(row.MessageId));
        await ImportAsync(world, FileOf("c-2", ("Make a card", Card)));
        Assert.Equal(3, (await ListAsync(world)).Count);
    }

    private static byte[] FileOf(string id, params (string Asked, string Answered)[] said) =>
        Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(
                new[]
                {
                    new
                    {
                        id,
                        title = "Cards",
                        messages = said.SelectMany(
                            (pair, at) =>
                                new[] { new { role = "user", content = pair.Asked }, new { role = "assistant", content = pair.Answered } }
                        ),
                    },
                }
            )
        );

    private static async Task ImportAsync(ConversationsWorld world, byte[] file)
    {
        var outcome = await world.CallAsync((ConversationImport import) => import.RunAsync(file, isPreview: false, Cancel));
        Assert.Empty(Assert.IsType<Outcome<ImportReport>.Ok>(outcome).Value.Problems);
    }

    private static async Task<IReadOnlyList<CodeRow>> ListAsync(ConversationsWorld world) =>
        Assert
            .IsType<Outcome<PageOf<CodeRow>>.Ok>(await world.CallAsync((CodeReader reader) => reader.ListAsync(new(), new(0, 50), Cancel)))
            .Value.Items;
}
