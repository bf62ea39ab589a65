using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Whatever is asked is answered or refused; nothing makes the console fail. And what is offered is described.</summary>
public sealed class AskingRestForAnythingTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    private static readonly string[] Pieces =
    [
        "id",
        "title",
        "user_id",
        "message_count",
        "is_archived",
        "created_at",
        "variant_codes",
        "messages",
        "conversations",
        "content",
        "select=",
        "order=",
        "or=",
        "and=",
        "not.",
        "limit=",
        "offset=",
        "columns=",
        "eq.",
        "in.",
        "is.",
        "like.",
        "cs.",
        "ov.",
        "match.",
        "any",
        "all",
        "(",
        ")",
        "{",
        "}",
        ",",
        ".",
        ":",
        "::",
        "->",
        "->>",
        "!",
        "...",
        "*",
        "&",
        "=",
        "\"",
        "\\",
        "'",
        ";",
        "--",
        "%25",
        "%00",
        "%E2%82%AC",
        "0",
        "-1",
        "99999999999999999999",
        "null",
        "true",
        "text",
        "int4",
        "desc",
        "nullsfirst",
        "inner",
        " ",
        "[",
        "]",
    ];

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Queries_at_random_are_answered_or_refused(TestDatabase database)
    {
        var person = await (await consoles.OnAsync(database)).AddPersonAsync();
        var id = await person.AddOneAsync("conversations", """{"title":"a"}""");
        await person.AddAsync("messages", $$$"""{"conversation_id":"{{{id}}}","role":"user","content":"x","variant_codes":{"a":[1]}}""");
        var random = new Xorshift(22);
        for (var round = 0; round < Thorough.Or(150, 3000); round++)
        {
            var query = string.Concat(Enumerable.Range(0, 1 + random.Below(10)).Select(_ => Pieces[random.Below(Pieces.Length)]));
            var table = random.Below(2) == 0 ? "conversations" : "messages";

            var said = await person.GetAsync($"{table}?{query}");

            Assert.True(
                (int)said.Status < 500 && (said.Status == HttpStatusCode.BadRequest || said.Text.Length > 0),
                $"{table}?{query}: {(int)said.Status} {said.Text}"
            );
        }
    }

    [Fact]
    public async Task The_root_describes_what_a_key_may_read()
    {
        var person = await (await consoles.OnAsync(TestDatabase.Sqlite)).AddPersonAsync("conversations:use");

        var said = await person.GetAsync("/rest/v1/");

        Assert.Equal("2.0", (string?)said.Json!["swagger"]);
        Assert.Equal(
            ["/conversations", "/generated_code", "/memory_long_term", "/messages", "/user_preferences"],
            said.Json["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal("uuid", (string?)said.Json["definitions"]!["messages"]!["properties"]!["conversation_id"]!["format"]);
        Assert.Equal(["get", "post", "patch", "delete"], said.Json["paths"]!["/messages"]!.AsObject().Select(act => act.Key));
    }
}
