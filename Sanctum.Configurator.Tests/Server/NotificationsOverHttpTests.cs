using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console into which a test raises notifications.</summary>
public sealed class NotifyingConsole : ConsoleServer
{
    public Notifier Notifier => Services.GetRequiredService<Notifier>();
}

public sealed class NotificationsOverHttpTests(NotifyingConsole console) : IClassFixture<NotifyingConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_reads_what_happened_and_marks_it_as_read()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        for (var times = 0; times < 3; times++)
        {
            await console.Notifier.RaiseAsync(
                new(NoticeLevel.Error, NoticeSources.Jobs, "A job failed")
                {
                    Message = "Look at it.",
                    Link = "/backups",
                    GroupKey = "job:1",
                },
                Cancel
            );
        }

        var listed = await JsonAsync(
            await program.GetAsync("/api/notifications?source=jobs&level=error&state=unread&q=JOB"),
            HttpStatusCode.OK
        );
        var row = Assert.Single(listed["items"]!.AsArray())!;
        Assert.Equal(
            ("A job failed", 3, "error", 1),
            ((string)row["title"]!, (int)row["occurrences"]!, (string)row["level"]!, (int)listed["total"]!)
        );
        Assert.True((int)(await JsonAsync(await program.GetAsync("/api/notifications/unread"), HttpStatusCode.OK))["unread"]! >= 1);

        var read = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"/api/notifications/{row["id"]}/read"), HttpStatusCode.OK);
        Assert.NotNull(read["read_at"]);
        Assert.Equal(
            0,
            (int)(await JsonAsync(await program.GetAsync("/api/notifications?source=jobs&state=unread"), HttpStatusCode.OK))["total"]!
        );
        Assert.Empty(
            (await JsonAsync(await program.GetAsync($"/api/notifications/{row["id"]}"), HttpStatusCode.OK))["deliveries"]!.AsArray()
        );
        Assert.Equal(
            0,
            (int)(await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/notifications/read"), HttpStatusCode.OK))["unread"]!
        );
        var wrong = await JsonAsync(await program.GetAsync("/api/notifications?level=loud"), HttpStatusCode.BadRequest);
        Assert.Equal("The level must be info, warning or error.", (string)wrong["errors"]!["level"]![0]!);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/notifications/999999/read"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_program_keeps_a_channel_and_what_is_raised_arrives_by_itself()
    {
        await using var receiver = await FakeReceiver.StartAsync();
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var form = new
        {
            name = "Hook",
            kind = "webhook",
            url = $"{receiver.Address}hook",
            secret = "s",
            min_level = "info",
            sources = new[] { "logs" },
            quiet_from = (string?)null,
        };
        var path = "/api/notification-channels";
        Assert.Equal(
            0,
            (int)(await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}?dryRun=true", form), HttpStatusCode.OK))["id"]!
        );
        Assert.True((bool)(await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/test", form), HttpStatusCode.OK))["ok"]!);
        var made = await JsonAsync(await program.SendAsync(HttpMethod.Post, path, form), HttpStatusCode.Created);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, path, form), HttpStatusCode.BadRequest);
        path = $"{path}/{made["id"]}";
        Assert.True((bool)(await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/test"), HttpStatusCode.OK))["ok"]!);

        await console.Notifier.RaiseAsync(new(NoticeLevel.Warning, NoticeSources.Logs, "Too many errors"), Cancel);
        await Wait.UntilAsync(() => receiver.All.Count >= 3);

        Assert.Equal(["Test from Sanctum", "Test from Sanctum", "Too many errors"], receiver.All.SelectMany(got => got.Titles));

        using var read = await program.GetAsync(path);
        var changed = new
        {
            name = "Hook 2",
            kind = "webhook",
            min_level = "error",
        };
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed), HttpStatusCode.PreconditionRequired);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, $"{path}?dryRun=true", changed, $"{read.Headers.ETag}"), HttpStatusCode.OK);
        Assert.Equal(
            "Hook 2",
            (string)
                (await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed, $"{read.Headers.ETag}"), HttpStatusCode.OK))[
                    "name"
                ]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed, $"{read.Headers.ETag}"), HttpStatusCode.PreconditionFailed);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, path)).StatusCode);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
