using System.Net;
using System.Text.Json;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Inserts that come together are kept together, and each is answered for itself.</summary>
public sealed class GroupedInsertsTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_that_is_refused_takes_no_other_with_it(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());
        var foreign = await other.AddOneAsync("conversations", """{"title":"Not one's"}""");
        var twice = Guid.NewGuid();

        var said = await Task.WhenAll(Enumerable.Range(0, 120).Select(async at => (Kind: at % 4, Said: await SendAsync(at))));

        Assert.All(said.Where(each => each.Kind == 0), each => Assert.Equal(HttpStatusCode.Created, each.Said.Status));
        var wholes = said.Count(each => each.Kind == 3 && each.Said.Status == HttpStatusCode.Created);
        Assert.Equal(1, wholes + said.Count(each => each.Kind == 1 && each.Said.Status == HttpStatusCode.Created));
        Assert.Equal(59, said.Count(each => each.Said.Code == "23505"));
        Assert.All(said.Where(each => each.Kind == 2), each => Assert.Equal("23503", each.Said.Code));
        Assert.Equal(30 + 1 + wholes, (await one.GetAsync("conversations?select=id")).Rows.Count);
        Assert.Empty((await other.GetAsync($"messages?conversation_id=eq.{foreign}")).Rows);

        Task<RestSaid> SendAsync(int at) =>
            (at % 4) switch
            {
                0 => one.SendAsync("POST", "conversations", JsonSerializer.Serialize(new { title = $"good {at}" })),
                1 => one.SendAsync("POST", "conversations", JsonSerializer.Serialize(new { id = twice, title = "twice" })),
                2 => one.SendAsync("POST", "messages", $$"""{"conversation_id":"{{foreign}}","role":"user","content":"Mine?"}"""),
                _ => one.SendAsync(
                    "POST",
                    "conversations",
                    $$"""[{"id":"{{Guid.NewGuid()}}","title":"half"},{"id":"{{twice}}","title":"half"}]"""
                ),
            };
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_was_answered_is_there_for_everybody_at_once(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var person = await console.AddPersonAsync();

        await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(async at =>
                {
                    var id = await person.AddOneAsync("conversations", JsonSerializer.Serialize(new { title = $"{at}" }));
                    var messages = await Task.WhenAll(
                        Enumerable
                            .Range(0, 3)
                            .Select(number =>
                                person.AddOneAsync(
                                    "messages",
                                    JsonSerializer.Serialize(
                                        new
                                        {
                                            conversation_id = id,
                                            role = "user",
                                            content = $"{number}",
                                        }
                                    )
                                )
                            )
                    );
                    var read = (await person.GetAsync($"conversations?id=eq.{id}&select=message_count,messages(id)")).Rows[0]!;
                    Assert.Equal(3, (int)read["message_count"]!);
                    Assert.Equal(messages.Order(), read["messages"]!.AsArray().Select(row => (string)row!["id"]!).Order());
                })
        );
    }
}
