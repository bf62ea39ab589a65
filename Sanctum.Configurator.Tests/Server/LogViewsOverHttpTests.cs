using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Programs keep views of the logs and alerts.</summary>
public sealed class LogViewsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_view_is_tried_kept_read_changed_and_deleted()
    {
        using var program = console.WithKey(await console.CreateKeyAsync(Policies.ReadLogs));
        var tried = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/log-views?dryRun=true", new { name = "Errors", query = "level>=error" }),
            HttpStatusCode.OK
        );
        Assert.Equal("insert log_views", $"{tried["changes"]![0]!["act"]} {tried["changes"]![0]!["table_name"]}");
        Assert.Empty((await JsonAsync(await program.GetAsync("/api/log-views"), HttpStatusCode.OK))["items"]!.AsArray());

        var made = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/log-views", new { name = "Errors", query = "level>=error" }),
            HttpStatusCode.Created
        );
        var path = $"/api/log-views/{made["id"]}";
        var wrong = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/log-views", new { name = "errors", query = "level:loud" }),
            HttpStatusCode.BadRequest
        );
        Assert.Equal(["name", "query"], wrong["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        using var read = await program.GetAsync(path);
        var changed = new { name = "Errors", query = "level:critical" };
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed), HttpStatusCode.PreconditionRequired);
        Assert.Equal(
            "level:critical",
            (string)
                (await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed, $"{read.Headers.ETag}"), HttpStatusCode.OK))[
                    "query"
                ]!
        );
        Assert.Equal(
            "level:critical",
            (string)
                (
                    await JsonAsync(
                        await program.SendAsync(HttpMethod.Put, path, changed, $"{read.Headers.ETag}"),
                        HttpStatusCode.PreconditionFailed
                    )
                )["current"]!["query"]!
        );
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, path)).StatusCode);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_alert_that_is_added_is_raised_by_itself()
    {
        using var program = console.WithKey(await console.CreateKeyAsync([.. Permissions.All]));
        var form = new
        {
            name = "Walruses",
            query = "walrus",
            threshold = 2,
            window_seconds = 600,
            level = "error",
        };
        Assert.Equal(
            0,
            (int)(await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/alerts/preview", form), HttpStatusCode.OK))["times"]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/alerts?dryRun=true", form), HttpStatusCode.OK);
        Assert.Equal(0, (int)(await JsonAsync(await program.GetAsync("/api/alerts"), HttpStatusCode.OK))["total"]!);
        var made = await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/alerts", form), HttpStatusCode.Created);
        Assert.Equal(("new", "error", 600), ((string)made["state"]!, (string)made["level"]!, (int)made["window_seconds"]!));
        var path = $"/api/alerts/{made["id"]}";
        var wrong = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/alerts", new { name = "x", threshold = 0 }),
            HttpStatusCode.BadRequest
        );
        Assert.Equal("Enter a number of lines from 1 to 1,000,000.", (string)wrong["errors"]!["threshold"]![0]!);

        await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/logs",
                new[] { new { message = "a walrus" }, new { message = "another walrus" } }
            ),
            HttpStatusCode.Created
        );
        var seen = await Wait.ForAsync(
            async () => await JsonAsync(await program.GetAsync(path), HttpStatusCode.OK),
            now => (string)now["state"]! == "raised" && now["last_count"] is not null
        );

        Assert.Equal((2, true), ((int)seen["last_count"]!, (bool)seen["is_raised"]!));
        Assert.Equal(
            1,
            (int)
                (await JsonAsync(await program.GetAsync("/api/notifications?source=logs&state=open&q=Walruses"), HttpStatusCode.OK))[
                    "total"
                ]!
        );
        Assert.Equal(
            1,
            (int)(await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/alerts/preview", form), HttpStatusCode.OK))["times"]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/test"), HttpStatusCode.OK);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/test?dryRun=true"), HttpStatusCode.BadRequest);

        using var read = await program.GetAsync(path);
        await JsonAsync(await program.SendAsync(HttpMethod.Delete, $"{path}?dryRun=true"), HttpStatusCode.OK);
        Assert.Equal(
            1,
            (int)
                (await JsonAsync(await program.GetAsync("/api/notifications?source=logs&state=open&q=Walruses"), HttpStatusCode.OK))[
                    "total"
                ]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, form), HttpStatusCode.PreconditionRequired);
        await JsonAsync(
            await program.SendAsync(HttpMethod.Put, path, form with { threshold = 3 }, $"{read.Headers.ETag}"),
            HttpStatusCode.OK
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, form, $"{read.Headers.ETag}"), HttpStatusCode.PreconditionFailed);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, path)).StatusCode);
        Assert.Equal(
            0,
            (int)
                (await JsonAsync(await program.GetAsync("/api/notifications?source=logs&state=open&q=Walruses"), HttpStatusCode.OK))[
                    "total"
                ]!
        );
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
