using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// What programs send that is not written as the console's own would write it: packed, in another charset, empty, mistyped, too long.
/// </summary>
public sealed class SendingBodiesTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Tool = """{"name": "Lamp NAME", "category": "master"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task A_packed_body_is_unpacked(string encoding)
    {
        var answer = await PostAsync("/api/tools?dryRun=true", Packed(Encoding.UTF8.GetBytes(Tool), encoding), encoding: encoding);

        Assert.Equal("", answer.Detail);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("/api/logs")]
    [InlineData("/v1/logs")]
    [InlineData("/api/letta/test")]
    [InlineData("/api/tools")]
    [InlineData("/api/old-configurator/import?dryRun=true")]
    [InlineData("/api/broca/previews")]
    public async Task What_no_program_here_unpacks_is_a_415_on_every_route(string path)
    {
        var answer = await PostAsync(path, Encoding.UTF8.GetBytes("{}"), encoding: "zstd");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Status);
        Assert.Contains("zstd", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_and_exporters_may_be_packed_too()
    {
        var lines = Packed("""{"message": "packed line one"}"""u8.ToArray(), "gzip");
        var otlp = Packed(
            """{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "hello"}}]}]}]}"""u8.ToArray(),
            "gzip"
        );

        Assert.Equal(HttpStatusCode.Created, (await PostAsync("/api/logs", lines, "application/x-ndjson", "gzip")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v1/logs", otlp, encoding: "gzip")).Status);
    }

    [Theory]
    [InlineData("/api/tools", 5_000_000)]
    [InlineData("/v1/logs", 70_000_000)]
    public async Task What_unpacks_to_too_much_is_refused(string path, int size)
    {
        var answer = await PostAsync(path, Packed(new byte[size], "gzip"), encoding: "gzip");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Contains("MB", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_packed_as_it_says_is_refused_with_a_reason()
    {
        var answer = await PostAsync("/api/tools", Encoding.UTF8.GetBytes(Tool), encoding: "gzip");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("decompressed", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8", true, null)]
    [InlineData("utf-16", true, null)]
    [InlineData("utf-16BE", true, null)]
    [InlineData("utf-32", true, null)]
    [InlineData("utf-16", true, "utf-16")]
    [InlineData("utf-16BE", false, "utf-16BE")]
    [InlineData("iso-8859-1", false, "iso-8859-1")]
    [InlineData("utf-8", false, "\"UTF-8\"")]
    public async Task A_body_is_read_by_its_mark_or_its_charset(string charset, bool hasMark, string? named)
    {
        var encoding = Encoding.GetEncoding(charset);
        byte[] body =
        [
            .. hasMark ? encoding.GetPreamble() : [],
            .. encoding.GetBytes(Tool.Replace("NAME", "für alle", StringComparison.Ordinal)),
        ];

        var answer = await PostAsync(
            "/api/tools?dryRun=true",
            body,
            named is null ? "application/json" : $"application/json; charset={named}"
        );

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains(
            "für alle",
            answer.Json.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("application/json; charset=klingon", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-7", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", HttpStatusCode.BadRequest)]
    public async Task What_is_in_no_charset_that_is_known_is_refused(string type, HttpStatusCode status)
    {
        var answer = await PostAsync("/api/tools", [.. "{\"name\": \"L"u8, 0xE4, .. "mp\"}"u8], type);

        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Detail);
    }

    [Theory]
    [InlineData("/api/backups/999/verify")]
    [InlineData("/api/backups/999/drill")]
    [InlineData("/api/jobs/999/pause")]
    [InlineData("/api/jobs/999/run")]
    [InlineData("/api/tool-instances/999/run")]
    [InlineData("/api/templates/999/apply")]
    [InlineData("/api/templates/from-tool/999")]
    public async Task Without_a_body_all_that_may_be_left_out_is_left_out(string path)
    {
        foreach (var type in new[] { null, "application/json" })
        {
            var answer = await PostAsync(path, [], type);

            Assert.Equal(HttpStatusCode.NotFound, answer.Status); // It was read; only the thing is not there.
        }
    }

    [Theory]
    [InlineData("POST", "/api/plugins", """{"name": "P", "version": "1.0.0"}""", "version")]
    [InlineData("POST", "/api/plugins", """{"name": "P", "status": "Active"}""", "status")]
    [InlineData("POST", "/api/tools", """{"name": "T", "category": "master", "colour": "red"}""", "colour")]
    [InlineData("POST", "/api/agents", """{"name": "A", "blocks": [{"label": "x", "valeu": "y"}]}""", "blocks[0].valeu")]
    [InlineData("POST", "/api/tools", """{"name": "T", "Name": "U"}""", "Name")]
    [InlineData("POST", "/api/tools", """{"config_schema": {"type": "object", "type": "string"}}""", "config_schema.type")]
    [InlineData("POST", "/api/tools", """{"name": 5}""", "name")]
    [InlineData("POST", "/api/tools", """{"name": null}""", "name")]
    [InlineData("POST", "/api/tools", """{"name": "a\u0000b"}""", "name")]
    [InlineData("POST", "/api/tools", """{"name": "a\ud800b"}""", "name")]
    [InlineData("POST", "/api/tools", """{"agent_id": "many"}""", "agent_id")]
    [InlineData("POST", "/api/tools", """{"agent_id": 99999999999}""", "agent_id")]
    [InlineData("POST", "/api/tools", """{"agent_id": 1.5}""", "agent_id")]
    [InlineData("POST", "/api/tools", """{"agent_id": NaN}""", "agent_id")]
    [InlineData("POST", "/api/tools", """{"agent_id": "NaN"}""", "agent_id")]
    [InlineData("POST", "/api/tools", """{"name": "T", "description": tru}""", "description")]
    [InlineData("POST", "/api/alerts", """{"name": "A", "level": "dreadful"}""", "level")]
    [InlineData("POST", "/api/alerts", """{"name": "A", "level": 2}""", "level")]
    [InlineData("POST", "/api/alerts", """{"name": "A", "is_enabled": "yes"}""", "is_enabled")]
    [InlineData("POST", "/api/api-keys", """{"name": "K", "scopes": ["settings:read", null]}""", "scopes[1]")]
    [InlineData("POST", "/api/api-keys", """{"name": "K", "scopes": "settings:read"}""", "scopes")]
    [InlineData("POST", "/api/api-keys", """{"name": "K", "expires_at": "tomorrow"}""", "expires_at")]
    [InlineData("POST", "/api/configurations/rollback", """{"at": {"year": 2026}}""", "at")]
    [InlineData("POST", "/api/jobs/preview", """{"cron_expression": "* * * * *", "cuont": 3}""", "cuont")]
    [InlineData("PUT", "/api/settings", """{"letta_server_port": {"a": "\ud800"}}""", "letta_server_port.a")]
    [InlineData("GET", "/api/tools?take=many", null, "take")]
    [InlineData("GET", "/api/tools?agent_id=x", null, "agent_id")]
    [InlineData("GET", "/api/logs?from=yesterday", null, "from")]
    [InlineData("GET", "/api/settings/compare", null, "from")]
    [InlineData("GET", "/api/tools?descnding=true", null, "descnding")]
    [InlineData("POST", "/api/tools?dry_run=true", """{"name": "T", "category": "master"}""", "dry_run")]
    [InlineData("POST", "/api/tools?dryRun=perhaps", """{"name": "T", "category": "master"}""", "dryRun")]
    [InlineData("POST", "/api/users?dryRun=true", """{"username": "trial", "password": "a quiet harbour"}""", "dryRun")]
    [InlineData("GET", "/api/jobs?state=odd", null, "state")]
    [InlineData("GET", "/api/agents?sort=size", null, "sort")]
    [InlineData("GET", "/api/notifications?sort=size", null, "sort")]
    [InlineData("GET", "/api/agents?take=0", null, "take")]
    [InlineData("GET", "/api/tools?skip=-1", null, "skip")]
    [InlineData("GET", "/api/logs?limit=-5", null, "limit")]
    [InlineData("GET", "/api/settings?If-Match", null, "If-Match")]
    public async Task What_is_wrong_is_named(string method, string path, string? body, string member)
    {
        var answer = await SendAsync(new(method), path, body is null ? null : Encoding.UTF8.GetBytes(body), "application/json", null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(member, answer.Detail, StringComparison.Ordinal);
        Assert.True(answer.Json["errors"]?[member] is not null || path.Contains("dryRun=perhaps", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"name\": \"T\"} {}")]
    [InlineData("{\"name\": \"T\"}]")]
    [InlineData("{\"name\": \"T\",}")]
    [InlineData("{'name': 'T'}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"name\"")]
    [InlineData("// nothing\n{}")]
    public async Task What_is_no_object_is_refused_with_a_sentence(string body)
    {
        var answer = await PostAsync("/api/tools", Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.True(answer.Detail.Length > 20, answer.Detail);
    }

    [Fact]
    public async Task What_is_nested_too_deeply_is_refused_with_its_place()
    {
        var deep = $$"""{"config_schema": {{string.Concat(Enumerable.Repeat("{\"a\":", 200))}}1{{new string('}', 200)}}}""";

        var answer = await PostAsync("/api/tools", Encoding.UTF8.GetBytes(deep));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("config_schema.a.a", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Error")]
    [InlineData("error")]
    [InlineData("ERROR")]
    public async Task The_words_of_an_enum_are_taken_in_any_case(string word)
    {
        var body = new JsonObject
        {
            ["name"] = $"alert {word}",
            ["query"] = "x",
            ["level"] = word,
            ["threshold"] = 1,
            ["window_seconds"] = 60,
        };

        var answer = await PostAsync("/api/alerts?dryRun=true", Encoding.UTF8.GetBytes(body.ToJsonString()));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task A_plugin_s_status_is_answered_in_the_words_of_its_table()
    {
        var made = await PostAsync("/api/plugins", """{"name": "Worded", "type": "mcp"}"""u8.ToArray());

        Assert.Equal("", made.Detail);
        Assert.Equal("Inactive", (string?)made.Json["status"]);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused_with_its_limit()
    {
        var body = new JsonObject
        {
            ["name"] = "T",
            ["category"] = "master",
            ["description"] = new string('x', 3_000_000),
        };

        var answer = await PostAsync("/api/tools", Encoding.UTF8.GetBytes(body.ToJsonString()));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("description: At most 20,000 characters", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nothing-here", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/agents/seven", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/api/graph", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/agents/99999999999", HttpStatusCode.NotFound)]
    public async Task Every_refusal_has_a_sentence(string method, string path, HttpStatusCode status)
    {
        var answer = await SendAsync(new(method), path, null, null, null);

        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Detail);
    }

    private static byte[] Packed(byte[] plain, string encoding)
    {
        var packed = new MemoryStream();
        using (
            Stream packer = encoding switch
            {
                "deflate" => new ZLibStream(packed, CompressionLevel.Fastest),
                "br" => new BrotliStream(packed, CompressionLevel.Fastest),
                "identity" => new BufferedStream(packed),
                _ => new GZipStream(packed, CompressionLevel.Fastest),
            }
        )
        {
            packer.Write(plain);
        }

        return packed.ToArray();
    }

    private Task<Answer> PostAsync(string path, byte[] body, string? type = "application/json", string? encoding = null) =>
        SendAsync(HttpMethod.Post, path, body, type, encoding);

    private async Task<Answer> SendAsync(HttpMethod method, string path, byte[]? body, string? type, string? encoding)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        request.Headers.Authorization = new("Bearer", ConsoleServer.FirstKey);
        if (request.Content is { } content)
        {
            content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
            if (encoding is not null)
            {
                content.Headers.ContentEncoding.Add(encoding);
            }
        }

        var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        var json = text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject();
        return new(answer.StatusCode, json, json is JsonObject && (string?)json["detail"] is { } detail ? detail : "");
    }

    private sealed record Answer(HttpStatusCode Status, JsonNode Json, string Detail);
}
