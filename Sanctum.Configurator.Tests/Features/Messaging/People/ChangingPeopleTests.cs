using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.People;

public sealed class ChangingPeopleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_person_is_changed_and_a_second_writer_is_told(TestDatabase database)
    {
        await using var world = await PeopleWorld.CreateAsync(database);
        var ada = await world.PersonAsync("Ada");
        var old = PersonForm.Of((await world.CallAsync((PeopleReader people) => people.FindAsync(ada, Cancel)))!);

        var saved = await MergingPeopleTests.SaveAsync(
            world,
            ada,
            form =>
                (form.AgentPreferences, form.ConversationHistoryLimit, form.IsActive, form.HoldReason) = (
                    JsonNode.Parse("""{"language": "de", "tone": {"formal": true}}"""),
                    25,
                    false,
                    " Lawsuit 7 "
                )
        );

        var view = Assert.IsType<Outcome<PersonView>.Ok>(saved).Value;
        Assert.Equal((25, false, "Lawsuit 7"), (view.ConversationHistoryLimit, view.IsActive, view.HoldReason));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"language": "de", "tone": {"formal": true}}"""), view.AgentPreferences));
        var conflict = Assert.IsType<Outcome<PersonView>.Conflict>(
            await world.CallAsync((PersonService people) => people.SaveAsync(old, Cancel))
        );
        Assert.Equal(25, conflict.Current.ConversationHistoryLimit);
    }

    [Theory]
    [InlineData("[1, 2]")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    public async Task Preferences_that_are_no_object_stay_and_are_not_set(string stored)
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync("Ada");
        await world.Registry.OutsideAsync($"UPDATE letta_users SET agent_preferences = '{stored}' WHERE id = {ada}");

        Assert.IsType<Outcome<PersonView>.Ok>(await MergingPeopleTests.SaveAsync(world, ada, form => form.DisplayName = "Ada L"));
        Assert.Equal(stored, (await world.ReadAsync(ada)).AgentPreferences);
        var refused = Assert.IsType<Outcome<PersonView>.Invalid>(
            await MergingPeopleTests.SaveAsync(world, ada, form => form.AgentPreferences = new JsonArray(3))
        );

        Assert.Contains("JSON object", refused.Reasons[nameof(PersonForm.AgentPreferences)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_personal_never_comes_into_the_history()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync("canary-name", ("telegram", "canary-id", "canary-user"));

        await MergingPeopleTests.SaveAsync(
            world,
            ada,
            form => (form.DisplayName, form.CustomInstructions) = ("canary-other", "canary-instructions")
        );

        Assert.Equal(
            "0",
            (
                await world.Registry.OutsideAsync(
                    "SELECT count(*) FROM change_history WHERE before LIKE '%canary%' OR after LIKE '%canary%'"
                )
            ).Trim()
        );
    }

    [Fact]
    public void Preferences_keep_their_kind_when_they_are_typed()
    {
        var fields = PreferenceField
            .Of((JsonObject)JsonNode.Parse("""{"a": "12", "b": 12, "c": true, "d": {"e": [1]}, "f": null}""")!)
            .ToList();
        Assert.Equal(["12", "12", "true", """{"e":[1]}""", "null"], fields.Select(field => field.Text));

        Assert.Equal("""{"a":"12","b":12,"c":true,"d":{"e":[1]},"f":null}""", PreferenceField.Read(fields).Preferences!.ToJsonString());
        fields[1].Text = "twelve";
        Assert.Contains("Enter a number", PreferenceField.Read(fields).Problem, StringComparison.Ordinal);
        fields[1].Text = "13";
        fields.Add(new() { Key = "a" });
        Assert.Contains("two preferences named a", PreferenceField.Read(fields).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_becomes_a_user_by_the_users_own_rules()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (ada, bob) = (await world.PersonAsync("Ada"), await world.PersonAsync("Bob"));
        var form = new UserForm { Username = "ada", Password = AccountRegistry.Password };

        var weak = await PromoteAsync(world, ada, new() { Username = "ada", Password = "x" });
        Assert.True(Assert.IsType<Outcome<PersonView>.Invalid>(weak).Reasons.ContainsKey("Password"));
        Assert.Null((await world.ReadAsync(ada)).UserId);
        var done = Assert.IsType<Outcome<PersonView>.Ok>(await PromoteAsync(world, ada, form)).Value;
        Assert.Equal("ada", done.User);

        Assert.Contains("already", Reason(await PromoteAsync(world, ada, new() { Username = "ada2" })), StringComparison.Ordinal);
        Assert.Contains($"person {ada} already", Reason(await LinkAsync(world, bob, done.UserId)), StringComparison.Ordinal);
        Assert.Contains("no user", Reason(await LinkAsync(world, bob, 999)), StringComparison.Ordinal);
        Assert.IsType<Outcome<PersonView>.Ok>(await LinkAsync(world, ada, null));
        Assert.IsType<Outcome<PersonView>.Ok>(await LinkAsync(world, bob, done.UserId));
    }

    [Fact]
    public async Task Nobody_without_the_users_permission_makes_a_user()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync("Ada");
        var manager = await world.Registry.AddUserAsync("manager", UserRole.User, permissions: $"[\"{Policies.ManageMessages}\"]");

        var refused = await world.CallAsync(
            (PersonPromotion promotion) =>
                promotion.PromoteAsync(ada, new() { Username = "x", Password = AccountRegistry.Password }, Cancel),
            manager
        );
        Assert.IsType<Outcome<PersonView>.Invalid>(refused);
        Assert.IsType<Outcome<PersonView>.Invalid>(
            await world.CallAsync((PersonPromotion promotion) => promotion.LinkAsync(ada, manager.Id, Cancel), manager)
        );

        Assert.Null((await world.ReadAsync(ada)).UserId);
    }

    private static string Reason(Outcome<PersonView> outcome) => Assert.IsType<Outcome<PersonView>.Invalid>(outcome).Reasons.Values.First();

    private static Task<Outcome<PersonView>> PromoteAsync(PeopleWorld world, int person, UserForm form) =>
        world.CallAsync((PersonPromotion promotion) => promotion.PromoteAsync(person, form, Cancel));

    private static Task<Outcome<PersonView>> LinkAsync(PeopleWorld world, int person, int? user) =>
        world.CallAsync((PersonPromotion promotion) => promotion.LinkAsync(person, user, Cancel));
}
