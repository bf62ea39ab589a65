using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Backups.Runs;

namespace Sanctum.Configurator.Tests.Server;

public sealed class BackupsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_backs_up_downloads_previews_restores_and_undoes()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        await PutAsync(root, 9100);
        var begun = await root.SendAsync(HttpMethod.Post, "/api/backups", new { type = "full", note = "by a program" });
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var address = begun.Headers.Location!.ToString();
        await console.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);

        var made = await ReadAsync(await root.GetAsync(address));
        Assert.Equal(
            ("Completed", "full", "by a program", null),
            ((string?)made["status"], (string?)made["type"], (string?)made["description"], (string?)made["drill_failure"])
        );
        Assert.NotNull(made["drilled_at"]);
        Assert.Equal("manual", (string?)made["trigger"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await root.SendAsync(HttpMethod.Post, $"{address}/stop", new { })).StatusCode);
        var copy = Path.Combine(console.Home, "downloaded.sanctum");
        await File.WriteAllBytesAsync(copy, await (await root.GetAsync($"{address}/content")).Content.ReadAsByteArrayAsync(Cancel), Cancel);
        using (var archive = ArchiveReader.Open(copy, null))
        {
            Assert.Equal("full", archive.Manifest.Type);
        }

        var verdict = await ReadAsync(await root.SendAsync(HttpMethod.Post, $"{address}/verify", new { }));
        Assert.True((bool)verdict["ok"]!);
        Assert.Equal("registry.db", (string?)verdict["parts"]![0]!["name"]);

        await PutAsync(root, 9200);
        var plan = await ReadAsync(await root.SendAsync(HttpMethod.Post, $"{address}/restore", new { dry_run = true }));
        Assert.Equal(9200, await PortAsync(root));
        Assert.Contains("\"column\":\"smcp_port\",\"now\":\"9200\",\"then\":\"9100\"", plan.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.OK,
            (await root.SendAsync(HttpMethod.Post, $"{address}/restore", new { dryRun = true, confirm = (string?)made["name"] })).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await root.SendAsync(HttpMethod.Post, $"{address}/restore", new { dry = true, confirm = (string?)made["name"] })).StatusCode
        );
        Assert.Equal(9200, await PortAsync(root));
        Assert.Equal(HttpStatusCode.BadRequest, (await root.SendAsync(HttpMethod.Post, $"{address}/restore", new { })).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await root.SendAsync(
                    HttpMethod.Post,
                    $"{address}/restore",
                    new { confirm = (string?)made["name"], password = ConsoleServer.Password }
                )
            ).StatusCode
        );
        Assert.Equal(9100, await PortAsync(root));
        Assert.Equal(
            HttpStatusCode.OK,
            (await root.SendAsync(HttpMethod.Post, "/api/backups/restore/undo", new { password = ConsoleServer.Password })).StatusCode
        );
        Assert.Equal(9200, await PortAsync(root));

        Assert.Equal(HttpStatusCode.NoContent, (await root.SendAsync(HttpMethod.Delete, address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await root.GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task A_program_leaves_out_the_logs_notes_it_and_brings_a_file_back_that_was_deleted()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var address = (
            await root.SendAsync(HttpMethod.Post, "/api/backups", new { type = "full", parts = Array.Empty<string>() })
        ).Headers.Location!.ToString();
        await console.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        Assert.Equal(
            "no logs",
            (string?)(await ReadAsync(await root.SendAsync(HttpMethod.Put, address, new { note = "no logs" })))["description"]
        );
        var file = await (await root.GetAsync($"{address}/content")).Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(HttpStatusCode.NoContent, (await root.SendAsync(HttpMethod.Delete, address)).StatusCode);

        using var taken = await UploadAsync(file);
        using var again = await UploadAsync(file);
        using var foreign = await UploadAsync(new byte[4096]);

        Assert.Equal(
            (HttpStatusCode.Created, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest),
            (taken.StatusCode, again.StatusCode, foreign.StatusCode)
        );
        Assert.Equal("application/problem+json", foreign.Content.Headers.ContentType!.MediaType);
        var verdict = await ReadAsync(await root.SendAsync(HttpMethod.Post, $"{taken.Headers.Location}/verify", new { }));
        Assert.Equal("registry.db", (string?)Assert.Single(verdict["parts"]!.AsArray())!["name"]);
    }

    private async Task<HttpResponseMessage> UploadAsync(byte[] file)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(console.Address, "/api/backups/upload"))
        {
            Content = new ByteArrayContent(file),
        };
        request.Headers.Authorization = new("Bearer", ConsoleServer.FirstKey);
        return await http.SendAsync(request, Cancel);
    }

    [Theory]
    [InlineData("logs,everything", null, "parts")]
    [InlineData("logs", "short", "passphrase")]
    public async Task What_can_not_be_made_is_refused_by_field(string parts, string? passphrase, string field)
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);

        var refused = await root.SendAsync(
            HttpMethod.Post,
            "/api/backups",
            new
            {
                type = "full",
                parts = parts.Split(','),
                passphrase,
            }
        );

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.NotNull((await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["errors"]![field]);
    }

    private static async Task PutAsync(Caller caller, int port) =>
        Assert.True((await caller.SendAsync(HttpMethod.Put, "/api/settings", new { smcp_port = port })).IsSuccessStatusCode);

    private static async Task<int> PortAsync(Caller caller) =>
        (int)(await ReadAsync(await caller.GetAsync("/api/settings")))["values"]!["smcp_port"]!;

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }
}
