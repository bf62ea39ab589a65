using System.Net;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Whatever is written where an address belongs: a sentence, and no 500.</summary>
public sealed class OddAddressesOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Addresses =>
        [
            "file:///etc/passwd",
            "file://127.0.0.1/x",
            "ftp://127.0.0.1/",
            "gopher://127.0.0.1/1",
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@example.org",
            "ws://127.0.0.1/",
            "unix:/run/x",
            "http://a\0b/",
            "http://127.0.0.1\0/",
            "http://127.0.0.1/\0",
            "http:///x",
            "http://",
            "//127.0.0.1/x",
            "http://[::1",
            "http://a b/",
            "http://127.0.0.1:99999/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:-1/",
            "http://%00/",
            "http://.../",
            "http://\u202e127.0.0.1/",
            "http://\ud800/",
            "http:127.0.0.1",
            "http://127.0.0.1:1\r\nX: y/",
            "x",
            " ",
            "http://" + string.Join('.', Enumerable.Repeat("a", 200)) + "/",
            "http://" + new string('a', 64) + "/",
            "http://" + new string('a', 5000) + "/",
        ];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task An_address_that_can_not_be_called_is_told_so(string address)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        await SaidAsync(
            program.SendAsync(HttpMethod.Post, "/api/letta/test", new { letta_server_address = address, letta_server_port = 443 }),
            address
        );
        foreach (
            var channel in (object[])
                [
                    new
                    {
                        name = "Hook",
                        kind = "webhook",
                        url = address,
                        min_level = "info",
                    },
                    new
                    {
                        name = "Push",
                        kind = "ntfy",
                        server = address,
                        topic = "t",
                        min_level = "info",
                    },
                    new
                    {
                        name = "Mail",
                        kind = "smtp",
                        host = address,
                        port = 1,
                        security = "none",
                        from = "a@example.org",
                        to = "b@example.org",
                        min_level = "info",
                    },
                ]
        )
        {
            await SaidAsync(program.SendAsync(HttpMethod.Post, "/api/notification-channels/test", channel), address);
        }

        await SaidAsync(
            program.SendAsync(
                HttpMethod.Post,
                "/api/backup-settings/targets/test",
                new
                {
                    name = "S3",
                    kind = "s3",
                    endpoint = address,
                    bucket = "b-1",
                    access_key = "a",
                    secret_key = "s",
                }
            ),
            address
        );
        foreach (
            var config in (object[])
                [
                    new
                    {
                        kind = "http",
                        method = "GET",
                        url = address,
                        headers = Array.Empty<string[]>(),
                        secrets = Array.Empty<string>(),
                    },
                    new
                    {
                        kind = "mcp",
                        url = address,
                        tool = "one",
                    },
                ]
        )
        {
            await RunAsync(program, config, address);
        }
    }

    private static async Task RunAsync(Caller program, object config, string address)
    {
        var tool = JsonNode.Parse(
            await (
                await program.SendAsync(HttpMethod.Post, "/api/tools", new { name = $"Tool {Guid.CreateVersion7()}" })
            ).Content.ReadAsStringAsync(Cancel)
        )!;
        var made = await SaidAsync(
            program.SendAsync(
                HttpMethod.Post,
                "/api/tool-instances",
                new
                {
                    tool_id = (int)tool["id"]!,
                    name = "One",
                    config,
                }
            ),
            address
        );
        if (made["id"] is { } id)
        {
            var run = await SaidAsync(program.SendAsync(HttpMethod.Post, $"/api/tool-instances/{id}/run"), address);
            Assert.True(run["ok"] is null || !(bool)run["ok"]!, $"{address}: {run.ToJsonString()}");
        }
    }

    private static async Task<JsonNode> SaidAsync(Task<HttpResponseMessage> asked, string address)
    {
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(
            answer.StatusCode < HttpStatusCode.InternalServerError,
            $"{address}: {answer.RequestMessage?.RequestUri?.AbsolutePath} {(int)answer.StatusCode} {text}"
        );
        var said = JsonNode.Parse(text)!;
        Assert.True((int)answer.StatusCode < 400 || (string?)said["detail"] is { Length: > 10 }, text);
        return said;
    }
}
