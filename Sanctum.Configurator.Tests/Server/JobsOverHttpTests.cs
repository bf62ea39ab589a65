using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Features.ScheduledJobs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console that knows one more act, which its test holds back or lets fail.</summary>
public sealed class JobConsole : ConsoleServer
{
    internal GatedAct Act { get; } = new();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureServices(services => services.AddSingleton<IBuiltInTask>(Act));
    }
}

public sealed class JobsOverHttpTests(JobConsole console) : IClassFixture<JobConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_keeps_a_job()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var form = new
        {
            name = "Nightly",
            cron_expression = "30 2 28 3 *",
            time_zone = "Europe/Berlin",
            action = "wait",
            arguments = new { word = "hello" },
        };
        var bad = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/jobs",
                new
                {
                    name = "",
                    cron_expression = "61 * * * *",
                    action = "wait",
                    timeout_seconds = 0,
                }
            ),
            HttpStatusCode.BadRequest
        );
        Assert.Equal(
            ["cron_expression", "name", "timeout_seconds"],
            bad["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal)
        );
        Assert.NotNull(
            (
                await JsonAsync(
                    await program.SendAsync(
                        HttpMethod.Post,
                        "/api/jobs",
                        new
                        {
                            name = "X",
                            cron_expression = "61 * * * *",
                            action = "wait",
                        }
                    ),
                    HttpStatusCode.BadRequest
                )
            )["errors"]!["cron_expression"]
        );
        await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/jobs",
                new
                {
                    name = "X",
                    cron_expression = "@daily",
                    action = "dance",
                }
            ),
            HttpStatusCode.BadRequest
        );
        await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/jobs",
                new
                {
                    name = "X",
                    cron_expression = "@daily",
                    action = "wait",
                    arguments = new { volume = 3 },
                }
            ),
            HttpStatusCode.BadRequest
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/jobs?dryRun=true", form), HttpStatusCode.OK);
        Assert.Equal(0, (int)(await JsonAsync(await program.GetAsync("/api/jobs?q=nightly"), HttpStatusCode.OK))["total"]!);

        using var made = await program.SendAsync(HttpMethod.Post, "/api/jobs", form);
        var job = await JsonAsync(made, HttpStatusCode.Created);
        Assert.Equal(
            ($"/api/jobs/{job["id"]}", "\"1\"", "ok"),
            (made.Headers.Location?.ToString(), made.Headers.ETag?.ToString(), (string)job["state"]!)
        );
        var path = $"/api/jobs/{job["id"]}";
        var changed = new
        {
            name = "Nightly",
            cron_expression = "@daily",
            action = "wait",
            retries = 2,
        };
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed), HttpStatusCode.PreconditionRequired);
        Assert.Equal(
            2,
            (int)(await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed, "\"1\""), HttpStatusCode.OK))["version"]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Put, path, changed, "\"1\""), HttpStatusCode.PreconditionFailed);
        await JsonAsync(
            await program.SendAsync(HttpMethod.Post, $"{path}/pause", new { until = "2020-01-01T00:00:00Z" }),
            HttpStatusCode.BadRequest
        );
        Assert.Equal(
            "paused",
            (string)(await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/pause"), HttpStatusCode.OK))["state"]!
        );
        Assert.Equal(1, (int)(await JsonAsync(await program.GetAsync("/api/jobs?state=paused&q=night"), HttpStatusCode.OK))["total"]!);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/resume"), HttpStatusCode.OK);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/disable"), HttpStatusCode.OK);
        var view = await JsonAsync(await program.GetAsync(path), HttpStatusCode.OK);
        Assert.Equal(
            ("disabled", 2, 0),
            ((string)view["job"]!["state"]!, (int)view["form"]!["retries"]!, (int)view["statistics"]!["runs"]!)
        );
        await JsonAsync(await program.GetAsync("/api/jobs?state=lazy"), HttpStatusCode.BadRequest);

        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, path)).StatusCode);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_program_runs_a_job_cancels_it_and_runs_it_again()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var job = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/jobs",
                new
                {
                    name = "By hand",
                    cron_expression = "@yearly",
                    action = "wait",
                }
            ),
            HttpStatusCode.Created
        );
        var path = $"/api/jobs/{job["id"]}";
        console.Act.IsHeld = true;
        await JsonAsync(
            await program.SendAsync(HttpMethod.Post, $"{path}/run", new { overrides = new { volume = 3 } }),
            HttpStatusCode.BadRequest
        );
        using var asked = await program.SendAsync(HttpMethod.Post, $"{path}/run", new { overrides = new { word = "now" } });
        var run = await JsonAsync(asked, HttpStatusCode.Accepted);
        Assert.Equal(($"/api/runs/{run["id"]}", "key first key"), (asked.Headers.Location?.ToString(), (string?)run["triggered_by"]));
        Assert.Equal("now", (string)(await UntilAsync(program, run, "running"))["arguments"]!["word"]!);
        Assert.Equal("running", (string)(await JsonAsync(await program.GetAsync(path), HttpStatusCode.OK))["job"]!["state"]!);

        await Wait.UntilAsync(() => !console.Act.Told.IsEmpty); // A run is called running a moment before its act begins.
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"/api/runs/{run["id"]}/cancel"), HttpStatusCode.OK);
        await UntilAsync(program, run, "cancelled");
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"/api/runs/{run["id"]}/cancel"), HttpStatusCode.BadRequest);
        console.Act.IsHeld = false;
        var again = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"/api/runs/{run["id"]}/again"), HttpStatusCode.Accepted);
        await UntilAsync(program, again, "succeeded");
        Assert.Equal(["now", "now"], console.Act.Told);

        var first = await JsonAsync(await program.GetAsync($"{path}/runs?take=1"), HttpStatusCode.OK);
        var second = await JsonAsync(
            await program.GetAsync($"/api/runs?q=by+hand&take=1&cursor={Uri.EscapeDataString((string)first["next_cursor"]!)}"),
            HttpStatusCode.OK
        );
        Assert.Equal(
            ((int)again["id"]!, (int)run["id"]!, 2),
            ((int)first["items"]![0]!["id"]!, (int)second["items"]![0]!["id"]!, (int)second["total"]!)
        );
        Assert.Equal(1, (int)(await JsonAsync(await program.GetAsync($"{path}/runs?outcome=cancelled"), HttpStatusCode.OK))["total"]!);
        await JsonAsync(await program.GetAsync("/api/runs?cursor=nonsense"), HttpStatusCode.BadRequest);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/jobs/999999/run"), HttpStatusCode.NotFound);
        await JsonAsync(await program.GetAsync("/api/runs/999999"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_program_asks_when_a_schedule_comes_and_what_is_due()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var spring = new
        {
            cron_expression = "30 2 * * *",
            time_zone = "Europe/Berlin",
            from = "2027-03-27T12:00:00Z",
            count = 2,
        };
        var answer = await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/jobs/preview", spring), HttpStatusCode.OK);
        Assert.Equal(("At 02:30 every day", "03:00 instead of 02:30"), ((string)answer["sentence"]!, (string)answer["next"]![0]!["note"]!));
        var leap = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/jobs/preview",
                new
                {
                    cron_expression = "0 0 29 2 *",
                    from = "2026-01-01T00:00:00Z",
                    count = 4,
                }
            ),
            HttpStatusCode.OK
        );
        Assert.Equal((4, null), (leap["next"]!.AsArray().Count, (string?)leap["note"]));
        var many = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/jobs/preview",
                new
                {
                    cron_expression = "0 0 29 2 *",
                    from = "2026-01-01T00:00:00Z",
                    count = 100,
                }
            ),
            HttpStatusCode.OK
        );
        Assert.True(many["next"]!.AsArray().Count == 100 || (string?)many["note"] is { Length: > 10 }, many.ToJsonString());
        var bad = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/jobs/preview", new { cron_expression = "30 2 * * *", time_zone = "Berlin" }),
            HttpStatusCode.BadRequest
        );
        Assert.Contains("Did you mean Europe/Berlin?", $"{bad["errors"]!["time_zone"]}", StringComparison.Ordinal);

        var job = await JsonAsync(
            await program.SendAsync(
                HttpMethod.Post,
                "/api/jobs",
                new
                {
                    name = "Weekly",
                    cron_expression = "@weekly",
                    action = "wait",
                }
            ),
            HttpStatusCode.Created
        );
        var coming = await JsonAsync(await program.GetAsync("/api/jobs/coming?hours=168"), HttpStatusCode.OK);
        Assert.Single(coming["jobs"]!.AsArray().Single(each => (int)each!["id"]! == (int)job["id"]!)!["times"]!.AsArray());
        Assert.Contains("\"wait\"", await program.ReadAsync("/api/jobs/runnables"), StringComparison.Ordinal);
    }

    private static Task<JsonNode> UntilAsync(Caller program, JsonNode run, string outcome) =>
        Wait.ForAsync(
            async () => await JsonAsync(await program.GetAsync($"/api/runs/{run["id"]}"), HttpStatusCode.OK),
            now => (string)now["run"]!["outcome"]! == outcome
        );

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}
