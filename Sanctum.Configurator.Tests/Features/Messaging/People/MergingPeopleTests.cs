using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.People;

public sealed class MergingPeopleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_split_restores_exactly_what_was_before_the_merge(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var ada = await world.PersonAsync("Ada", ("telegram", "1", "ada"));
        var other = await world.PersonAsync("Countess", ("email", "ada@example.org", null));
        await world.Registry.OutsideAsync(
            $"UPDATE letta_users SET agent_preferences = '[1, 2]', custom_instructions = 'Be brief' WHERE id = {other}"
        );
        await world.Registry.OutsideAsync($"UPDATE letta_users SET agent_preferences = '{{\"a\":  1}}' WHERE id = {ada}");
        var (adaBefore, otherBefore) = (await world.ReadAsync(ada), await world.ReadAsync(other));

        var merged = await ListingPeopleTests.MergeAsync(
            world,
            ada,
            other,
            "display_name",
            "agent_preferences",
            "custom_instructions",
            "conversation_history_limit"
        );
        Assert.Equal(("Countess", "Be brief"), (merged.Name, merged.CustomInstructions));
        var split = await SplitAsync(world, other);

        Assert.Null(split.MergedInto);
        foreach (var (before, id) in new[] { (adaBefore, ada), (otherBefore, other) })
        {
            var after = await world.ReadAsync(id);
            Assert.Equal(
                (before.DisplayName, before.CustomInstructions, before.MergedInto, before.ConversationHistoryLimit, before.IsActive),
                (after.DisplayName, after.CustomInstructions, after.MergedInto, after.ConversationHistoryLimit, after.IsActive)
            );
            Assert.Equal(before.AgentPreferences, after.AgentPreferences);
        }

        Assert.Equal(2, await world.CountAsync<PlatformProfile>());
    }

    [Fact]
    public async Task What_somebody_changed_since_stays_when_it_is_split()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (ada, other) = (await world.PersonAsync("Ada"), await world.PersonAsync("Countess"));
        await ListingPeopleTests.MergeAsync(world, ada, other, "display_name", "custom_instructions");
        await SaveAsync(world, ada, form => form.DisplayName = "Lady Lovelace");

        await SplitAsync(world, other);

        Assert.Equal("Lady Lovelace", (await world.ReadAsync(ada)).DisplayName);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Splits_in_any_order_lead_back_to_the_beginning(bool newestFirst)
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (a, b, c) = (await world.PersonAsync("A"), await world.PersonAsync("B"), await world.PersonAsync("C"));
        await ListingPeopleTests.MergeAsync(world, a, b, "display_name");
        await ListingPeopleTests.MergeAsync(world, a, c, "display_name");

        foreach (var one in newestFirst ? new[] { c, b } : [b, c])
        {
            await SplitAsync(world, one);
        }

        Assert.Equal(
            [("A", null), ("B", null), ("C", null)],
            new[] { await world.ReadAsync(a), await world.ReadAsync(b), await world.ReadAsync(c) }.Select(u =>
                (u.DisplayName, u.MergedInto)
            )
        );
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Whoever_was_merged_into_the_merged_one_goes_with_them_and_comes_back(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var (a, b, c) = (await world.PersonAsync("A"), await world.PersonAsync("B"), await world.PersonAsync("C"));
        await ListingPeopleTests.MergeAsync(world, b, a);
        var top = await ListingPeopleTests.MergeAsync(world, c, b);
        Assert.Equal([a, b], top.Merged.Select(row => row.PersonId).Order());
        Assert.Equal(c, (await world.ReadAsync(a)).MergedInto);

        await SplitAsync(world, b);

        Assert.Equal((b, null), ((await world.ReadAsync(a)).MergedInto, (await world.ReadAsync(b)).MergedInto));
    }

    [Fact]
    public async Task Whoever_was_merged_anew_meanwhile_stays_where_they_are()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (a, b, c) = (await world.PersonAsync("A"), await world.PersonAsync("B"), await world.PersonAsync("C"));
        await ListingPeopleTests.MergeAsync(world, b, a);
        await ListingPeopleTests.MergeAsync(world, c, b);
        await SplitAsync(world, a);
        await ListingPeopleTests.MergeAsync(world, c, a);

        await SplitAsync(world, b);

        Assert.Equal(c, (await world.ReadAsync(a)).MergedInto);
    }

    [Fact]
    public async Task Nobody_is_merged_into_themselves_in_a_circle_or_twice()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (a, b, c) = (await world.PersonAsync("A"), await world.PersonAsync("B"), await world.PersonAsync("C"));

        Assert.Contains("into themselves", await RefusalAsync(world, a, a), StringComparison.Ordinal);
        await ListingPeopleTests.MergeAsync(world, a, b);
        Assert.Contains($"merged into person {a} already", await RefusalAsync(world, b, a), StringComparison.Ordinal);
        Assert.Contains($"merged into person {a} already", await RefusalAsync(world, c, b), StringComparison.Ordinal);
        Assert.Contains("no longer exists", await RefusalAsync(world, a, 999), StringComparison.Ordinal);
        Assert.Contains("Unknown field", await RefusalAsync(world, a, c, "password"), StringComparison.Ordinal);
        Assert.Equal(1, await world.CountAsync<PersonMerge>());
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_two_operators_who_merge_at_once_one_is_refused(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var (a, b) = (await world.PersonAsync("A"), await world.PersonAsync("B"));

        var outcomes = await Task.WhenAll(
            MergeAsync(world, new() { SurvivorId = a, MergedId = b }),
            MergeAsync(world, new() { SurvivorId = b, MergedId = a })
        );

        Assert.Single(outcomes, outcome => outcome is Outcome<PersonView>.Ok);
        Assert.Equal(1, await world.CountAsync<PersonMerge>());
        Assert.Single([(await world.ReadAsync(a)).MergedInto, (await world.ReadAsync(b)).MergedInto], into => into is not null);
    }

    [Fact]
    public async Task Whoever_read_an_older_version_is_told_so()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (a, b) = (await world.PersonAsync("A"), await world.PersonAsync("B"));
        var read = (await world.ReadAsync(a)).Version;
        await SaveAsync(world, a, form => form.DisplayName = "Aa");

        Assert.IsType<Outcome<PersonView>.Conflict>(
            await MergeAsync(
                world,
                new()
                {
                    SurvivorId = a,
                    MergedId = b,
                    Version = read,
                }
            )
        );
    }

    [Fact]
    public async Task One_whom_another_program_merged_is_split_too()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (a, b) = (await world.PersonAsync("A"), await world.PersonAsync("B"));
        await world.Registry.OutsideAsync($"UPDATE letta_users SET merged_into = {a} WHERE id = {b}");

        Assert.Null((await SplitAsync(world, b)).MergedInto);
    }

    [Fact]
    public async Task Only_who_may_manage_merges_and_splits()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (a, b) = (await world.PersonAsync("A"), await world.PersonAsync("B"));
        var operates = await world.Registry.AddUserAsync("op", UserRole.User);

        Assert.IsType<Outcome<PersonView>.Invalid>(
            await world.CallAsync((PersonMerges merges) => merges.MergeAsync(new() { SurvivorId = a, MergedId = b }, Cancel), operates)
        );
        Assert.Equal(0, await world.CountAsync<PersonMerge>());
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Who_may_be_one_is_suggested_with_the_reason_and_never_merged(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var ada = await world.PersonAsync(null, ("telegram", "1", "@Ada_L"), ("email", "ada@example.org", null));
        var same = await world.PersonAsync(null, ("discord", "2", "ada_l"));
        var mail = await world.PersonAsync("Somebody");
        await world.AddAsync(
            new PlatformProfile
            {
                LettaUserId = mail,
                Platform = "web",
                PlatformUserId = "3",
                Metadata = """{"email": "ADA@example.org"}""",
            }
        );
        await world.PersonAsync(null, ("telegram", "9", "ada_l")); // The same platform: somebody else there.
        var unlike = await world.PersonAsync(null, ("discord", "10", "bo"));
        await world.PersonAsync(null, ("telegram", "11", "bo")); // Too short to say anything.

        var found = await world.CallAsync((MergeSuggestions suggestions) => suggestions.FindAsync(null, Cancel));

        Assert.Contains(
            found,
            pair => (pair.First.Id, pair.Second.Id) == (ada, same) && pair.Reasons is ["The same user name on telegram and discord."]
        );
        Assert.Contains(found, pair => (pair.First.Id, pair.Second.Id) == (ada, mail) && pair.Reasons is ["The same e-mail address."]);
        Assert.DoesNotContain(found, pair => pair.First.Id == unlike || pair.Second.Id == unlike);
        Assert.Equal(0, await world.CountAsync<PersonMerge>());
        await ListingPeopleTests.MergeAsync(world, ada, same);
        Assert.DoesNotContain(
            await world.CallAsync((MergeSuggestions suggestions) => suggestions.FindAsync(ada, Cancel)),
            pair => pair.First.Id == same || pair.Second.Id == same
        );
    }

    internal static async Task<PersonView> SplitAsync(PeopleWorld world, int person) =>
        Assert
            .IsType<Outcome<PersonView>.Ok>(await world.CallAsync((PersonMerges merges) => merges.SplitAsync(person, null, Cancel)))
            .Value;

    internal static async Task<Outcome<PersonView>> SaveAsync(PeopleWorld world, int person, Action<PersonForm> change)
    {
        var form = PersonForm.Of((await world.CallAsync((PeopleReader people) => people.FindAsync(person, Cancel)))!);
        change(form);
        return await world.CallAsync((PersonService people) => people.SaveAsync(form, Cancel));
    }

    private static Task<Outcome<PersonView>> MergeAsync(PeopleWorld world, MergeForm form) =>
        world.CallAsync((PersonMerges merges) => merges.MergeAsync(form, Cancel));

    private static async Task<string> RefusalAsync(PeopleWorld world, int survivor, int merged, params string[] take) =>
        Assert
            .IsType<Outcome<PersonView>.Invalid>(
                await MergeAsync(
                    world,
                    new()
                    {
                        SurvivorId = survivor,
                        MergedId = merged,
                        Take = take,
                    }
                )
            )
            .Reasons.Values.Single();
}
