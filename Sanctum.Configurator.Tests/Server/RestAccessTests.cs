using System.Collections.Concurrent;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.RestApi;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Whose rows somebody reads and writes, and what changes with them, on both databases.</summary>
public sealed class RestAccessTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Everybody_has_their_own_rows_and_administrators_no_others(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());
        var mine = await one.AddOneAsync("conversations", """{"title":"Mine"}""");
        var temporary = await other.AddOneAsync("conversations", """{"title":"Gone soon","is_temporary":true}""");
        var shared = await other.AddOneAsync("conversations", """{"title":"Shared","is_shared":true}""");
        await other.AddAsync("messages", $$"""{"conversation_id":"{{shared}}","role":"user","content":"For all"}""");
        await other.AddAsync("messages", $$"""{"conversation_id":"{{temporary}}","role":"user","content":"Hush"}""");
        await other.AddAsync("memory_long_term", """{"memory_type":"pattern","content":"Cards"}""");
        await other.AddAsync("user_preferences", "{}");
        await other.AddAsync("generated_code", $$"""{"code":"<b/>","conversation_id":"{{shared}}"}""");

        var titles = (await one.GetAsync("conversations?select=title")).Rows.Select(row => (string)row!["title"]!);
        Assert.Contains("Mine", titles);
        Assert.Contains("Shared", titles);
        Assert.DoesNotContain("Gone soon", titles);
        Assert.Equal("For all", (string)Assert.Single((await one.GetAsync($"messages?conversation_id=eq.{shared}")).Rows)!["content"]!);
        foreach (var table in new[] { "memory_long_term", "user_preferences", "generated_code" })
        {
            Assert.Empty((await one.GetAsync(table)).Rows);
        }

        foreach (
            var path in new[]
            {
                $"conversations?id=eq.{shared}",
                $"conversations?id=eq.{temporary}",
                $"messages?conversation_id=eq.{shared}",
            }
        )
        {
            var body = path.StartsWith('m') ? """{"content":"Taken"}""" : """{"title":"Taken"}""";
            Assert.Empty((await one.SendAsync("PATCH", path, body, ("Prefer", "return=representation"))).Rows);
            Assert.Empty((await one.SendAsync("DELETE", path, null, ("Prefer", "return=representation"))).Rows);
        }

        Assert.Equal(2, (await other.GetAsync("messages?select=id")).Rows.Count(_ => true));
        Assert.NotEqual(mine, shared);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_header_says_that_rows_are_hidden_and_nothing_of_which(TestDatabase database)
    {
        await using var console = new RestConsole(database);
        await console.InitializeAsync();
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());
        await one.AddAsync("conversations", """{"title":"Mine"}""");
        Assert.Null((await one.GetAsync("conversations")).Header(RestEndpoints.HiddenHeader));

        var hidden = await other.AddOneAsync("conversations", """{"title":"A secret word"}""");

        Assert.Equal("true", (await one.GetAsync("conversations")).Header(RestEndpoints.HiddenHeader));
        Assert.Equal("true", (await one.GetAsync("conversations?title=like.*nothing*")).Header(RestEndpoints.HiddenHeader));
        Assert.Equal("true", (await one.GetAsync("conversations?title=like.*secret*")).Header(RestEndpoints.HiddenHeader));
        Assert.Null((await one.GetAsync($"conversations?user_id=eq.{one.Me}")).Header(RestEndpoints.HiddenHeader));
        Assert.Null((await one.GetAsync("messages")).Header(RestEndpoints.HiddenHeader));
        await other.AddAsync("messages", $$"""{"conversation_id":"{{hidden}}","role":"user","content":"Psst"}""");
        Assert.Equal("true", (await one.GetAsync("messages")).Header(RestEndpoints.HiddenHeader));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Pages_are_told_and_forms_that_were_open_learn_of_it(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var person = await console.AddPersonAsync();
        var told = new ConcurrentQueue<Guid>();
        using var subscription = console
            .Services.GetRequiredService<Signal<ConversationChanged>>()
            .Subscribe(change => told.Enqueue(change.Id));
        var id = await person.AddOneAsync("conversations", """{"title":"Open"}""");
        using var page = console.WithKey(person.Key);
        var read = await page.GetAsync($"/api/conversations/{id}");
        var version = read.Headers.ETag!.ToString();

        var tried = await person.SendAsync("PATCH", $"conversations?id=eq.{id}", """{"title":"Tried"}""", ("Prefer", "tx=rollback"));
        await Wait.UntilAsync(() => told.Contains(Guid.Parse(id)));
        told.Clear();
        await person.SendAsync("PATCH", $"conversations?id=eq.{id}", """{"title":"Changed"}""");
        await Wait.UntilAsync(() => told.Contains(Guid.Parse(id)));
        var late = await page.SendAsync(HttpMethod.Put, $"/api/conversations/{id}", new { title = "Mine" }, version);
        told.Clear();
        await person.AddAsync("messages", $$"""{"conversation_id":"{{id}}","role":"user","content":"Hello"}""");
        await Wait.UntilAsync(() => told.Contains(Guid.Parse(id)));

        Assert.Equal("tx=rollback", tried.Header("Preference-Applied"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        var now = (await person.GetAsync($"conversations?id=eq.{id}&select=title,message_count,version")).Rows[0]!;
        Assert.Equal(("Changed", 1, 2), ((string)now["title"]!, (int)now["message_count"]!, (int)now["version"]!));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Changes_of_preferences_are_in_the_history_by_the_name_of_the_key(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var person = await console.AddPersonAsync();
        var id = await person.AddOneAsync("user_preferences", """{"settings":{"theme":"sea"}}""");
        await person.SendAsync("PATCH", $"user_preferences?id=eq.{id}", """{"dark_mode":false}""");
        await person.SendAsync("DELETE", $"user_preferences?id=eq.{id}", null);

        await using var registry = await console.OpenAsync();
        var records = await registry.Changes.Where(change => change.RowId == id).OrderBy(change => change.Id).ToListAsync(Cancel);

        Assert.Equal(["insert", "update", "delete"], records.Select(record => record.Act));
        Assert.All(records, record => Assert.Equal(("key a tool", person.UserId), (record.Actor, record.UserId)));
        Assert.All(records, record => Assert.NotNull(record.ChainNumber));
        Assert.Equal(("{\"dark_mode\":true}", "{\"dark_mode\":false}"), (records[1].Before, records[1].After));
        using var root = console.WithKey(ConsoleServer.FirstKey);
        Assert.Contains("true", await root.ReadAsync("/api/history/verify"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_message_that_the_console_is_making_is_left_alone(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var person = await console.AddPersonAsync();
        var id = await person.AddOneAsync("conversations", "{}");
        var message = await person.AddOneAsync("messages", $$"""{"conversation_id":"{{id}}","role":"assistant","content":"So"}""");
        await using var registry = await console.OpenAsync();
        await registry
            .ConversationMessages.Where(said => said.Id == Guid.Parse(message))
            .ExecuteUpdateAsync(set => set.SetProperty(said => said.State, ConversationMessageState.Streaming), Cancel);

        var changed = await person.SendAsync("PATCH", $"messages?id=eq.{message}", """{"content":"No"}""");
        var deleted = await person.SendAsync("DELETE", $"messages?id=eq.{message}", null);

        Assert.Equal((HttpStatusCode.Conflict, "55006"), (changed.Status, changed.Code));
        Assert.Equal((HttpStatusCode.Conflict, "55006"), (deleted.Status, deleted.Code));
    }
}
