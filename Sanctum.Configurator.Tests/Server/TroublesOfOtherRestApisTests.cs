using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What people reported of other products that do this job, as calls.</summary>
public sealed class TroublesOfOtherRestApisTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    /// <summary>Title; the query that finds it alone.</summary>
    private static readonly (string Title, string Query)[] Titles =
    [
        ("x,y", "title=in.(\"x,y\",\"z\")"),
        ("say \"hi\"", "title=in.(\"say \\\"hi\\\"\")"),
        ("back\\slash", "title=in.(\"back\\\\slash\")"),
        ("plain\\slash", "title=in.(plain\\slash)"),
        ("(in parentheses)", "or=(title.eq.\"(in parentheses)\",title.eq.none)"),
        ("Docubizz -TCK Århus, Randers & Hobro", "or=(title.ilike.\"%25århus, randers %26 hobro%25\",title.eq.none)"),
        ("100%", "title=like.100\\%25"),
        ("10x5", "title=like.10_5"),
        ("a*b", "title=eq.a*b"),
        ("null", "title=eq.null"),
        ("größe→日本", "title=like.gr*日本"),
        ("{a,b}", "title=eq.{a,b}"),
        ("eq.eq.x", "title=eq.eq.eq.x"),
        ("a.b", "or=(title.eq.a.b,title.eq.none)"),
        ("brace{d", "title=like(any).{\"brace{*\",none}"),
        ("comma,any", "title=like(any).{\"*,any\",none}"),
        ("'; DROP TABLE conversations; --", "title=eq.'; DROP TABLE conversations; --"),
    ];

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Odd_values_are_found_and_nothing_else(TestDatabase database)
    {
        var person = await (await consoles.OnAsync(database)).AddPersonAsync();
        await person.AddAsync(
            "conversations",
            System.Text.Json.JsonSerializer.Serialize(Titles.Select(each => new { title = each.Title }))
        );
        var wrong = new List<string>();
        foreach (var (title, query) in Titles)
        {
            var said = await person.GetAsync($"conversations?select=title&{query}");
            if (said.Status != HttpStatusCode.OK || said.Rows.Count != 1 || (string?)said.Rows[0]!["title"] != title)
            {
                wrong.Add($"{title}: {said.Text}");
            }
        }

        Assert.Empty(wrong);
        Assert.Empty((await person.GetAsync("conversations?title=in.()")).Rows);
        Assert.Equal(Titles.Length, (await person.GetAsync("conversations?title=not.in.()")).Rows.Count);
        Assert.Empty((await person.GetAsync("conversations?or=(title.ilike.\"%25zzz%25,title.ilike.%25a%25\")")).Rows);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Zones_pages_and_nulls_are_as_people_expect(TestDatabase database)
    {
        var person = await (await consoles.OnAsync(database)).AddPersonAsync();
        await person.AddAsync(
            "conversations",
            """[{"title":"a","created_at":"2026-01-01T00:00:00+00:00"},{"title":"b","created_at":"2026-01-01T02:00:00+02:00"},{"title":null,"created_at":"2026-01-02 00:00:00Z"}]"""
        );

        var plus = await person.GetAsync("conversations?select=title&created_at=eq.2026-01-01T00:00:00+00:00&order=title");
        var page = await person.GetAsync("conversations?select=title&order=title", ("Range", "0-1"), ("Prefer", "count=exact"));
        var last = await person.GetAsync("conversations?select=title&order=title&offset=2", ("Prefer", "count=exact"));
        var end = await person.GetAsync("conversations?offset=3", ("Prefer", "count=exact"));
        var beyond = await person.GetAsync("conversations?offset=4", ("Prefer", "count=exact"));
        var unknown = await person.GetAsync("conversations?offset=4");
        var none = await person.GetAsync("conversations?limit=0");
        var distinct = await person.GetAsync("conversations?title=isdistinct.a");
        var unequal = await person.GetAsync("conversations?title=neq.a");

        Assert.Equal(2, plus.Rows.Count);
        Assert.Equal((HttpStatusCode.PartialContent, "0-1/3"), (page.Status, page.Header("Content-Range")));
        Assert.Equal((HttpStatusCode.PartialContent, "2-2/3"), (last.Status, last.Header("Content-Range")));
        Assert.Equal("*/3", end.Header("Content-Range"));
        Assert.Equal(
            (HttpStatusCode.RequestedRangeNotSatisfiable, "PGRST103", "*/3"),
            (beyond.Status, beyond.Code, beyond.Header("Content-Range"))
        );
        Assert.Equal((HttpStatusCode.OK, "*/*", 0), (unknown.Status, unknown.Header("Content-Range"), unknown.Rows.Count));
        Assert.Empty(none.Rows);
        Assert.Equal((2, 1), (distinct.Rows.Count, unequal.Rows.Count));
    }

    /// <summary>PostgREST 2563, 2800 and 3239, supabase 875: or across what is embedded.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Or_reaches_what_is_embedded(TestDatabase database)
    {
        var person = await (await consoles.OnAsync(database)).AddPersonAsync();
        var asked = await person.AddOneAsync("conversations", """{"title":"Asked"}""");
        await person.AddAsync("conversations", """[{"title":"Empty"},{"title":"Other"}]""");
        await person.AddAsync("messages", $$"""{"conversation_id":"{{asked}}","role":"user","content":"Hi"}""");

        async Task<string> TitlesAsync(string query)
        {
            var said = await person.GetAsync($"conversations?select=title,messages()&order=title&{query}");
            return said.Status == HttpStatusCode.OK ? string.Join(' ', said.Rows.Select(row => $"{row!["title"]}")) : said.Text;
        }

        Assert.Equal("Asked Other", await TitlesAsync("or=(messages.not.is.null,title.eq.Other)"));
        Assert.Equal("Empty Other", await TitlesAsync("or=(messages.is.null,title.eq.None)"));
        Assert.Equal("Asked", await TitlesAsync("not.or=(messages.is.null,title.eq.None)"));
        Assert.Equal("Other", await TitlesAsync("and=(title.eq.Other,or(messages.is.null,title.eq.Asked))"));
        Assert.Equal("Asked", await TitlesAsync("messages=is.not_null"));
        Assert.Equal("", await TitlesAsync("messages.content=eq.Bye&or=(messages.not.is.null,title.eq.None)"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Bulk_writes_are_whole_or_nothing(TestDatabase database)
    {
        var person = await (await consoles.OnAsync(database)).AddPersonAsync();
        var kept = await person.AddOneAsync("conversations", """{"title":"Kept"}""");

        var broken = await person.SendAsync(
            "POST",
            "conversations",
            $$"""[{"id":"{{Guid.NewGuid()}}","title":"New"},{"id":"{{kept}}","title":"Again"}]"""
        );
        var filled = await person.SendAsync(
            "POST",
            "conversations?columns=title,is_pinned&select=title,is_pinned",
            """[{"title":"One","colour":"red"},{"title":"Two","is_pinned":true}]""",
            ("Prefer", "return=representation, missing=default")
        );
        var located = await person.SendAsync("POST", "conversations", """{"title":"Three"}""", ("Prefer", "return=headers-only"));
        var empty = await person.SendAsync("PATCH", "conversations?title=eq.One", "{}", ("Prefer", "return=representation"));
        var strict = await person.SendAsync(
            "DELETE",
            "conversations?title=not.is.null",
            null,
            ("Prefer", "handling=strict, max-affected=3")
        );

        Assert.Equal((HttpStatusCode.Conflict, "23505"), (broken.Status, broken.Code));
        Assert.Equal("""[{"title":"One","is_pinned":false},{"title":"Two","is_pinned":true}]""", filled.Text);
        Assert.Equal(
            "return=representation, missing=default".Split(", ").Order(),
            filled.Header("Preference-Applied")!.Split(", ").Order()
        );
        Assert.StartsWith("/rest/v1/conversations?id=eq.", located.Header("Location"), StringComparison.Ordinal);
        Assert.Empty(empty.Rows);
        Assert.Equal((HttpStatusCode.BadRequest, "PGRST124"), (strict.Status, strict.Code));
        Assert.Equal(4, (await person.GetAsync("conversations")).Rows.Count);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Hostile_expressions_take_no_time(TestDatabase database)
    {
        var person = await (await consoles.OnAsync(database)).AddPersonAsync();
        await person.AddAsync("conversations", $$"""{"title":"{{new string('a', 400)}}!"}""");

        var regex = await person.GetAsync("conversations?title=match.^(a%2B)%2B$&select=id");
        var like = await person.GetAsync($"conversations?title=like.{string.Concat(Enumerable.Repeat("*a", 100))}b&select=id");
        var ilike = await person.GetAsync($"conversations?title=ilike.{string.Concat(Enumerable.Repeat("*A", 100))}b&select=id");

        Assert.All(new[] { regex, like, ilike }, said => Assert.True(said.Status == HttpStatusCode.OK && said.Rows.Count == 0, said.Text));
    }
}
