#pragma warning disable EF1002 // Rows of the test's own.
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.RestApi;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Pages of what one may see, put together of several ranges of an index.</summary>
public sealed class RestPagesTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Rows written in one call have one time: pages that are sorted by it miss none and repeat none (PostgREST's issue 1953).</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Pages_miss_nothing_and_repeat_nothing(TestDatabase database)
    {
        var console = await consoles.OnAsync(database);
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());
        var numbers = new Xorshift(7);
        await AddAsync(one, 90, numbers);
        await AddAsync(other, 60, numbers);
        await AddAsync(one, 30, numbers);
        var all = (await one.GetAsync("conversations?select=id,title,user_id,updated_at,is_pinned,is_archived&limit=1000")).Rows;
        var seen = all.Select(row => (Id: (string)row!["id"]!, Time: (string)row["updated_at"]!, Pinned: (bool)row["is_pinned"]!)).ToList();

        Assert.All(
            all,
            row => Assert.True((string)row!["user_id"]! == one.Me || ((string)row["title"]!).Contains("shared", StringComparison.Ordinal))
        );
        Assert.Contains(all, row => (string)row!["user_id"]! == other.Me);
        foreach (
            var order in new[]
            {
                "",
                "&order=updated_at.desc",
                "&order=updated_at",
                "&order=title.desc",
                "&order=is_pinned,updated_at.desc",
            }
        )
        {
            List<string> pages = [];
            for (var from = 0; ; from += 7)
            {
                var page = (await one.GetAsync($"conversations?select=id{order}&limit=7&offset={from}")).Rows;
                pages.AddRange(page.Select(row => (string)row!["id"]!));
                if (page.Count < 7)
                {
                    break;
                }
            }

            Assert.Equal(pages.Distinct(), pages);
            Assert.Equal(seen.Select(row => row.Id).Order(), pages.Order());
            if (order.StartsWith("&order=updated_at", StringComparison.Ordinal))
            {
                var times = pages.ConvertAll(id => seen.Single(row => row.Id == id).Time);
                Assert.Equal(order.EndsWith("desc", StringComparison.Ordinal) ? times.OrderDescending() : times.Order(), times);
            }
        }

        var pinned = await one.GetAsync("conversations?select=id&is_pinned=is.true&order=updated_at.desc&limit=500");
        Assert.Equal(seen.Count(row => row.Pinned), pinned.Rows.Count);
    }

    /// <summary>Booleans of SQLite are numbers, and another program may have stored any.</summary>
    [Fact]
    public async Task Rows_with_odd_flags_are_in_their_places()
    {
        var console = await consoles.OnAsync(TestDatabase.Sqlite);
        var person = await console.AddPersonAsync();
        await using var registry = await console.OpenAsync();
        string[] flags = ["0", "1", "2", "-1", "0.5", "'yes'"];
        var at = 0;
        foreach (var (archived, pinned) in flags.SelectMany(archived => flags.Select(pinned => (archived, pinned))))
        {
            await registry.Database.ExecuteSqlRawAsync(
                $"INSERT INTO conversations (id, user_id, title, updated_at, is_archived, is_pinned) VALUES ('{Guid.NewGuid()}', '{person.Me}', '{at:00}', '2026-01-01 00:00:{at++:00}', {archived}, {pinned})",
                Cancel
            );
        }

        var found = await person.GetAsync($"conversations?select=title&user_id=eq.{person.Me}&order=updated_at.desc");

        Assert.Equal(
            Enumerable.Range(0, flags.Length * flags.Length).Select(number => $"{number:00}").Reverse(),
            found.Rows.Select(row => (string)row!["title"]!)
        );
    }

    /// <summary>What is kept of an earlier reading ends with the commit (Directus' issue 5709, and its pull request 18526).</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_no_longer_shared_is_gone_with_the_next_call(TestDatabase database)
    {
        await using var console = new RestConsole(database);
        await console.InitializeAsync();
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());
        var id = await other.AddOneAsync("conversations", """{"title":"Ours"}""");
        const string List = "conversations?select=title&order=updated_at.desc";

        for (var round = 0; round < 3; round++)
        {
            Assert.Empty((await one.GetAsync(List)).Rows);
            Assert.Equal("true", (await one.GetAsync(List)).Header(RestEndpoints.HiddenHeader));
            await other.SendAsync("PATCH", $"conversations?id=eq.{id}", """{"is_shared":true}""");
            Assert.Single((await one.GetAsync(List)).Rows);
            Assert.Null((await one.GetAsync(List)).Header(RestEndpoints.HiddenHeader));
            Assert.Equal("0-0/1", (await one.GetAsync($"{List}&limit=1", ("Prefer", "count=exact"))).Header("Content-Range"));
            await other.SendAsync("PATCH", $"conversations?id=eq.{id}", """{"is_shared":false}""");
        }
    }

    /// <summary>Beyond a hundred that others share they are not kept by name.</summary>
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Very_much_that_is_shared_is_found_all_the_same(TestDatabase database)
    {
        await using var console = new RestConsole(database);
        await console.InitializeAsync();
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());
        await other.AddAsync(
            "conversations",
            JsonSerializer.Serialize(Enumerable.Range(0, 130).Select(at => new { title = $"{at}", is_shared = true }))
        );
        await one.AddAsync("conversations", """{"title":"Mine"}""");

        Assert.Equal(131, (await one.GetAsync("conversations?select=id&order=updated_at.desc")).Rows.Count);
        Assert.Equal(10, (await one.GetAsync("conversations?select=id&order=title&limit=10")).Rows.Count);
    }

    private static async Task AddAsync(RestCaller person, int count, Xorshift numbers) =>
        await person.AddAsync(
            "conversations",
            JsonSerializer.Serialize(
                Enumerable
                    .Range(0, count)
                    .Select(at => (Shared: numbers.Below(5) == 0, At: at))
                    .Select(row => new
                    {
                        title = $"{(row.Shared ? "shared" : "own")} {numbers.Below(20)}",
                        is_shared = row.Shared,
                        is_pinned = numbers.Below(3) == 0,
                        is_archived = numbers.Below(4) == 0,
                        updated_at = $"2026-01-01T00:00:{numbers.Below(9):00}Z",
                    })
            )
        );
}
