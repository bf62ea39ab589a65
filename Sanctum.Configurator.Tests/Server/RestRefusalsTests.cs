using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What is refused is refused with PostgREST's code and status, with a sentence, and alike on both databases.</summary>
public sealed class RestRefusalsTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    private static readonly string Deep = $"or=({string.Concat(Enumerable.Repeat("and(", 12))}title.eq.x{new string(')', 12)})";

    /// <summary>Method; path; body; a header; status; code.</summary>
    private static readonly (string Method, string Path, string? Body, (string, string)? Header, int Status, string Code)[] Refused =
    [
        ("GET", "nothing", null, null, 404, "PGRST205"),
        ("GET", "users", null, null, 404, "PGRST205"),
        ("GET", "conversation_messages", null, null, 404, "PGRST205"),
        ("GET", "conversations?titel=eq.x", null, null, 400, "42703"),
        ("GET", "conversations?select=id,embedding", null, null, 400, "42703"),
        ("GET", "memory_long_term?select=embedding", null, null, 400, "42703"),
        ("GET", "conversations?order=titel", null, null, 400, "42703"),
        ("GET", "conversations?order=title.up", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=x", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=EQ.x", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=eq(some).{a}", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=neq(any).{a}", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=in.(a", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=in.(\"a)", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=in.(\"a\"b,c)", null, null, 400, "PGRST100"),
        ("GET", "conversations?is_archived=is.maybe", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=is.true", null, null, 400, "42804"),
        ("GET", "conversations?or=(title.eq.a,b)", null, null, 400, "PGRST100"),
        ("GET", $"conversations?{Deep}", null, null, 400, "PGRST100"),
        ("GET", "conversations?select=id&select=title", null, null, 400, "PGRST100"),
        ("GET", "conversations?select=count()", null, null, 400, "PGRST123"),
        ("GET", "conversations?select=message_count.sum()", null, null, 400, "PGRST123"),
        ("GET", "conversations?select=title::money", null, null, 400, "42704"),
        ("GET", "conversations?select=is_archived::int4", null, null, 400, "42846"),
        ("GET", "conversations?select=title->x", null, null, 404, "42883"),
        ("GET", "conversations?message_count=like.1*", null, null, 404, "42883"),
        ("GET", "conversations?title=cs.{a}", null, null, 404, "42883"),
        ("GET", "conversations?title=fts.word", null, null, 400, "PGRST127"),
        ("GET", "conversations?title=match.(", null, null, 400, "2201B"),
        ("GET", "conversations?message_count=eq.1.5", null, null, 400, "22P02"),
        ("GET", "conversations?message_count=eq.123456789012345678901234567890", null, null, 400, "22003"),
        ("GET", "conversations?created_at=gt.yesterday", null, null, 400, "22007"),
        ("GET", "conversations?is_archived=eq.2", null, null, 400, "22P02"),
        ("GET", "messages?variant_codes->a=eq.word", null, null, 400, "22P02"),
        ("GET", "conversations?limit=-1", null, null, 416, "PGRST103"),
        ("GET", "conversations?limit=many", null, null, 400, "PGRST100"),
        ("GET", "conversations", null, ("Range", "5-2"), 416, "PGRST103"),
        ("GET", "conversations?select=messages(*)&messages.limit=x", null, null, 400, "PGRST100"),
        ("GET", "conversations?messages.limit=1", null, null, 400, "PGRST108"),
        ("GET", "conversations?select=...messages(content)", null, null, 400, "PGRST119"),
        ("GET", "conversations?select=messages(*)&order=messages(content)", null, null, 400, "PGRST118"),
        ("GET", "conversations?columns=title", null, null, 400, "PGRST100"),
        ("GET", "conversations?title=eq.a%00b", null, null, 400, "22021"),
        ("GET", "conversations", null, ("Accept", "image/png"), 406, "PGRST107"),
        ("GET", "conversations", null, ("Accept", "application/vnd.pgrst.plan+json"), 406, "PGRST107"),
        ("GET", "conversations", null, ("Accept-Profile", "private"), 406, "PGRST106"),
        ("GET", "conversations", null, ("Prefer", "handling=strict, colour=red"), 400, "PGRST122"),
        (
            "GET",
            "conversations?id=eq.00000000-0000-0000-0000-000000000000",
            null,
            ("Accept", "application/vnd.pgrst.object+json"),
            406,
            "PGRST116"
        ),
        ("POST", "rpc/version", "{}", null, 404, "PGRST202"),
        ("POST", "conversations", "", null, 400, "PGRST102"),
        ("POST", "conversations", "{\"title\":\"a\",\"title\":\"b\"}", null, 400, "PGRST102"),
        ("POST", "conversations", "[1]", null, 400, "PGRST102"),
        ("POST", "conversations", "[{\"title\":\"a\"},{\"is_pinned\":true}]", null, 400, "PGRST102"),
        ("POST", "conversations", "{\"titel\":\"a\"}", null, 400, "PGRST204"),
        ("POST", "conversations?columns=titel", "{\"title\":\"a\"}", null, 400, "PGRST204"),
        ("POST", "conversations", "{\"version\":3}", null, 400, "428C9"),
        ("POST", "conversations", "{\"message_count\":3}", null, 400, "428C9"),
        ("POST", "conversations", "{\"title\":\"a\\u0000b\"}", null, 400, "22P05"),
        ("POST", "conversations", "{\"title\":\"a\\ud800b\"}", null, 400, "22P05"),
        ("POST", "conversations", "{\"is_pinned\":\"perhaps\"}", null, 400, "22P02"),
        ("POST", "conversations", "{\"is_temporary\":true,\"is_shared\":true}", null, 400, "23514"),
        ("POST", "user_preferences", "{\"settings\":[1]}", null, 400, "22023"),
        ("POST", "messages", "{\"role\":\"user\",\"content\":\"x\"}", null, 400, "23502"),
        ("POST", "agents", "{\"name\":\"x\"}", null, 403, "42501"),
        ("PATCH", "conversations", "{\"title\":\"x\"}", null, 400, "21000"),
        ("PATCH", "conversations?title=eq.x&limit=1", "{\"title\":\"x\"}", null, 400, "PGRST127"),
        ("PATCH", "conversations?title=eq.x", "[]", null, 400, "PGRST102"),
        ("PATCH", "conversations?title=eq.x", "{\"user_id\":\"4711\"}", null, 403, "42501"),
        ("PATCH", "messages?role=eq.user", "{\"conversation_id\":\"00000000-0000-0000-0000-000000000000\"}", null, 400, "428C9"),
        ("DELETE", "conversations", null, null, 400, "21000"),
        ("PUT", "conversations", "{}", null, 405, "PGRST117"),
        ("GET", "conversations/1", null, null, 404, "PGRST125"),
    ];

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_not_understood_is_refused_by_its_code_and_never_ignored(TestDatabase database)
    {
        var person = await (await consoles.OnAsync(database)).AddPersonAsync();
        var wrong = new List<string>();
        foreach (var (method, path, body, header, status, code) in Refused)
        {
            var said = await person.SendAsync(method, path, body, header is { } one ? [one] : []);
            if (((int)said.Status, said.Code) != (status, code) || string.IsNullOrEmpty((string?)said.Json?["message"]))
            {
                wrong.Add($"{method} {path} {body}: {(int)said.Status} {said.Text}");
            }
        }

        Assert.Empty(wrong);
        Assert.Empty((await person.GetAsync("conversations")).Rows);
    }

    [Fact]
    public async Task An_unknown_preference_is_left_out_of_what_was_applied_where_handling_is_lenient()
    {
        var person = await (await consoles.OnAsync(TestDatabase.Sqlite)).AddPersonAsync();

        var said = await person.GetAsync("conversations", ("Prefer", "colour=red, count=exact, handling=lenient"));

        Assert.Equal(HttpStatusCode.OK, said.Status);
        Assert.Equal("count=exact, handling=lenient", said.Header("Preference-Applied"));
        Assert.Equal("*/0", said.Header("Content-Range"));
    }

    [Fact]
    public async Task A_call_without_a_key_or_with_two_is_refused()
    {
        var console = await consoles.OnAsync(TestDatabase.Sqlite);
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());
        using var stranger = console.Stranger();

        var without = await stranger.GetAsync("/rest/v1/conversations");
        var twice = await one.GetAsync("conversations", ("apikey", other.Key));
        var same = await one.GetAsync("conversations", ("apikey", one.Key));
        using var byHeader = new HttpRequestMessage(HttpMethod.Get, "/rest/v1/conversations");
        byHeader.Headers.Add("apikey", one.Key);
        byHeader.Headers.Accept.ParseAdd("*/*");
        var alone = await stranger.SendAsync(byHeader);
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "/api/conversations");
        elsewhere.Headers.Add("apikey", one.Key);

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal((HttpStatusCode.Unauthorized, "PGRST301"), (twice.Status, twice.Code));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (same.Status, alone.StatusCode));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(elsewhere)).StatusCode);
    }

    [Theory]
    [InlineData("conversations", "registry:read")]
    [InlineData("agents", "conversations:use")]
    [InlineData("conversations?select=agents(name)", "conversations:use")]
    public async Task A_key_without_the_permission_reads_nothing(string path, string scope)
    {
        var person = await (await consoles.OnAsync(TestDatabase.Sqlite)).AddPersonAsync(scope);

        var said = await person.GetAsync(path);

        Assert.Equal((HttpStatusCode.Forbidden, "42501"), (said.Status, said.Code));
    }

    [Fact]
    public async Task A_body_or_a_number_of_rows_beyond_the_limit_is_refused()
    {
        var person = await (await consoles.OnAsync(TestDatabase.Sqlite)).AddPersonAsync();

        var large = await person.SendAsync("POST", "conversations", $"{{\"title\":\"{new string('x', 4_000_001)}\"}}");
        var many = await person.SendAsync("POST", "conversations", $"[{string.Join(',', Enumerable.Repeat("{}", 5001))}]");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "54000"), (large.Status, large.Code));
        Assert.Equal((HttpStatusCode.BadRequest, "54000"), (many.Status, many.Code));
    }
}
