using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.GeneratedCode;

/// <summary>What answers bring of code is kept once, for their owner, and found again, on both databases.</summary>
public sealed class ArchivingCodeTests
{
    private const string Card = "```tsx title=\"PricingCard.tsx\"\nexport default function PricingCard() {}\n```";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_blocks_of_an_answer_are_kept_with_its_question_and_stay_when_it_goes(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var begun = await AnswerAsync(
            world,
            "Make a pricing card",
            $"Here:\n\n## Variant A\n\n{Card}\n\n## Variant B\n\n```css\n.price {{ }}\n```\n"
        );

        var rows = await ListAsync(world, new());
        Assert.Equal([(1, "PricingCard", "tsx", "Variant A"), (2, null, "css", "Variant B")], rows.Select(Facts));
        Assert.All(
            rows,
            row => Assert.Equal((begun.ConversationId, begun.MessageId, true), (row.ConversationId, row.MessageId, row.IsOwn))
        );
        var view = (await FindAsync(world, rows[0].Id))!;
        Assert.Equal(("export default function PricingCard() {}", "Make a pricing card"), (view.Code, view.Prompt));
        Assert.Equal([rows[1].Id], view.Others.Select(other => other.Id));

        await world.CallAsync((ConversationService service) => service.DeleteAsync(begun.ConversationId, Cancel), world.Ursula);
        var kept = (await FindAsync(world, rows[0].Id))!;
        Assert.Equal((null, null, "export default function PricingCard() {}"), (kept.Row.ConversationId, kept.Row.MessageId, kept.Code));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Nobody_else_sees_it_until_its_conversation_is_shared_and_then_only_reads(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var begun = await AnswerAsync(world, "Make it", Card);
        var id = Assert.Single(await ListAsync(world, new())).Id;
        var of = new CodeFilter(Conversation: begun.ConversationId);

        Assert.Empty(await ListAsync(world, new(), world.Root));
        Assert.Empty(await ListAsync(world, of, world.Root));
        Assert.Null(await FindAsync(world, id, world.Root));
        await world.CallAsync(
            (ConversationService service) => service.ChangeAsync(begun.ConversationId, new() { IsShared = true }, null, Cancel),
            world.Ursula
        );

        Assert.False((await FindAsync(world, id, world.Root))!.Row.IsOwn);
        Assert.Equal([id], (await ListAsync(world, of, world.Root)).Select(row => row.Id));
        Assert.Empty(await ListAsync(world, new(), world.Root));
        Assert.IsType<Outcome<CodeRow>.NotFound>(await DeleteAsync(world, id, world.Root));
        Assert.IsType<Outcome<CodeRow>.Ok>(await DeleteAsync(world, id, world.Ursula));
        Assert.IsType<Outcome<CodeRow>.NotFound>(await DeleteAsync(world, id, world.Ursula));
        Assert.Contains("```tsx", (await world.MessageAsync(begun, world.Ursula)).Content, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_answer_that_broke_off_keeps_its_whole_blocks_and_going_on_adds_the_rest(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        world.Provider.Words = ["```js\nlet a;\n```\n", "\n```css\n.b {"];
        var begun = await world.AskAsync("Both", who: world.Ursula);
        await world.BreakAsync();
        Assert.Equal([(1, null, "js", null)], (await ListAsync(world, new())).Select(Facts));
        await world.ChangeModelAsync("fine");
        world.Provider.Words = [" }\n```\n"];

        await world.CallAsync((AnswerRuns runs) => runs.ContinueAsync(begun.ConversationId, begun.MessageId, Cancel), world.Ursula);
        await world.TickAsync();

        Assert.Equal([(1, null, "js", null), (2, null, "css", null)], (await ListAsync(world, new())).Select(Facts));
    }

    [Fact]
    public async Task A_temporary_conversation_and_an_answer_that_failed_keep_none()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await AnswerAsync(world, "Hidden", Card, form => form.IsTemporary = true);
        world.Provider.Words = ["```\n", "never closed"];
        await world.AskAsync("Open", who: world.Ursula);
        await world.TickAsync();

        Assert.Equal(0, await world.CountAsync(registry => registry.CodeBlocks));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task It_is_found_by_words_language_and_name(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        await AnswerAsync(world, "Make a pricing card", Card);
        await AnswerAsync(world, "A lighthouse of Löwenstein", "```html\n<title>Lighthouse</title><p>Größe 🎈 東京タワー</p>\n```");
        await AnswerAsync(world, "Another", "```TSX\nconst Hero = () => null\n```");

        Assert.Equal(["PricingCard"], await NamesAsync("pricing"));
        Assert.Equal(["PricingCard"], await NamesAsync("function -hero"));
        Assert.Equal(["PricingCard"], await NamesAsync("Pric*"));
        Assert.Equal(["PricingCard"], await NamesAsync("\"export default\""));
        Assert.Equal(["Lighthouse"], await NamesAsync("löwenstein"));
        Assert.Equal(["Lighthouse"], await NamesAsync("京タ"));
        Assert.Equal(["Lighthouse"], await NamesAsync("🎈"));
        Assert.Equal(["Hero", "PricingCard"], await NamesAsync("-lighthouse"));
        Assert.Equal(["Hero", "PricingCard"], (await ListAsync(world, new(Language: "tsx"))).Select(row => row.ComponentName).Order());
        Assert.Equal(["Hero"], (await ListAsync(world, new(Name: "Hero"))).Select(row => row.ComponentName));
        Assert.Empty(await NamesAsync("'; DROP TABLE generated_code; --"));
        var choices = await world.CallAsync((CodeReader reader) => reader.ChoicesAsync(Cancel), world.Ursula);
        Assert.Equal(["tsx", "html"], choices.Languages);
        Assert.Equal(["Hero", "Lighthouse", "PricingCard"], choices.Names);
        Assert.IsType<Outcome<PageOf<CodeRow>>.Invalid>(
            await world.CallAsync((CodeReader reader) => reader.ListAsync(new("\"open"), new(0, 10), Cancel))
        );

        async Task<IEnumerable<string?>> NamesAsync(string words) =>
            (await ListAsync(world, new(words))).Select(row => row.ComponentName).Order(StringComparer.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_page_is_a_part_of_all_the_newest_first(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        for (var number = 1; number <= 3; number++)
        {
            await AnswerAsync(world, $"{number}", $"```\nfirst {number}\n```\n\n```\nsecond {number}\n```");
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var page = Assert.IsType<Outcome<PageOf<CodeRow>>.Ok>(
            await world.CallAsync((CodeReader reader) => reader.ListAsync(new(), new(1, 3), Cancel), world.Ursula)
        );

        Assert.Equal(6, page.Value.Total);
        Assert.Equal(["second 3", "first 2", "second 2"], page.Value.Items.Select(row => row.Excerpt));
    }

    [Fact]
    public async Task What_other_programs_wrote_belongs_to_whom_they_say()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        await world.Registry.OutsideAsync(
            $"INSERT INTO generated_code (code, user_id) VALUES ('x = 1', '{world.Ursula.Id}'); INSERT INTO generated_code (code) VALUES ('y = 1');"
        );

        Assert.Equal(["x = 1"], (await ListAsync(world, new())).Select(row => row.Excerpt));
        Assert.Empty(await ListAsync(world, new(), world.Root));
    }

    private static (int?, string?, string?, string?) Facts(CodeRow row) => (row.Ordinal, row.ComponentName, row.Language, row.VariantLabel);

    private static async Task<BegunAnswer> AnswerAsync(
        ConversationsWorld world,
        string question,
        string answer,
        Action<AskForm>? change = null
    )
    {
        world.Provider.Words = [answer];
        var begun = await world.AskAsync(question, change: change, who: world.Ursula);
        await world.TickAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        return begun;
    }

    private static async Task<IReadOnlyList<CodeRow>> ListAsync(ConversationsWorld world, CodeFilter filter, User? who = null) =>
        Assert
            .IsType<Outcome<PageOf<CodeRow>>.Ok>(
                await world.CallAsync((CodeReader reader) => reader.ListAsync(filter, new(0, 100), Cancel), who ?? world.Ursula)
            )
            .Value.Items;

    private static Task<CodeView?> FindAsync(ConversationsWorld world, Guid id, User? who = null) =>
        world.CallAsync((CodeReader reader) => reader.FindAsync(id, Cancel), who ?? world.Ursula);

    private static Task<Outcome<CodeRow>> DeleteAsync(ConversationsWorld world, Guid id, User who) =>
        world.CallAsync((CodeService service) => service.DeleteAsync(id, Cancel), who);
}
