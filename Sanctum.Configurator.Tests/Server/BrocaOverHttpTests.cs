using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Features.Messaging.Broca;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A program does what the page does: looks, imports, reads the report, takes it back, and helps a Broca of this machine along.</summary>
public sealed class BrocaOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static readonly int[] Eighth = [8],
        Sixth = [6];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_previews_imports_reads_what_was_kept_aside_and_undoes()
    {
        using var file = BrocaDatabaseFile.Odd();
        using var root = console.WithKey(ConsoleServer.FirstKey);

        var (status, preview) = await UploadAsync(await File.ReadAllBytesAsync(file.FilePath, Cancel));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("v3", (string)preview!["shape"]!);
        var again = await ReadAsync(root, $"/api/broca/previews/{preview["id"]}?source=athena");
        Assert.Equal("athena", (string)again["source"]!);
        var begun = await root.SendAsync(
            HttpMethod.Post,
            "/api/broca/imports",
            new { preview_id = (string)preview["id"]!, source = "athena" }
        );
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var run = await Wait.ForAsync(() => ReadAsync(root, $"{begun.Headers.Location}"), now => (string)now["state"]! != "running");
        Assert.Equal("succeeded", (string)run["state"]!);
        var import = await ReadAsync(root, $"/api/broca/imports/{run["import_id"]}");

        Assert.All(import["report"]!["tables"]!.AsArray(), table => Assert.True((bool)table!["is_equal"]!));
        Assert.Equal((int)run["import_id"]!, (int)(await ReadAsync(root, "/api/broca/imports"))["items"]![0]!["id"]!);
        var aside = await root.ReadAsync($"/api/broca/imports/{run["import_id"]}/orphans?format=jsonl");
        Assert.Equal(7, aside.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Count());
        Assert.Contains("Whose?", aside, StringComparison.Ordinal);
        var undone = await root.SendAsync(HttpMethod.Post, $"/api/broca/imports/{run["import_id"]}/undo");
        Assert.Equal(
            5,
            (int)JsonNode.Parse(await undone.Content.ReadAsStringAsync(Cancel))!["report"]!["undone"]!["removed"]!["messages"]!
        );
        var twice = await root.SendAsync(HttpMethod.Post, $"/api/broca/imports/{run["import_id"]}/undo");
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_none_is_a_problem_with_its_reason()
    {
        var (status, body) = await UploadAsync("not a database, but long enough to be read"u8.ToArray());

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("not a SQLite database", (string)body!["errors"]!["file"]![0]!, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(console.Home, "broca-*.tmp"));
    }

    [Fact]
    public async Task A_Broca_of_this_machine_is_added_configured_and_helped_along()
    {
        using var file = BrocaDatabaseFile.Odd();
        await File.WriteAllTextAsync(Path.Combine(file.Folder, "settings.json"), """{"message_mode": "live"}""", Cancel);
        await File.WriteAllTextAsync(Path.Combine(file.Folder, ".env"), "AGENT_API_KEY=canary-of-env\n", Cancel);
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var made = await root.SendAsync(HttpMethod.Post, "/api/broca/instances", new { path = file.Folder });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var id = (string)(await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["id"]!;

        var settings = await root.ReadAsync($"/api/broca/instances/{id}/settings");
        Assert.DoesNotContain("canary", settings, StringComparison.Ordinal);
        var stale = await root.SendAsync(
            HttpMethod.Put,
            $"/api/broca/instances/{id}/settings",
            new { settings_hash = "other", message_mode = "echo" }
        );
        var saved = await root.SendAsync(
            HttpMethod.Put,
            $"/api/broca/instances/{id}/settings",
            new { message_mode = "echo", queue_refresh = 9 }
        );
        var wrong = await root.SendAsync(HttpMethod.Put, $"/api/broca/instances/{id}/settings", new { queue_refresh = 999 });
        var requeued = await root.SendAsync(HttpMethod.Post, $"/api/broca/instances/{id}/requeue", new { ids = Eighth });
        var flushed = await root.SendAsync(HttpMethod.Post, $"/api/broca/instances/{id}/flush", new { ids = Sixth });

        Assert.Equal(
            [HttpStatusCode.PreconditionFailed, HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { stale, saved, wrong, requeued, flushed }.Select(answer => answer.StatusCode)
        );
        Assert.Equal(
            "pending flushed",
            file.Ask("SELECT (SELECT status FROM queue WHERE id = 8) || ' ' || (SELECT status FROM queue WHERE id = 6)")
        );
        Assert.Equal(
            "echo",
            (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(file.Folder, "settings.json"), Cancel))!["message_mode"]!
        );
        Assert.Contains(id, await root.ReadAsync("/api/broca/instances"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await root.SendAsync(HttpMethod.Delete, $"/api/broca/instances/{id}")).StatusCode);
        Assert.DoesNotContain(
            "canary",
            string.Join('\n', console.Log.Lines) + await root.ReadAsync("/api/history?take=200"),
            StringComparison.Ordinal
        );
    }

    private static async Task<JsonNode> ReadAsync(Caller caller, string path) => JsonNode.Parse(await caller.ReadAsync(path))!;

    private async Task<(HttpStatusCode Status, JsonNode? Body)> UploadAsync(byte[] content)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ConsoleServer.FirstKey);
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.sqlite3");
        using var answer = await http.PostAsync("/api/broca/previews?name=athena.db", body, Cancel);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel)));
    }
}
