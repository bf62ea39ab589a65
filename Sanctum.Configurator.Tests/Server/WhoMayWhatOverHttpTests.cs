using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>What keys with few scopes tried on the published console, and got away with.</summary>
public sealed class WhoMayWhatOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private static readonly string[] BackupsMake = [Policies.MakeBackups];

    [Fact]
    public async Task A_key_that_may_restore_becomes_no_administrator_by_a_forged_archive()
    {
        var eve = await console.AddUserAsync("eve", "admin");
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var backup = await MadeAsync(root, new { type = "config_only" });
        var file = await (await root.GetAsync($"/api/backups/{backup["id"]}/content")).Content.ReadAsByteArrayAsync(Cancel);
        await DoneAsync(root.SendAsync(HttpMethod.Delete, $"/api/backups/{backup["id"]}"));
        var user = await ReadAsync(root, $"/api/users/{eve}");
        await DoneAsync(
            root.SendAsync(HttpMethod.Put, $"/api/users/{eve}", new { username = "eve", role = "viewer" }, $"\"{user["version"]}\"")
        );

        using var key = console.WithKey(await console.CreateKeyAsync(Policies.ReadBackups, Policies.RestoreBackups));
        using var content = new ByteArrayContent(file);
        var taken = (await (await DoneAsync(key.PostAsync("/api/backups/upload", content))).Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        foreach (var parts in new string[][] { [$"users/{eve}"], ["users"], [] })
        {
            await RefusedAsync(
                key.SendAsync(
                    HttpMethod.Post,
                    $"/api/backups/{taken["id"]}/restore",
                    new
                    {
                        confirm = $"{taken["name"]}",
                        parts,
                        password = ConsoleServer.Password,
                    }
                )
            );
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await key.GetAsync($"/api/backups/{taken["id"]}/content")).StatusCode);
        await RefusedAsync(
            root.SendAsync(
                HttpMethod.Post,
                $"/api/backups/{taken["id"]}/restore",
                new { confirm = $"{taken["name"]}", parts = new[] { $"users/{eve}" } }
            )
        );
        Assert.Equal("viewer", $"{(await ReadAsync(root, $"/api/users/{eve}"))["role"]}");
        await DoneAsync(
            root.SendAsync(
                HttpMethod.Post,
                $"/api/backups/{taken["id"]}/restore",
                new
                {
                    confirm = $"{taken["name"]}",
                    parts = new[] { $"users/{eve}" },
                    password = ConsoleServer.Password,
                }
            )
        );
        Assert.Equal("admin", $"{(await ReadAsync(root, $"/api/users/{eve}"))["role"]}");
    }

    [Fact]
    public async Task A_key_has_no_job_do_what_it_may_not()
    {
        using var key = console.WithKey(
            await console.CreateKeyAsync(Policies.ReadRegistry, Policies.OperateRegistry, Policies.WriteRegistry)
        );
        using var root = console.WithKey(ConsoleServer.FirstKey);
        var own = await MadeJobAsync(
            root,
            new
            {
                name = "Guarded",
                cron_expression = "0 0 1 1 *",
                action = "back_up",
            }
        );
        foreach (
            var act in new[]
            {
                "back_up",
                "clean_up_backups",
                "restore_drill",
                "clean_up_logs",
                "clean_up_checks",
                "clean_up_notifications",
                "test_letta",
            }
        )
        {
            await RefusedAsync(
                key.SendAsync(
                    HttpMethod.Post,
                    "/api/jobs",
                    new
                    {
                        name = act,
                        cron_expression = "0 0 1 1 *",
                        action = act,
                    }
                )
            );
        }

        foreach (var verb in new[] { "run", "enable", "disable", "pause", "resume" })
        {
            await RefusedAsync(key.SendAsync(HttpMethod.Post, $"/api/jobs/{own["id"]}/{verb}"));
        }

        await RefusedAsync(key.SendAsync(HttpMethod.Delete, $"/api/jobs/{own["id"]}"));
        var harmless = await MadeJobAsync(
            key,
            new
            {
                name = "Harmless",
                cron_expression = "0 0 1 1 *",
                action = "scan_plugins",
            }
        );
        await RefusedAsync(
            key.SendAsync(
                HttpMethod.Put,
                $"/api/jobs/{harmless["id"]}",
                new
                {
                    name = "Harmless",
                    cron_expression = "0 0 1 1 *",
                    action = "back_up",
                },
                $"\"{harmless["version"]}\""
            )
        );
    }

    [Fact]
    public async Task Only_every_permission_moves_the_folder_that_programs_run_from()
    {
        using var key = console.WithKey(await console.CreateKeyAsync(Policies.ReadSettings, Policies.WriteSettings));
        using var root = console.WithKey(ConsoleServer.FirstKey);

        await RefusedAsync(key.SendAsync(HttpMethod.Put, "/api/settings", new { sanctum_base_path = "/" }));
        await RefusedAsync(key.SendAsync(HttpMethod.Put, "/api/settings", new { letta_data_path = "/" }));
        await RefusedAsync(key.SendAsync(HttpMethod.Put, "/api/settings/profiles/staging", new { sanctum_base_path = "/" }));
        await DoneAsync(key.SendAsync(HttpMethod.Put, "/api/settings", new { smcp_port = 9100, sanctum_base_path = "~/sanctum" }));
        await DoneAsync(root.SendAsync(HttpMethod.Put, "/api/settings", new { sanctum_base_path = "/srv/sanctum" }));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await key.SendAsync(HttpMethod.Post, "/api/settings/restore", new { change = 1 })).StatusCode
        );
        await DoneAsync(root.SendAsync(HttpMethod.Put, "/api/settings", new { sanctum_base_path = "~/sanctum" }));
    }

    [Fact]
    public async Task Who_manages_users_gives_and_takes_over_no_more_than_he_has()
    {
        var (victim, mate) = (await console.AddUserAsync("victim", "user"), await console.AddUserAsync("mate", "viewer"));
        using var key = console.WithKey(await console.CreateKeyAsync([Policies.ManageUsers, .. Permissions.OfRole("viewer")]));

        await RefusedAsync(
            key.SendAsync(
                HttpMethod.Post,
                "/api/users",
                new
                {
                    username = "strong",
                    role = "user",
                    password = ConsoleServer.Password,
                }
            )
        );
        await RefusedAsync(
            key.SendAsync(
                HttpMethod.Post,
                "/api/users",
                new
                {
                    username = "strong",
                    role = "viewer",
                    permissions = BackupsMake,
                    password = ConsoleServer.Password,
                }
            )
        );
        foreach (var id in new[] { 1, victim })
        {
            await RefusedAsync(key.SendAsync(HttpMethod.Post, $"/api/users/{id}/password", new { password = "another long passphrase" }));
            await RefusedAsync(key.SendAsync(HttpMethod.Post, $"/api/users/{id}/sign-out"));
            await RefusedAsync(key.SendAsync(HttpMethod.Delete, $"/api/users/{id}"));
        }

        var row = await ReadAsync(key, $"/api/users/{mate}");
        await RefusedAsync(
            key.SendAsync(HttpMethod.Put, $"/api/users/{mate}", new { username = "mate", role = "user" }, $"\"{row["version"]}\"")
        );
        await DoneAsync(key.SendAsync(HttpMethod.Post, $"/api/users/{mate}/password", new { password = "another long passphrase" }));
        await DoneAsync(
            key.SendAsync(
                HttpMethod.Post,
                "/api/users",
                new
                {
                    username = "equal",
                    role = "viewer",
                    password = ConsoleServer.Password,
                }
            )
        );
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData("null", null)]
    [InlineData("http://127.0.0.1:1", null)]
    [InlineData("https://127.0.0.1:{port}", null)]
    [InlineData("http://evil.example:{port}", null)]
    [InlineData(null, "cross-site")]
    [InlineData(null, "same-site")]
    public async Task A_page_of_elsewhere_gets_no_circuit(string? origin, string? site)
    {
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);
        var port = $"{console.Address.Port}";

        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await NegotiateAsync(browser, origin?.Replace("{port}", port, StringComparison.Ordinal), site)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await NegotiateAsync(browser, console.Address.GetLeftPart(UriPartial.Authority), "same-origin")).StatusCode
        );
    }

    [Fact]
    public async Task The_host_that_a_request_names_goes_into_no_redirect_and_private_answers_are_kept_by_nobody()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = console.Address };
        foreach (var path in new[] { "/", "/system-settings", "/account/sessions", "/users?x=1", "/%2f%2fevil.example" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = "evil.example";
            request.Headers.Accept.ParseAdd("text/html");
            using var answer = await http.SendAsync(request, Cancel);
            Assert.DoesNotContain("evil.example", answer.Headers.Location?.OriginalString.Split('?')[0] ?? "", StringComparison.Ordinal);
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
        }

        using var root = console.WithKey(ConsoleServer.FirstKey);
        using var browser = await console.SignInAsync(ConsoleServer.Administrator);
        Assert.True((await root.GetAsync("/api/users")).Headers.CacheControl?.NoStore);
        Assert.True((await root.GetAsync("/api/history/export?format=csv")).Headers.CacheControl?.NoStore);
        Assert.True((await browser.GetAsync("/system-settings")).Headers.CacheControl?.NoStore);
        Assert.NotEqual(true, (await browser.GetAsync("/app.css")).Headers.CacheControl?.NoStore);
    }

    private static async Task<HttpResponseMessage> NegotiateAsync(Caller browser, string? origin, string? site)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        foreach (var (name, value) in new[] { ("Origin", origin), ("Sec-Fetch-Site", site) })
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }

        return await browser.SendAsync(request);
    }

    private static async Task<JsonNode> ReadAsync(Caller caller, string path) => JsonNode.Parse(await caller.ReadAsync(path))!;

    private static async Task<JsonNode> MadeJobAsync(Caller caller, object job) =>
        (await (await DoneAsync(caller.SendAsync(HttpMethod.Post, "/api/jobs", job))).Content.ReadFromJsonAsync<JsonNode>(Cancel))!;

    private static async Task<JsonNode> MadeAsync(Caller caller, object form)
    {
        var begun = (
            await (await DoneAsync(caller.SendAsync(HttpMethod.Post, "/api/backups", form))).Content.ReadFromJsonAsync<JsonNode>(Cancel)
        )!;
        return await Wait.ForAsync(
            () => ReadAsync(caller, $"/api/backups/{begun["id"]}"),
            row => $"{row["status"]}".Equals("completed", StringComparison.OrdinalIgnoreCase) && row["drilled_at"] is not null
        );
    }

    private static async Task<HttpResponseMessage> DoneAsync(Task<HttpResponseMessage> call)
    {
        var answer = await call;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return answer;
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        Assert.True(
            answer.StatusCode == HttpStatusCode.BadRequest,
            $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}"
        );
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
