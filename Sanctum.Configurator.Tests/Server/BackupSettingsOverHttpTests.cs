using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

public sealed class BackupSettingsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_reads_and_changes_the_settings_and_never_sees_the_passphrase()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var before = await root.GetAsync("/api/backup-settings");
        var version = before.Headers.ETag!.Tag;
        var wanted = new
        {
            full_every_days = 7,
            with_logs = true,
            drill = "never",
            passphrase = "the lamp is lit at nine",
        };

        Assert.Equal(
            HttpStatusCode.PreconditionRequired,
            (await root.SendAsync(HttpMethod.Put, "/api/backup-settings", wanted)).StatusCode
        );
        var saved = await root.SendAsync(HttpMethod.Put, "/api/backup-settings", wanted, version);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        Assert.Equal(
            HttpStatusCode.PreconditionFailed,
            (await root.SendAsync(HttpMethod.Put, "/api/backup-settings", wanted, version)).StatusCode
        );

        var now = await root.ReadAsync("/api/backup-settings");
        Assert.DoesNotContain("the lamp", now, StringComparison.Ordinal);
        var row = JsonNode.Parse(now)!;
        Assert.Equal((7, "never", true), ((int)row["full_every_days"]!, (string?)row["drill"], (bool)row["has_passphrase"]!));
    }

    [Fact]
    public async Task A_program_adds_tests_changes_and_deletes_a_target()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var folder = Directory.CreateDirectory(Path.Combine(console.Home, "nas")).FullName;

        var verdict = await ReadAsync(
            await root.SendAsync(
                HttpMethod.Post,
                "/api/backup-settings/targets/test",
                new
                {
                    name = "NAS",
                    kind = "folder",
                    folder = folder + "-gone",
                }
            )
        );
        Assert.False((bool)verdict["ok"]!);
        Assert.Contains("was not found", (string)verdict["message"]!, StringComparison.Ordinal);
        var made = await root.SendAsync(
            HttpMethod.Post,
            "/api/backup-settings/targets",
            new
            {
                name = "NAS",
                kind = "folder",
                folder,
                keep_daily = 7,
            }
        );
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var address = made.Headers.Location!.ToString();
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await root.SendAsync(
                    HttpMethod.Put,
                    address,
                    new
                    {
                        name = "The NAS",
                        kind = "folder",
                        folder,
                    },
                    made.Headers.ETag!.Tag
                )
            ).StatusCode
        );
        Assert.Equal(
            ["This machine", "The NAS"],
            JsonNode.Parse(await root.ReadAsync("/api/backup-settings/targets"))!.AsArray().Select(row => (string)row!["name"]!)
        );

        var refused = await root.SendAsync(HttpMethod.Post, "/api/backup-settings/targets", new { name = "x", kind = "s3" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.NotNull((await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["errors"]!["secret_key"]);
        Assert.Equal(HttpStatusCode.NoContent, (await root.SendAsync(HttpMethod.Delete, address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await root.GetAsync(address)).StatusCode);
    }

    [Fact]
    public async Task A_program_asks_what_rules_would_keep()
    {
        using var root = console.WithKey(ConsoleServer.FirstKey);

        var answer = await ReadAsync(
            await root.SendAsync(
                HttpMethod.Post,
                "/api/backup-settings/simulate",
                new
                {
                    rules = new { keep_daily = 3 },
                    schedule = new { cron_expression = "0 3 * * *" },
                    days = 10,
                    kept_only = true,
                    take = 2,
                }
            )
        );

        Assert.Equal((3, 3, 2), ((int)answer["kept"]!, (int)answer["total"]!, answer["backups"]!.AsArray().Count));
        Assert.StartsWith("newest of ", (string)answer["backups"]![0]!["reasons"]![0]!, StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.OK,
            (await root.SendAsync(HttpMethod.Post, "/api/backup-settings/simulate", new { target_id = 1 })).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await root.SendAsync(HttpMethod.Post, "/api/backup-settings/simulate", new { rules = new { keep_daily = -3 } })).StatusCode
        );
        var refused = await root.SendAsync(
            HttpMethod.Post,
            "/api/backup-settings/simulate",
            new { schedule = new { cron_expression = "0 25 * * *" } }
        );
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.NotNull((await refused.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["errors"]!["cron_expression"]);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await root.SendAsync(HttpMethod.Post, "/api/backup-settings/simulate", new { target_id = 999 })).StatusCode
        );
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }
}
