using System.Net;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// A stored secret goes only to the address that it was given for: whoever changes that gives the secret again, or clears it, by whichever
/// way.
/// </summary>
public sealed class StoredSecretsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Settings = "/api/settings";
    private const string Token = "letta_server_token";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_token_of_the_Letta_server_is_asked_for_again_with_another_address()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var good = new
        {
            letta_server_address = "https://letta.example",
            letta_server_port = 443,
            letta_server_token = "canary-of-m3",
        };
        await DoneAsync(program.SendAsync(HttpMethod.Put, Settings, good));

        foreach (
            var moved in (object[])
                [
                    new { letta_server_address = "https://evil.example" },
                    new { letta_server_address = "http://letta.example" },
                    new { letta_server_address = "https://letta.example.evil.example" },
                    new { letta_server_port = 8443 },
                    new { letta_server_address = (string?)null },
                    new { letta_server_address = "https://evil.example", letta_server_timeout = 3 },
                ]
        )
        {
            var (status, body) = await ReadAsync(program.SendAsync(HttpMethod.Put, Settings, moved));
            Assert.True(status == HttpStatusCode.BadRequest, body.ToJsonString());
        }

        var asked = (
            await ReadAsync(program.SendAsync(HttpMethod.Put, Settings, new { letta_server_address = "https://evil.example" }))
        ).Body;
        Assert.NotNull(asked["errors"]![Token]);
        await DoneAsync(program.SendAsync(HttpMethod.Put, Settings, new { letta_server_address = "https://LETTA.example/v1" }));
        await DoneAsync(
            program.SendAsync(
                HttpMethod.Put,
                Settings,
                new { letta_server_address = "https://other.example", letta_server_token = "another" }
            )
        );
        await DoneAsync(
            program.SendAsync(HttpMethod.Put, Settings, new { letta_server_address = "https://third.example", letta_server_token = "" })
        );
        await DoneAsync(program.SendAsync(HttpMethod.Put, Settings, new { letta_server_address = "https://fourth.example" }));
    }

    [Fact]
    public async Task Neither_a_file_nor_the_past_nor_a_profile_takes_the_token_elsewhere()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        await DoneAsync(
            program.SendAsync(
                HttpMethod.Put,
                Settings,
                new
                {
                    letta_server_address = "https://first.example",
                    letta_server_port = 443,
                    letta_server_token = "",
                }
            )
        );
        await DoneAsync(
            program.SendAsync(
                HttpMethod.Put,
                Settings,
                new { letta_server_address = "https://letta.example", letta_server_token = "canary-of-m3" }
            )
        );

        var (_, import) = await ReadAsync(
            program.SendAsync(
                HttpMethod.Post,
                $"{Settings}/import",
                new { text = "LETTA_SERVER_ADDRESS=https://evil.example\n", format = "env" }
            )
        );
        Assert.False((bool)import["is_applied"]!, import.ToJsonString());
        var profile = $"{Settings}/profiles/staging";
        await DoneAsync(
            program.SendAsync(
                HttpMethod.Put,
                profile,
                new { letta_server_address = "https://staging.example", letta_server_token = "canary-of-staging" }
            )
        );
        var (status, body) = await ReadAsync(
            program.SendAsync(HttpMethod.Put, profile, new { letta_server_address = "https://evil.example" })
        );
        Assert.True(status == HttpStatusCode.BadRequest, body.ToJsonString());

        var changes = (await ReadAsync(program.GetAsync("/api/history?table=system_config"))).Body["items"]!.AsArray();
        foreach (var change in changes.Take(3))
        {
            var undone = await ReadAsync(program.SendAsync(HttpMethod.Post, $"{Settings}/undo/{change!["id"]}"));
            var now = (await ReadAsync(program.GetAsync(Settings))).Body;
            Assert.True(
                (string?)now["values"]!["letta_server_address"] == "https://letta.example" || now["values"]![Token] is null or JsonValue,
                undone.Body.ToJsonString()
            );
        }

        var read = JsonNode.Parse(await program.ReadAsync(Settings))!;
        Assert.Equal("https://letta.example", (string?)read["values"]!["letta_server_address"]);
        await DoneAsync(program.SendAsync(HttpMethod.Post, $"{profile}/activate"));
        var switched = JsonNode.Parse(await program.ReadAsync(Settings))!;
        Assert.Equal("https://staging.example", (string?)switched["values"]!["letta_server_address"]);
        await DoneAsync(program.SendAsync(HttpMethod.Post, $"{Settings}/profiles/{(string)read["environment"]!}/activate"));
    }

    [Fact]
    public async Task A_tool_instance_asks_again_where_its_server_or_program_is_another()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var tool = (await DoneAsync(program.SendAsync(HttpMethod.Post, "/api/tools", new { name = "Keeper" })))["id"]!;
        object Http(string url, string? token = null) =>
            new
            {
                kind = "http",
                method = "GET",
                url,
                headers = new[] { new[] { "Authorization", "Bearer {{secret:token}}" } },
                secrets = new[] { "token" },
            };
        object Mcp(string url, string? token = null) =>
            new
            {
                kind = "mcp",
                url,
                tool = "one",
                token,
            };
        foreach (var of in (Func<string, string?, object>[])[Http, Mcp])
        {
            object Form(object config, string? token = null) =>
                new
                {
                    tool_id = (int)tool,
                    name = "One",
                    config,
                    secrets = of == Http && token is not null ? new Dictionary<string, string> { ["token"] = token } : null,
                };
            var made = await DoneAsync(
                program.SendAsync(HttpMethod.Post, "/api/tool-instances", Form(of("https://good.example/a", "canary"), "canary"))
            );
            var path = $"/api/tool-instances/{made["id"]}";
            async Task<HttpResponseMessage> PutAsync(object config, string? token = null)
            {
                using var read = await program.GetAsync(path);
                return await program.SendAsync(HttpMethod.Put, path, Form(config, token), $"{read.Headers.ETag}");
            }

            foreach (
                var moved in (string[])
                    [
                        "https://evil.example/a",
                        "http://good.example/a",
                        "https://good.example:8443/a",
                        "https://good.example@evil.example/a",
                    ]
            )
            {
                var (status, body) = await ReadAsync(PutAsync(of(moved, null)));
                Assert.True(status == HttpStatusCode.BadRequest, $"{moved}: {body.ToJsonString()}");
                var (again, _) = await ReadAsync(PutAsync(of(moved, "{{secret:token}}")));
                Assert.Equal(HttpStatusCode.BadRequest, again);
            }

            var (turned, words) = await ReadAsync(
                PutAsync(
                    of == Http ? Mcp("https://good.example/a", "{{secret:token}}") : Http("https://good.example/a", "{{secret:token}}")
                )
            );
            Assert.True(turned == HttpStatusCode.BadRequest, words.ToJsonString());
            await DoneAsync(PutAsync(of("https://GOOD.example:443/b", null)));
            await DoneAsync(PutAsync(of("https://evil.example/", "given again"), "given again"));
        }
    }

    [Fact]
    public async Task Undoing_a_change_takes_no_secret_back_to_another_address()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var tool = (await DoneAsync(program.SendAsync(HttpMethod.Post, "/api/tools", new { name = "Undone" })))["id"]!;
        var made = await DoneAsync(
            program.SendAsync(
                HttpMethod.Post,
                "/api/tool-instances",
                new
                {
                    tool_id = (int)tool,
                    name = "Undone",
                    config = new
                    {
                        kind = "mcp",
                        url = "https://old.example/",
                        tool = "one",
                        token = "first",
                    },
                }
            )
        );
        var path = $"/api/tool-instances/{made["id"]}";
        using (var read = await program.GetAsync(path))
        {
            await DoneAsync(
                program.SendAsync(
                    HttpMethod.Put,
                    path,
                    new
                    {
                        name = "Undone",
                        config = new
                        {
                            kind = "mcp",
                            url = "https://new.example/",
                            tool = "one",
                            token = "second",
                        },
                    },
                    $"{read.Headers.ETag}"
                )
            );
        }

        var changes = (await ReadAsync(program.GetAsync("/api/history?table=tool_instances"))).Body["items"]!.AsArray();
        var (status, body) = await ReadAsync(program.SendAsync(HttpMethod.Post, $"/api/history/{changes[0]!["id"]}/undo"));

        Assert.True(status == HttpStatusCode.BadRequest, body.ToJsonString());
        Assert.Contains("https://new.example", await program.ReadAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channels_and_buckets_ask_again_too()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        object Ntfy(string server, string? token = null) =>
            new
            {
                name = "Push",
                kind = "ntfy",
                server,
                topic = "t",
                token,
                min_level = "info",
            };
        object Mail(int port, string host, string? password = null) =>
            new
            {
                name = "Mail",
                kind = "smtp",
                host,
                port,
                security = "tls",
                user = "u",
                password,
                from = "a@example.org",
                to = "b@example.org",
                min_level = "info",
            };
        object Bucket(string endpoint, string? secret = null) =>
            new
            {
                name = "S3",
                kind = "s3",
                endpoint,
                bucket = "b-1",
                access_key = "a",
                secret_key = secret,
            };
        foreach (
            var (route, good, moved, again) in ((string, object, object[], object)[])
                [
                    (
                        "/api/notification-channels",
                        Ntfy("https://ntfy.example", "t"),
                        [Ntfy("http://ntfy.example"), Ntfy("https://evil.example"), Ntfy("https://ntfy.example:444")],
                        Ntfy("https://evil.example", "t2")
                    ),
                    (
                        "/api/notification-channels",
                        Mail(465, "mail.example", "p"),
                        [Mail(466, "mail.example"), Mail(465, "evil.example")],
                        Mail(465, "evil.example", "p2")
                    ),
                    (
                        "/api/backup-settings/targets",
                        Bucket("https://s3.example", "s"),
                        [Bucket("http://s3.example"), Bucket("https://evil.example"), Bucket("https://s3.example:444")],
                        Bucket("https://evil.example", "s2")
                    ),
                ]
        )
        {
            await MovesAsync(program, route, good, moved, again);
        }
    }

    private static async Task MovesAsync(Caller program, string route, object good, object[] moved, object again)
    {
        var made = await DoneAsync(program.SendAsync(HttpMethod.Post, route, good));
        var path = $"{route}/{made["id"]}";
        async Task<string> TagAsync()
        {
            using var read = await program.GetAsync(path);
            return $"{read.Headers.ETag}";
        }

        foreach (var form in moved)
        {
            var (status, body) = await ReadAsync(program.SendAsync(HttpMethod.Put, path, form, await TagAsync()));
            Assert.True(status == HttpStatusCode.BadRequest, body.ToJsonString());

            var unsaved = System.Text.Json.JsonSerializer.SerializeToNode(form)!;
            unsaved["id"] = (int)made["id"]!;
            (status, body) = await ReadAsync(program.SendAsync(HttpMethod.Post, $"{route}/test", unsaved));
            Assert.True(status == HttpStatusCode.BadRequest, body.ToJsonString());
        }

        await DoneAsync(program.SendAsync(HttpMethod.Put, path, again, await TagAsync()));
    }

    private static async Task<JsonNode> DoneAsync(Task<HttpResponseMessage> asked)
    {
        var (status, body) = await ReadAsync(asked);
        Assert.True((int)status < 300, $"{(int)status} {body.ToJsonString()}");
        return body;
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> ReadAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }
}
