using Sanctum.Configurator.Features.Conversations.Answering;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.Conversations.ShortTerm;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Preferences;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Conversations;

/// <summary>What went wrong with the prompts and the short-term memory of other products, as their public reports tell it, tried here.</summary>
public sealed class PromptsOfOthersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>redis-rb 863, redis-py 579 and 1171, redis-rs 152 and 517, illa-builder 3565, docmost 512, celery-once 135.</summary>
    [Theory]
    [InlineData("redis://:sJ3RAYkWN8SlBu4y1+hpIGoNCdMlO+XQehqs=@cache:6379", null, "sJ3RAYkWN8SlBu4y1+hpIGoNCdMlO+XQehqs=")]
    [InlineData("rediss://:iAITMl7lD127c%2FVZEl0OZl8=@cache:6379/0", null, "iAITMl7lD127c/VZEl0OZl8=")]
    [InlineData("rediss://:iAITMl7lD127c/VZEl0OZl8=@cache:6379", null, "iAITMl7lD127c/VZEl0OZl8=")]
    [InlineData("redis://:RanDoMStRIng%253D@cache", null, "RanDoMStRIng%3D")]
    [InlineData("redis://:p@ss@cache:6379/0", null, "p@ss")]
    [InlineData("redis://default:57#Wc903z@cache:6379/0", "default", "57#Wc903z")]
    [InlineData("redis://:!#$%^&*()[]?:@cache:6379", null, "!#$%^&*()[]?:")]
    public void A_password_is_taken_as_providers_make_it_and_people_write_it(string url, string? user, string password)
    {
        var read = RedisAddress.Read(url);

        Assert.Equal((user, password), (read.User, read.Password));
        Assert.Equal("cache:6379", StackExchange.Redis.EndPointCollection.ToString(read.EndPoints[0]));
    }

    /// <summary>LibreChat 5466 cut the system prompt of long conversations, langchain 5053 sent all that Redis had, langmem 69 nothing.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task However_long_a_conversation_is_the_system_prompt_is_whole_and_the_question_is_sent(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        await world.CallAsync((PreferencesService service) => service.SaveAsync(new() { PreferredStyle = "brutalist" }, Cancel));
        await SettingsAsync(world, form => form.ShortTermTokens = 100);
        var begun = await world.AskAsync(new string('a', 4_000));
        await world.TickAsync();
        Assert.Equal(["system", "user"], Roles(world));
        for (var number = 0; number < 3; number++)
        {
            await world.AskAsync($"{number} {new string('b', 300)}", begun.ConversationId);
            await world.TickAsync();
        }

        Assert.Contains("Preferred style: brutalist", world.LastAsked[0], StringComparison.Ordinal);
        Assert.Equal(["system", "assistant", "user"], Roles(world));
        await world.AskAsync(new string('c', 9_000), begun.ConversationId);
        await world.TickAsync();
        Assert.Equal(["system", "user"], Roles(world));
    }

    /// <summary>open-webui 11663, 19243 and 26836: with a memory, the other parts of the system prompt were thrown out.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_memory_stands_beside_the_other_parts_of_the_system_prompt(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        await world.CallAsync((PreferencesService service) => service.SaveAsync(new() { PreferredStyle = "brutalist" }, Cancel));
        await world.CallAsync((MemoryService service) => service.AddAsync(new() { Content = "Always make cards dark." }, Cancel));
        await world.AskAsync("Make cards");
        await world.TickAsync();

        Assert.Single(Roles(world), "system");
        Assert.Contains("brutalist", world.LastAsked[0], StringComparison.Ordinal);
        Assert.Contains("Always make cards dark.", world.LastAsked[0], StringComparison.Ordinal);
    }

    /// <summary>langchain 6872: what one person said came to another, as both had the same key.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_people_who_say_the_same_at_once_have_their_own_last_messages(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var one = await world.AskAsync("My name is Jim");
        var other = await world.AskAsync("My name is Jim", who: world.Ursula);
        await world.TickAsync();
        await world.AskAsync("And I am Root", one.ConversationId);
        await world.TickAsync();
        await world.AskAsync("Who am I?", other.ConversationId, who: world.Ursula);
        await world.TickAsync();

        Assert.DoesNotContain(world.LastAsked, message => message.Contains("Root", StringComparison.Ordinal));
        Assert.Equal(["user: My name is Jim", "assistant: ready", "user: Who am I?"], world.LastAsked);
    }

    /// <summary>langchain 30535: what was written was not read again; here, what another program deleted in between is not sent.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_kept_of_a_conversation_is_what_the_database_has(TestDatabase database)
    {
        await using var world = await ConversationsWorld.CreateAsync(database);
        var first = await world.AskAsync("One");
        await world.TickAsync();
        var edited = await world.CallAsync(
            (AnswerRuns runs) => runs.EditAsync(first.ConversationId, first.QuestionId, new() { Text = "Uno" }, Cancel)
        );
        Assert.IsType<Outcome<BegunAnswer>.Ok>(edited);
        await world.TickAsync();
        await world.AskAsync("Two", first.ConversationId);
        await world.TickAsync();

        Assert.Equal(["user: Uno", "assistant: ready", "user: Two"], world.LastAsked);
    }

    /// <summary>LibreChat 13594: a pasted document of two million tokens went whole to the model that reads memories, six times.</summary>
    [Fact]
    public async Task A_pasted_document_goes_to_the_model_that_reads_memories_only_as_far_as_it_is_looked_at()
    {
        await using var world = await Memories.MemoriesWorld.CreateAsync();
        await world.AddModelAsync("status-400");
        await world.SayAsync(string.Join('\n', Enumerable.Repeat("I always want dark cards, and so on and on.", 20_000)));
        await world.ReadAsync();

        Assert.All(world.Provider.Calls, call => Assert.True(call.ToJsonString().Length < 60_000, $"{call.ToJsonString().Length}"));
        Assert.True(world.Provider.Calls.Count is >= 1 and <= 3);
    }

    /// <summary>LibreChat 13408: the number beside the gauge became another one by itself.</summary>
    [Fact]
    public async Task The_gauge_says_the_same_however_often_it_is_asked()
    {
        await using var world = await ConversationsWorld.CreateAsync();
        world.Provider.ListText = """{"data":[{"id":"fine","context_length":32768}]}""";
        var begun = await world.AskAsync("Hi");
        await world.TickAsync();
        var first = await world.CallAsync((ContextGauge gauge) => gauge.ReadAsync(begun.ConversationId, Cancel));
        world.Provider.ListStatus = 500;

        Assert.Equal(first, await world.CallAsync((ContextGauge gauge) => gauge.ReadAsync(begun.ConversationId, Cancel)));
        Assert.Equal(32_768, first!.Window);
    }

    private static IEnumerable<string> Roles(ConversationsWorld world) =>
        world.Provider.Calls[^1]["messages"]!.AsArray().Select(message => (string)message!["role"]!);

    private static async Task SettingsAsync(ConversationsWorld world, Action<MemorySettingsForm> change)
    {
        var form = (await world.CallAsync((MemorySettingsService settings) => settings.ReadAsync(Cancel))).ToForm();
        change(form);
        var saved = await world.CallAsync((MemorySettingsService settings) => settings.SaveAsync(form, Cancel));
        Assert.True(saved is Outcome<MemorySettingsView>.Ok, saved.ProblemWith("The settings"));
    }
}
