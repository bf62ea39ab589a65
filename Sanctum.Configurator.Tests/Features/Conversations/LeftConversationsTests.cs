using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Transfer;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>What becomes of the conversations of a user who is deleted: kept for somebody else, or deleted, on both databases.</summary>
public sealed class LeftConversationsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_kept_is_found_saved_and_given_to_somebody_else_who_has_it_as_his_own(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var id = await SayAsync(world, world.Ursula);
        await SayAsync(world, world.Root);
        Assert.Empty(await ListAsync(world));
        Assert.IsType<Outcome<LeftOwner>.NotFound>(await GiveAsync(world, world.Root.Id));

        var kept = await world.CallAsync((LeftBehind left) => left.OfAsync(world.Ursula.Id, Cancel));
        Assert.Equal(["1 conversation", "1 block of generated code"], kept!.Kept);
        Assert.IsType<Outcome<UserRow>.Ok>(await world.CallAsync((UserService users) => users.DeleteAsync(world.Ursula.Id, Cancel)));

        var owner = Assert.Single(await ListAsync(world));
        Assert.Equal(("ursula", 1), (owner.Name, owner.Conversations));
        Assert.Null(await world.CallAsync((ConversationReader reader) => reader.FindAsync(id, Cancel)));
        var saved = (await SaveAsync(world, owner.Owner))["conversations"]!.AsArray();
        Assert.Equal(2, Assert.Single(saved)!["messages"]!.AsArray().Count);

        var vera = await world.Registry.AddUserAsync("vera", UserRole.User);
        Assert.IsType<Outcome<LeftOwner>.Invalid>(await GiveAsync(world, 999));
        Assert.IsType<Outcome<LeftOwner>.Ok>(await GiveAsync(world, vera.Id));
        Assert.True((await world.CallAsync((ConversationReader reader) => reader.FindAsync(id, Cancel), vera))!.IsOwn);
        var code = await world.CallAsync((CodeReader reader) => reader.ListAsync(new(), new(0, 10), Cancel), vera);
        Assert.True(Assert.Single(Assert.IsType<Outcome<PageOf<CodeRow>>.Ok>(code).Value.Items).IsOwn);
        Assert.Empty(await ListAsync(world));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_deleted_with_the_user_or_afterwards_is_gone_and_nobody_elses(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var vera = await world.Registry.AddUserAsync("vera", UserRole.User);
        await SayAsync(world, world.Ursula);
        await SayAsync(world, vera);
        var own = await SayAsync(world, world.Root);

        Assert.IsType<Outcome<UserRow>.Ok>(
            await world.CallAsync((UserService users) => users.DeleteAsync(world.Ursula.Id, Cancel, withBelongings: true))
        );
        Assert.Empty(await ListAsync(world));
        Assert.Equal((2, 2), await CountAsync(world));
        await world.CallAsync((UserService users) => users.DeleteAsync(vera.Id, Cancel));
        Assert.IsType<Outcome<LeftOwner>.Ok>(
            await world.CallAsync((LeftConversations service) => service.DeleteAsync($"{vera.Id}", Cancel))
        );

        Assert.Equal((1, 1), await CountAsync(world));
        Assert.NotNull(await world.CallAsync((ConversationReader reader) => reader.FindAsync(own, Cancel)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Memories_and_preferences_are_left_given_and_deleted_alike(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var vera = await world.Registry.AddUserAsync("vera", UserRole.User);
        await RememberAsync(world, world.Ursula, "She likes tea");
        await RememberAsync(world, world.Ursula, "Tides are told to everybody", "shared");
        await PreferAsync(world, world.Ursula, "terse");
        await RememberAsync(world, vera, "She likes coffee");
        await PreferAsync(world, vera, "warm");
        Assert.Empty(await ListAsync(world));
        var kept = await world.CallAsync((LeftBehind left) => left.OfAsync(world.Ursula.Id, Cancel));
        Assert.Equal(["1 memory", "preferences"], kept!.Kept.Order(StringComparer.Ordinal));
        await world.CallAsync((UserService users) => users.DeleteAsync(world.Ursula.Id, Cancel));

        var owner = Assert.Single(await ListAsync(world));
        Assert.Equal(("ursula", 0, 1, true), (owner.Name, owner.Conversations, owner.Memories, owner.HasPreferences));
        var saved = await SaveAsync(world, owner.Owner);
        Assert.Equal("She likes tea", (string?)Assert.Single(saved["memories"]!.AsArray())!["content"]);
        Assert.Equal("terse", (string?)saved["preferences"]!["preferred_style"]);

        // Vera has preferences of her own: the others stay.
        Assert.IsType<Outcome<LeftOwner>.Ok>(await GiveAsync(world, vera.Id));
        var rest = Assert.Single(await ListAsync(world));
        Assert.Equal((0, true), (rest.Memories, rest.HasPreferences));
        var hers = await world.CallAsync((MemoryReader reader) => reader.ListAsync(new(), new(0, 10), Cancel), vera);
        Assert.Equal(3, hers.Items.Count(row => row.IsOwn));
        Assert.IsType<Outcome<LeftOwner>.Ok>(await GiveAsync(world, world.Root.Id));
        Assert.Equal("terse", (await world.CallAsync((PreferencesService own) => own.ReadAsync(Cancel))).PreferredStyle);
        Assert.Empty(await ListAsync(world));

        await world.CallAsync((UserService users) => users.DeleteAsync(vera.Id, Cancel, withBelongings: true));
        Assert.Equal(
            (1, 1),
            (await world.CountAsync(registry => registry.Memories), await world.CountAsync(registry => registry.UserPreferences))
        );
        Assert.Empty(await ListAsync(world));
    }

    [Fact]
    public async Task Who_manages_users_and_may_not_everything_reads_nothing_of_a_deleted_administrator()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Admin);
        var mary = await world.Registry.AddUserAsync("mary", UserRole.User, permissions: """["users:manage"]""");
        await SayAsync(world, vera);
        await world.CallAsync((UserService users) => users.DeleteAsync(vera.Id, Cancel));

        Assert.Empty(await ListAsync(world, mary));
        Assert.False(await world.CallAsync((LeftConversations service) => service.HasAsync($"{vera.Id}", Cancel), mary));
        Assert.IsType<Outcome<LeftOwner>.Invalid>(await GiveAsync(world, mary.Id, vera.Id, mary));
        Assert.Single(await ListAsync(world));
    }

    [Fact]
    public async Task Who_may_not_manage_users_finds_and_gives_nothing()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        var vera = await world.Registry.AddUserAsync("vera", UserRole.User);
        await SayAsync(world, vera);
        await world.CallAsync((UserService users) => users.DeleteAsync(vera.Id, Cancel));

        Assert.Empty(await ListAsync(world, world.Ursula));
        Assert.False(await world.CallAsync((LeftConversations service) => service.HasAsync($"{vera.Id}", Cancel), world.Ursula));
        Assert.IsType<Outcome<LeftOwner>.Invalid>(await GiveAsync(world, world.Ursula.Id, vera.Id, world.Ursula));
        Assert.IsType<Outcome<LeftOwner>.Invalid>(
            await world.CallAsync((LeftConversations service) => service.DeleteAsync($"{vera.Id}", Cancel), world.Ursula)
        );
        Assert.Null(await world.CallAsync((LeftBehind left) => left.OfAsync(world.Root.Id, Cancel), world.Ursula));
        Assert.Single(await ListAsync(world));
    }

    private static Task RememberAsync(ConversationsWorld world, User who, string content, string scope = "person") =>
        world.Registry.OutsideAsync(
            $"INSERT INTO memory_long_term (user_id, memory_type, content, scope) VALUES ('{who.Id}', 'preference', '{content}', '{scope}')"
        );

    private static Task PreferAsync(ConversationsWorld world, User who, string style) =>
        world.Registry.OutsideAsync($"INSERT INTO user_preferences (user_id, preferred_style) VALUES ('{who.Id}', '{style}')");

    private static async Task<JsonNode> SaveAsync(ConversationsWorld world, string owner)
    {
        using var file = new MemoryStream();
        return await world.CallAsync(
            async (LeftConversations service) =>
            {
                Assert.True(await service.HasAsync(owner, Cancel));
                await service.WriteAsync(owner, file, Cancel);
                return JsonNode.Parse(file.ToArray())!;
            }
        );
    }

    private static async Task<Guid> SayAsync(ConversationsWorld world, User who)
    {
        world.Provider.Words = ["```js\nlet a;\n```"];
        var begun = await world.AskAsync("Make it", who: who);
        await world.TickAsync();
        return begun.ConversationId;
    }

    private static Task<IReadOnlyList<LeftOwner>> ListAsync(ConversationsWorld world, User? who = null) =>
        world.CallAsync((LeftConversations service) => service.ListAsync(Cancel), who);

    private static Task<Outcome<LeftOwner>> GiveAsync(ConversationsWorld world, int to, int? from = null, User? who = null) =>
        world.CallAsync((LeftConversations service) => service.GiveAsync($"{from ?? world.Ursula.Id}", new() { UserId = to }, Cancel), who);

    private static async Task<(int, int)> CountAsync(ConversationsWorld world) =>
        (await world.CountAsync(registry => registry.Conversations), await world.CountAsync(registry => registry.CodeBlocks));
}
