using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Features.Messaging.Channels;
using Sanctum.Configurator.Tests.Support;
using static Sanctum.Configurator.Registry.Messaging.OutboxStatus;

namespace Sanctum.Configurator.Tests.Features.Messaging.Outbox;

public sealed class DecidingAboutManyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task All_that_match_are_sent_again_with_what_they_held(TestDatabase database)
    {
        await using var world = await CreateAsync(database);

        var result = await OkAsync(world, new() { Kind = OutboxActKind.Retry, Filter = new("unknown") });

        Assert.Equal((2, 0), (result.Done, result.Left));
        Assert.Equal([Queued, Queued, Queued, Failed], await world.StatesAsync());
        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM change_history WHERE act = 'retry'"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Marked_as_arrived_the_rest_of_their_answers_goes_on(TestDatabase database)
    {
        await using var world = await CreateAsync(database);

        Assert.Equal(2, (await OkAsync(world, new() { Kind = OutboxActKind.Resolve, Ids = [1, 2, 3, 4] })).Done);

        Assert.Equal([Sent, Queued, Sent, Failed], await world.StatesAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_part_behind_one_that_may_have_arrived_is_refused_with_the_reason(TestDatabase database)
    {
        await using var world = await CreateAsync(database);

        var result = await OkAsync(world, new() { Kind = OutboxActKind.Retry, Filter = new("failed") });

        Assert.Equal([4], result.Ids);
        Assert.Equal(new OutboxRefusal(2, "Decide about part 1 of this answer first: it may have arrived."), Assert.Single(result.Refused));
        Assert.Equal([Unknown, Failed, Unknown, Queued], await world.StatesAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_dry_run_says_the_same_and_changes_nothing(TestDatabase database)
    {
        await using var world = await CreateAsync(database);
        var form = new OutboxActForm { Kind = OutboxActKind.Cancel, Filter = new() };

        var tried = await OkAsync(world, form, dryRun: true);
        Assert.Equal([Unknown, Failed, Unknown, Failed], await world.StatesAsync());
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM change_history WHERE table_name = 'outbox'"));

        Assert.Equal(tried.Ids, (await OkAsync(world, form)).Ids);
        Assert.All(await world.StatesAsync(), state => Assert.Equal(Cancelled, state));
    }

    [Fact]
    public async Task What_can_not_be_done_is_refused_in_a_sentence()
    {
        await using var world = await CreateAsync(TestDatabase.Sqlite);
        var viewer = await world.Registry.AddUserAsync("eve", UserRole.Viewer);

        foreach (
            var (form, reason) in new (OutboxActForm, string)[]
            {
                (new() { Ids = [1] }, "Enter a kind. Allowed: retry, resolve, cancel."),
                (new() { Kind = OutboxActKind.Retry }, "Enter ids or a filter: one of the two."),
                (new() { Kind = OutboxActKind.Retry, Filter = new("lost") }, "The state must be one of open, all, queued, "),
                (
                    new() { Kind = OutboxActKind.Resolve, Ids = [2, 99] },
                    "Nothing to do. Only what may have arrived can be marked as arrived."
                ),
            }
        )
        {
            Assert.StartsWith(reason, await RefusedAsync(world, form), StringComparison.Ordinal);
        }

        Assert.Contains(
            "permission",
            await RefusedAsync(world, new() { Kind = OutboxActKind.Retry, Ids = [1] }, viewer),
            StringComparison.Ordinal
        );
        Assert.Equal([Unknown, Failed, Unknown, Failed], await world.StatesAsync());
    }

    /// <summary>An answer in two parts, the first of which may have arrived; one in one part, the same; and one that was refused.</summary>
    private static async Task<ChannelsWorld> CreateAsync(TestDatabase database)
    {
        var world = await ChannelsWorld.CreateAsync(database);
        var channel = (await world.AddAsync()).Id;
        world.Fake.Judge = (piece, _) =>
            Task.FromResult<SendResult>(
                piece.Text == "no" ? new SendResult.Refused("No such chat.") : new SendResult.Unknown("The connection broke off.")
            );
        await world.EnqueueAsync(channel, "1|2", "a");
        await world.EnqueueAsync(channel, "other", "b");
        await world.EnqueueAsync(channel, "no", "c");
        await world.SendAsync();
        Assert.Equal([Unknown, Failed, Unknown, Failed], await world.StatesAsync());
        return world;
    }

    private static Task<Outcome<OutboxActResult>> RunAsync(
        ChannelsWorld world,
        OutboxActForm form,
        bool dryRun = false,
        User? who = null
    ) => world.CallAsync((OutboxActs acts) => acts.RunAsync(form, dryRun, Cancel), who);

    private static async Task<OutboxActResult> OkAsync(ChannelsWorld world, OutboxActForm form, bool dryRun = false) =>
        Assert.IsType<Outcome<OutboxActResult>.Ok>(await RunAsync(world, form, dryRun)).Value;

    private static async Task<string> RefusedAsync(ChannelsWorld world, OutboxActForm form, User? who = null) =>
        Assert.IsType<Outcome<OutboxActResult>.Invalid>(await RunAsync(world, form, who: who)).ProblemWith("it")!;
}
