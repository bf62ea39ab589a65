using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class LogFilesOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_follows_a_file_reads_how_far_it_is_and_removes_it()
    {
        var folder = Directory.CreateTempSubdirectory("sanctum-files-");
        var path = Path.Combine(folder.FullName, "app.log");
        await File.WriteAllTextAsync(path, "2026-07-08 15:21:07,215 - smcp - ERROR - porpoise\n", Cancel);
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var tried = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/log-files?dryRun=true", new { path }),
            HttpStatusCode.OK
        );
        Assert.Contains("log_files", tried.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty((await JsonAsync(await program.GetAsync("/api/log-files"), HttpStatusCode.OK)).AsArray());
        var wrong = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/log-files", new { path = "app.log", format = "auto" }),
            HttpStatusCode.BadRequest
        );
        Assert.StartsWith("Enter the full path", (string)wrong["errors"]!["path"]![0]!, StringComparison.Ordinal);

        var made = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/log-files", new { path, format = "smcp" }),
            HttpStatusCode.Created
        );
        var address = $"/api/log-files/{made["id"]}";
        var row = await Wait.ForAsync(
            async () => await JsonAsync(await program.GetAsync(address), HttpStatusCode.OK),
            now => (long)now["lines"]! > 0
        );

        Assert.Equal(("following", 0L), ((string)row["state"]!, (long)row["behind"]!));
        Assert.Equal("ERROR", (string)JsonNode.Parse(await program.ReadAsync("/api/logs?q=porpoise"))!["items"]![0]!["level"]!);
        using var read = await program.GetAsync(address);
        await JsonAsync(await program.SendAsync(HttpMethod.Put, address, new { path, is_on = false }), HttpStatusCode.PreconditionRequired);
        var paused = await JsonAsync(
            await program.SendAsync(HttpMethod.Put, address, new { path, is_on = false }, $"{read.Headers.ETag}"),
            HttpStatusCode.OK
        );
        Assert.Equal("paused", (string)paused["state"]!);
        await JsonAsync(
            await program.SendAsync(HttpMethod.Put, address, new { path }, $"{read.Headers.ETag}"),
            HttpStatusCode.PreconditionFailed
        );
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, address)).StatusCode);
        await JsonAsync(await program.GetAsync(address), HttpStatusCode.NotFound);
        folder.Delete(recursive: true);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
