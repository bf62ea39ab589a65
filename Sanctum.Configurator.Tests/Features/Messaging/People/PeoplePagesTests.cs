using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Messages;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Tests.Components;
using Sanctum.Configurator.Tests.Features.Account;

namespace Sanctum.Configurator.Tests.Features.Messaging.People;

public sealed class PeoplePagesTests : KitContext
{
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3))";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Everything = [.. Permissions.All];

    [Fact]
    public async Task People_are_listed_with_platforms_and_counts_and_a_reader_has_no_buttons()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync(Hostile, ("telegram", "1", "ada"), ("email", "ada@example.org", null));
        await world.MessageAsync(ada, "hi", null, QueueStatus.Pending);
        await PlaceAsync(world, Policies.ReadMessages);

        var page = Render<PeoplePage>();

        page.WaitForAssertion(() => Assert.Single(page.FindAll("table[aria-label='People'] tbody tr")), Patience);
        Assert.Equal(["telegram", "email"], page.FindAll(".chip").Select(chip => chip.TextContent).Take(2));
        Assert.Contains(Hostile[..20], page.Find("td[role=rowheader]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("script, img, .page-actions button"));
    }

    [Fact]
    public async Task A_person_shows_profiles_and_what_another_program_wrote_into_them()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync("Ada", ("telegram", "4711", "ada"));
        await world.Registry.OutsideAsync($"UPDATE letta_users SET agent_preferences = '[\"{"<b>"}\"]' WHERE id = {ada}");
        var nobody = await world.PersonAsync();
        await PlaceAsync(world, Policies.ReadMessages);

        var page = Render<PersonPage>(person => person.Add(p => p.Id, ada));
        page.WaitForAssertion(() => Assert.Contains("4711", page.Find("table[aria-label='Profiles']").TextContent), Patience);
        Assert.Contains("<b>", page.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".page-actions button"));
        var other = Render<PersonPage>(person => person.Add(p => p.Id, nobody));
        other.WaitForAssertion(() => Assert.Contains("No profile", other.Markup), Patience);
        var missing = Render<PersonPage>(person => person.Add(p => p.Id, 999));
        missing.WaitForAssertion(() => Assert.Contains("Person not found", missing.Markup), Patience);
    }

    [Fact]
    public async Task Preferences_are_changed_as_a_form_and_as_json()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync("Ada");
        await world.Registry.OutsideAsync("UPDATE letta_users SET agent_preferences = '{\"language\": \"en\", \"depth\": 3}'");
        await PlaceAsync(world, Everything);
        var page = Render<PersonPage>(person => person.Add(p => p.Id, ada));
        page.WaitForAssertion(() => Assert.True(HasButton(page, "Preferences…")), Patience);

        await PressAsync(page, "Preferences…");
        Overlays.WaitForElement("form", Patience);
        Write(Overlays, "Text 1", "de");
        Write(Overlays, "Number 2", "many");
        await Overlays.Find("form").SubmitAsync();
        Overlays.WaitForAssertion(() => Assert.Contains("depth: Enter a number", Overlays.Markup), Patience);
        Write(Overlays, "Number 2", "4");
        await PressAsync(Overlays, "As JSON");
        Assert.Contains(
            "\"language\": \"de\"",
            Field(Overlays, "Preferences as JSON").GetAttribute("value") ?? Field(Overlays, "Preferences as JSON").TextContent,
            StringComparison.Ordinal
        );
        Write(Overlays, "Preferences as JSON", """{"language": "fr"}""");
        await Overlays.Find("form").SubmitAsync();

        Overlays.WaitForAssertion(() => Assert.Empty(Overlays.FindAll("form")), Patience);
        Assert.Equal("""{"language":"fr"}""", (await world.ReadAsync(ada)).AgentPreferences);
    }

    [Fact]
    public async Task Two_people_are_merged_field_by_field_and_split_again()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var (ada, same) = (
            await world.PersonAsync("Ada", ("telegram", "1", "ada_l")),
            await world.PersonAsync("Countess", ("email", "x", "ada_l"))
        );
        await PlaceAsync(world, Everything);
        var page = Render<PeoplePage>();
        page.WaitForAssertion(() => Assert.True(HasButton(page, "Find duplicates…")), Patience);

        await PressAsync(page, "Find duplicates…");
        Overlays.WaitForElement("button[aria-label='Merge Ada and Countess']", Patience).Click();
        Overlays.WaitForAssertion(() => Assert.Contains("“Countess” instead of “Ada”", Overlays.Markup), Patience);
        Overlays.FindAll("input[type=checkbox]")[0].Change(true);
        await Overlays.FindAll("form")[^1].SubmitAsync();

        Overlays.WaitForAssertion(() => Assert.Contains("Nobody looks like somebody else", Overlays.Markup), Patience);
        Assert.Equal(("Countess", ada), ((await world.ReadAsync(ada)).DisplayName, (await world.ReadAsync(same)).MergedInto!.Value));
        var person = Render<PersonPage>(each => each.Add(p => p.Id, ada));
        person.WaitForElement("button[aria-label='Split Countess again']", Patience).Click();
        person.WaitForAssertion(() => Assert.Empty(person.FindAll("table[aria-label='Merged people']")), Patience);
        Assert.Equal("Ada", (await world.ReadAsync(ada)).DisplayName);
    }

    [Fact]
    public async Task A_person_is_erased_only_when_the_words_are_typed()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var ada = await world.PersonAsync("Ada");
        await world.MessageAsync(ada, "hi");
        await PlaceAsync(world, Everything);
        var page = Render<PersonPage>(person => person.Add(p => p.Id, ada));
        page.WaitForAssertion(() => Assert.True(HasButton(page, "Erase…")), Patience);

        await PressAsync(page, "Erase…");
        Overlays.WaitForAssertion(() => Assert.True(Button(Overlays, "Erase for good").HasAttribute("disabled")), Patience);
        Write(Overlays, $"Type erase {ada} to confirm", $"erase {ada}");
        await PressAsync(Overlays, "Erase for good");

        page.WaitForAssertion(() => Assert.EndsWith("tab=erased", Get<NavigationManager>().Uri, StringComparison.Ordinal), Patience);
        Assert.Equal(0, await world.CountAsync<Message>());
        var list = Render<ErasureList>();
        list.WaitForAssertion(() => Assert.Contains($"Person {ada}", list.Markup), Patience);
        Assert.Contains("messages 1", list.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_marks_what_it_finds_and_hostile_text_stays_text()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var ada = await world.PersonAsync("Ada", ("telegram", "1", "ada"));
        await world.MessageAsync(ada, $"{Hostile} needle", "An answer", QueueStatus.Done, channel);
        await world.MessageAsync(ada, "nothing here", null, QueueStatus.Failed, channel);
        await PlaceAsync(world, Policies.ReadMessages);
        var navigation = Get<NavigationManager>();

        navigation.NavigateTo($"{Urls.Messages}?q=needle");
        var page = Render<MessagesPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("table[aria-label='Messages'] tbody tr")), Patience);
        Assert.Equal("needle", page.Find("mark").TextContent);
        Assert.Empty(page.FindAll("script, img"));
        navigation.NavigateTo($"{Urls.Messages}?q=%22open");
        page.WaitForAssertion(() => Assert.Contains("The quotes are not closed.", page.Markup), Patience);
        navigation.NavigateTo($"{Urls.Messages}?state=failed");
        page.WaitForAssertion(() => Assert.Contains("nothing here", page.Find("table[aria-label='Messages'] tbody").TextContent), Patience);
        Assert.Single(page.FindAll("table[aria-label='Messages'] tbody tr"));
    }

    [Fact]
    public async Task A_conversation_goes_through_a_hundred_messages_by_its_address()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var ada = await world.PersonAsync("Ada", ("telegram", "1", "ada"));
        foreach (var number in Enumerable.Range(1, 60))
        {
            await world.MessageAsync(ada, $"question {number}", $"answer {number}", QueueStatus.Done, channel);
        }

        await PlaceAsync(world, Policies.ReadMessages);
        var navigation = Get<NavigationManager>();
        navigation.NavigateTo(Urls.ConversationOf(ada));
        var page = Render<MessagesPage>();

        page.WaitForAssertion(() => Assert.Equal(100, page.FindAll("ol.bubbles > li").Count), Patience);
        var bubbles = page.FindAll("ol.bubbles > li .bubble-text").Select(bubble => bubble.TextContent).ToList();
        Assert.Equal(("question 11", "answer 60"), (bubbles[0], bubbles[^1]));
        navigation.NavigateTo(
            page.FindAll("nav[aria-label='Pages of messages'] a").Single(link => link.TextContent == "Older").GetAttribute("href")!
        );
        page.WaitForAssertion(() => Assert.Equal(20, page.FindAll("ol.bubbles > li").Count), Patience);
        navigation.NavigateTo(
            page.FindAll("nav[aria-label='Pages of messages'] a").Single(link => link.TextContent == "Newer").GetAttribute("href")!
        );
        page.WaitForAssertion(() => Assert.Equal(100, page.FindAll("ol.bubbles > li").Count), Patience);
    }

    [Fact]
    public async Task An_open_message_shows_its_way_and_takes_a_note()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var channel = await world.ChannelAsync(await world.AgentAsync());
        var ada = await world.PersonAsync("Ada", ("telegram", "1", "ada"));
        var message = await world.MessageAsync(ada, "hi", "hello", QueueStatus.Done, channel);
        await world.Registry.OutsideAsync("UPDATE queue SET correlation_id = 'abc', run_id = 'run-1'");
        await world.Registry.OutsideAsync(
            "UPDATE messages SET attachments = '[{\"name\": \"a\", \"url\": \"javascript:alert(1)\"}, {\"name\": \"b\", \"url\": \"https://example.org/b\"}]'"
        );
        await PlaceAsync(world, Everything);
        Get<NavigationManager>().NavigateTo(Urls.Message(message));
        var page = Render<MessagesPage>();

        page.WaitForAssertion(() => Assert.True(HasButton(page, "Note…")), Patience);
        var links = page.FindAll(".card a").Select(link => link.GetAttribute("href")).ToList();
        Assert.Contains(Urls.LogsOf("correlation:abc"), links);
        Assert.Contains(Urls.QueueEntry(1), links);
        Assert.Contains("https://example.org/b", links);
        Assert.DoesNotContain(links, link => link?.StartsWith("javascript", StringComparison.Ordinal) == true);
        await PressAsync(page, "Note…");
        Overlays.WaitForElement("form", Patience);
        Write(Overlays, "Note", "Call back");
        await Overlays.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Call back", page.Find(".card").TextContent), Patience);
        await PressAsync(page, "Send again");
        Overlays.WaitForAssertion(() => Assert.NotEmpty(Overlays.FindAll("[role=dialog]")), Patience);
        await PressAsync(Overlays, "Send again");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("table[aria-label='On the way out']")), Patience);
    }

    private async Task PlaceAsync(PeopleWorld world, params string[] policies)
    {
        var scope = (await world.Registry.CallAsAsync(world.Administrator)).ServiceProvider;
        Services.AddSingleton<TimeProvider>(world.Registry.Clock);
        Services.AddSingleton(scope.GetRequiredService<Signal<RegistryChange>>());
        Services.AddSingleton(scope.GetRequiredService<MessageReader>());
        Services.AddSingleton(scope.GetRequiredService<MessageActs>());
        Services.AddSingleton(scope.GetRequiredService<PeopleReader>());
        Services.AddSingleton(scope.GetRequiredService<PersonService>());
        Services.AddSingleton(scope.GetRequiredService<PersonMerges>());
        Services.AddSingleton(scope.GetRequiredService<MergeSuggestions>());
        Services.AddSingleton(scope.GetRequiredService<PersonErasure>());
        Services.AddSingleton(scope.GetRequiredService<PersonIdentities>());
        Services.AddSingleton(scope.GetRequiredService<PersonPromotion>());
        Reader.SetPolicies(policies);
        _ = Overlays;
    }
}
