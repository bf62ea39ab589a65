using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class PeopleOverHttpTests(PeopleOverHttpTests.TalkingConsole console) : IClassFixture<PeopleOverHttpTests.TalkingConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_are_listed_changed_merged_and_split_by_a_program()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var list = await ReadAsync(program, "/api/people?q=ada&sort=name&take=1");
        Assert.Equal((1, "telegram"), ((int)list["items"]![0]!["id"]!, (string?)list["items"]![0]!["platforms"]![0]));
        using var found = await program.GetAsync("/api/people/1");
        var version = found.Headers.ETag!.Tag;

        using var late = await program.SendAsync(HttpMethod.Put, "/api/people/1", new { is_active = true }, "\"99\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        using var blind = await program.SendAsync(HttpMethod.Put, "/api/people/1", new { is_active = true });
        Assert.Equal(HttpStatusCode.PreconditionRequired, blind.StatusCode);
        using var wrong = await program.SendAsync(HttpMethod.Put, "/api/people/1", new { agent_preferences = 7 }, version);
        Assert.Contains("JSON object", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var saved = await program.SendAsync(
            HttpMethod.Put,
            "/api/people/1",
            new { display_name = "Ada L", agent_preferences = new { language = "de" } },
            version
        );
        Assert.Equal("Ada L", (string?)(await JsonAsync(saved))["display_name"]);
        using var self = await program.SendAsync(HttpMethod.Post, "/api/people/1/merge", new { merged_id = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, self.StatusCode);
        using var merged = await program.SendAsync(HttpMethod.Post, "/api/people/1/merge", new { merged_id = 2 });
        Assert.Equal(2, (int)(await JsonAsync(merged))["merged"]![0]!["person_id"]!);
        using var split = await program.SendAsync(HttpMethod.Post, "/api/people/2/split");
        Assert.Null((await JsonAsync(split))["merged_into"]);
    }

    [Fact]
    public async Task Messages_are_searched_and_noted_by_a_program()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var found = await ReadAsync(program, "/api/messages?q=harbour&person=1&state=kept&from=2020-01-01&take=5");
        Assert.Equal("Where is the harbour?", (string?)found["items"]![0]!["message"]);
        using var noted = await program.SendAsync(HttpMethod.Put, "/api/messages/1/note", new { note = "Call back" });
        Assert.Equal("Call back", (string?)(await JsonAsync(noted))["message"]!["note"]);
        foreach (var bad in new[] { "q=%22open", "state=none", "cursor=nothing", "from=yesterday" })
        {
            using var refused = await program.GetAsync($"/api/messages?{bad}");
            Assert.Equal((bad, HttpStatusCode.BadRequest), (bad, refused.StatusCode));
        }
    }

    [Fact]
    public async Task A_person_is_saved_as_a_file_and_erased_for_good()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        using var file = await program.GetAsync("/api/people/3/export");
        Assert.Equal("person-3.json", file.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("</script>", (string?)(await JsonAsync(file))["messages"]![0]!["text"]);
        using var missing = await program.GetAsync("/api/people/999/export");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        var browser = await console.SignInAsync(ConsoleServer.Administrator);
        using var saved = await browser.GetAsync("/people/3/file");
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);

        using var unsure = await program.SendAsync(HttpMethod.Post, "/api/people/3/erase", new { confirm = "yes" });
        Assert.Equal(HttpStatusCode.BadRequest, unsure.StatusCode);
        using var erased = await program.SendAsync(HttpMethod.Post, "/api/people/3/erase", new { confirm = "erase 3" });
        Assert.Equal(1, (int)(await JsonAsync(erased))["rows"]!["messages"]!);

        Assert.Equal(3, (int)JsonNode.Parse(await program.ReadAsync("/api/people/erasures"))![0]!["person_id"]!);
    }

    [Fact]
    public async Task Whoever_only_reads_gets_no_file_and_erases_nobody()
    {
        using var reader = console.WithKey(await console.CreateKeyAsync([Policies.ReadMessages, Policies.OperateMessages]));

        using var file = await reader.GetAsync("/api/people/1/export");
        using var erased = await reader.SendAsync(HttpMethod.Post, "/api/people/1/erase", new { confirm = "erase 1" });

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (file.StatusCode, erased.StatusCode));
        using var still = await reader.GetAsync("/api/people/1");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    private static async Task<JsonNode> ReadAsync(Caller caller, string path) => JsonNode.Parse(await caller.ReadAsync(path))!;

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>A console with three people.</summary>
    public sealed class TalkingConsole : ConsoleServer
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await Sqlite3.RunAsync(
                Path.Combine(Home, "registry.db"),
                """
                INSERT INTO letta_users (display_name) VALUES ('Ada'), ('Countess'), ('Bob');
                INSERT INTO platform_profiles (letta_user_id, platform, platform_user_id, username) VALUES (1, 'telegram', '1', 'ada_l');
                INSERT INTO messages (letta_user_id, role, message) VALUES (1, 'user', 'Where is the harbour?'), (3, 'user', '</script>');
                """
            );
        }
    }
}
