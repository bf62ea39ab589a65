using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.People;

public sealed class ListingPeopleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_search_finds_names_user_names_and_ids_and_takes_no_wildcards(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var ada = await world.PersonAsync("Ada Lovelace", ("telegram", "4711", "countess"));
        var odd = await world.PersonAsync(null, ("telegram", "12", "50%_off"));
        var ozge = await world.PersonAsync("ÖZGE");
        var nobody = await world.PersonAsync();

        Assert.Equal([ada], await FindAsync(world, "LOVE"));
        Assert.Equal([ada], await FindAsync(world, "Countess"));
        Assert.Equal([ada], await FindAsync(world, "471"));
        Assert.Equal([odd], await FindAsync(world, "%"));
        Assert.Equal([odd], await FindAsync(world, "0%_O"));
        Assert.Equal([ozge], await FindAsync(world, "özge"));
        Assert.Empty(await FindAsync(world, "A_a"));
        Assert.Equal([ada, odd, ozge, nobody], (await FindAsync(world, null)).Order());
    }

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_survivor_is_listed_with_all_that_the_merged_ones_have(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var ada = await world.PersonAsync("Ada", ("telegram", "1", "ada"));
        var other = await world.PersonAsync("Countess", ("email", "ada@example.org", null));
        await world.MessageAsync(ada, "one", "yes", QueueStatus.Done);
        await world.MessageAsync(other, "two", null, QueueStatus.Pending);
        await world.MessageAsync(other, "three", null, QueueStatus.Processing);
        await MergeAsync(world, ada, other);

        var row = Assert.Single((await PageAsync(world, new(0, 10))).Items);

        Assert.Equal((ada, "Ada", 3, 2, 1), (row.Id, row.Name, row.Messages, row.Open, row.Merged));
        Assert.Equal(["telegram", "email"], row.Platforms);
        Assert.Equal([ada], await FindAsync(world, "countess"));
        Assert.Equal([ada], (await PageAsync(world, new(0, 10), new(Platform: "email"))).Items.Select(each => each.Id));
        var view = (await world.CallAsync((PeopleReader people) => people.FindAsync(ada, Cancel)))!;
        Assert.Equal((2, 3, 2), (view.Profiles.Count, view.Messages, view.Open));
        var page = Assert.IsType<Outcome<MessagePage>.Ok>(
            await world.CallAsync((MessageReader reader) => reader.ListAsync(new(PersonId: other), cursor: null, 10, Cancel))
        );
        Assert.All(page.Value.Items, message => Assert.Equal((ada, "Ada"), (message.PersonId!.Value, message.Person!)));
        Assert.Equal(3, page.Value.Items.Count);
    }

    [Theory]
    [InlineData("name", false, new[] { "Ada", "bob", "Carl" })]
    [InlineData("messages", true, new[] { "bob", "Ada", "Carl" })]
    [InlineData("last_active", true, new[] { "Carl", "Ada", "bob" })]
    public async Task People_are_put_in_order_and_paged_by_cursor(string sort, bool isDescending, string[] expected)
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync("Ada");
        var bob = await world.PersonAsync("bob");
        var carl = await world.PersonAsync("Carl");
        await world.MessageAsync(bob, "a");
        await world.MessageAsync(bob, "b");
        await world.MessageAsync(ada, "c");
        await world.Registry.OutsideAsync($"UPDATE letta_users SET last_active = '2026-11-21 08:00:00' WHERE id = {ada}");
        await world.Registry.OutsideAsync($"UPDATE letta_users SET last_active = '2026-11-20 08:00:00' WHERE id = {bob}");

        var (names, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await PageAsync(world, new(0, 1, sort, isDescending, null, cursor));
            names.AddRange(page.Items.Select(row => row.Name));
            cursor = page.NextCursor;
        } while (cursor is not null);

        Assert.Equal(expected, sort == "name" ? names.Order(StringComparer.OrdinalIgnoreCase) : names);
        _ = carl;
    }

    [Fact]
    public async Task Names_are_shown_without_what_nobody_sees_or_what_turns_them_around()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var turned = await world.PersonAsync("\u202Eevil\u202C ada\u200B\n<b>");
        var empty = await world.PersonAsync("\u200B\u2060", ("telegram", "77", null));
        var alone = await world.PersonAsync("\u200B");

        var names = (await PageAsync(world, new(0, 10))).Items.ToDictionary(row => row.Id, row => row.Name);

        Assert.Equal(("evil ada <b>", "77", $"Person {alone}"), (names[turned], names[empty], names[alone]));
    }

    [Fact]
    public async Task Ten_megabytes_of_metadata_are_not_shown_but_said()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var person = await world.PersonAsync("Ada");
        await world.AddAsync(
            new PlatformProfile
            {
                LettaUserId = person,
                Platform = "telegram",
                PlatformUserId = "1",
                Metadata = $$"""{"mail": "{{new string('x', 10_000_000)}}"}""",
            }
        );

        var profile = Assert.Single((await world.CallAsync((PeopleReader people) => people.FindAsync(person, Cancel)))!.Profiles);

        Assert.Null(profile.Metadata);
        Assert.InRange(profile.MetadataLength, 10_000_000, 10_000_100);
        Assert.Empty(await world.CallAsync((MergeSuggestions suggestions) => suggestions.FindAsync(null, Cancel)));
    }

    internal static async Task<PersonView> MergeAsync(PeopleWorld world, int survivor, int merged, params string[] take) =>
        Assert
            .IsType<Outcome<PersonView>.Ok>(
                await world.CallAsync(
                    (PersonMerges merges) =>
                        merges.MergeAsync(
                            new()
                            {
                                SurvivorId = survivor,
                                MergedId = merged,
                                Take = take,
                            },
                            Cancel
                        )
                )
            )
            .Value;

    private static async Task<PageOf<PersonRow>> PageAsync(PeopleWorld world, PageRequest page, PersonFilter? filter = null) =>
        await world.CallAsync((PeopleReader people) => people.PageAsync(filter ?? new(), page, Cancel));

    private static async Task<List<int>> FindAsync(PeopleWorld world, string? search) =>
        [.. (await PageAsync(world, new(0, 10, Search: search))).Items.Select(row => row.Id)];
}
