using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class LogsOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_are_stored_found_walked_and_counted()
    {
        using var program = await WriterAsync();
        var stored = await PostAsync(
            program,
            "/api/logs",
            string.Concat(Enumerable.Range(0, 25).Select(at => $$"""{"level": "WARNING", "message": "walrus {{at}}"}""" + "\n")),
            "application/x-ndjson"
        );
        Assert.Equal((HttpStatusCode.Created, 25), (stored.Status, (int)stored.Json["lines"]!));

        var (seen, cursor) = (new List<string>(), "");
        for (var page = 0; page < 3; page++)
        {
            var read = JsonNode.Parse(await program.ReadAsync($"/api/logs?q=walrus&limit=10{cursor}"))!;
            seen.AddRange(read["items"]!.AsArray().Select(item => (string)item!["message"]!));
            cursor = $"&cursor={read["next_cursor"]}";
        }

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(at => $"walrus {at}"), seen);
        Assert.Equal("&cursor=", cursor);
        var bars = JsonNode.Parse(await program.ReadAsync("/api/logs/histogram?q=walrus"))!;
        Assert.Equal(25, bars["counts"]!.AsArray().Sum(levels => (int)levels![2]!));
        var groups = JsonNode.Parse(await program.ReadAsync("/api/logs/patterns?q=walrus"))!;
        Assert.Equal(("walrus *", 25), ((string)groups["groups"]![0]!["text"]!, (int)groups["groups"]![0]!["lines"]!));
        var id = (long)stored.Json["first_id"]! + 12;
        Assert.Equal("walrus 12", (string)JsonNode.Parse(await program.ReadAsync($"/api/logs/{id}"))!["message"]!);
        Assert.Equal(
            ["walrus 14", "walrus 13", "walrus 12", "walrus 11", "walrus 10"],
            JsonNode.Parse(await program.ReadAsync($"/api/logs/{id}/around?lines=2"))!["items"]!
                .AsArray()
                .Select(item => (string)item!["message"]!)
        );
    }

    [Fact]
    public async Task What_is_sent_again_under_one_key_is_stored_once()
    {
        using var program = await WriterAsync();
        var first = await PostAsync(program, "/api/logs", """[{"message": "twin"}]""", "application/json", "one");
        var again = await PostAsync(program, "/api/logs", """[{"message": "twin"}]""", "application/json", "one");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.Status, again.Status));
        Assert.Equal((long)first.Json["first_id"]!, (long)again.Json["first_id"]!);
        Assert.Single(JsonNode.Parse(await program.ReadAsync("/api/logs?q=twin"))!["items"]!.AsArray());
    }

    [Fact]
    public async Task What_is_wrong_is_refused_with_its_reason_and_nothing_is_stored()
    {
        using var program = await WriterAsync();
        var bad = await PostAsync(program, "/api/logs", """[{"message": "orphan"}, {"level": "INFO"}]""", "application/json");
        var otlp = await PostAsync(program, "/v1/logs", "\n\u0012protobuf", "application/json");

        Assert.Equal(
            (HttpStatusCode.BadRequest, "Line 2: A line must have a message."),
            (bad.Status, (string)bad.Json["errors"]!["message"]![0]!)
        );
        Assert.Equal(HttpStatusCode.BadRequest, otlp.Status);
        Assert.Contains("http/json", (string)otlp.Json["detail"]!, StringComparison.Ordinal);
        Assert.Empty(JsonNode.Parse(await program.ReadAsync("/api/logs?q=orphan"))!["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await program.GetAsync("/api/logs?cursor=nowhere")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await program.GetAsync("/api/logs?q=level:loud")).StatusCode);
    }

    [Fact]
    public async Task OpenTelemetry_sends_its_lines()
    {
        using var program = await WriterAsync();
        var sent = await PostAsync(
            program,
            "/v1/logs",
            """{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"severityNumber": 17, "body": {"stringValue": "comet"}, "traceId": "4bf92f3577b34da6a3ce929d0e0e4736"}]}]}]}""",
            "application/json"
        );

        Assert.Equal((HttpStatusCode.OK, "{}"), (sent.Status, sent.Json.ToJsonString()));
        var item = Assert.Single(
            JsonNode.Parse(await program.ReadAsync("/api/logs?q=correlation:4bf92f3577b34da6a3ce929d0e0e4736"))!["items"]!.AsArray()
        )!;
        Assert.Equal(("comet", "ERROR"), ((string)item["message"]!, (string)item["level"]!));
    }

    [Fact]
    public async Task New_lines_come_by_themselves()
    {
        using var program = await WriterAsync();
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ConsoleServer.FirstKey);
        await using var stream = await http.GetStreamAsync(new Uri("/api/logs/tail?q=heron", UriKind.Relative), Cancel);
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // A follower hears of what comes after it has begun, which this side can't see.
        var heard = HearAsync(reader);
        await Wait.UntilAsync(async () =>
        {
            await PostAsync(program, "/api/logs", """{"message": "a heron"}""", "application/json");
            await Task.WhenAny(heard, program.ReadAsync("/api/logs?limit=1"));
            return heard.IsCompleted;
        });

        Assert.Contains("\"a heron\"", await heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_of_an_export_is_safe_in_a_program_of_tables()
    {
        using var program = await WriterAsync();
        await PostAsync(
            program,
            "/api/logs",
            """[{"message": "=cmd|'/C calc'!A0 gannet"}, {"message": "gannet \"two\", rows\nof it"}]""",
            "application/json"
        );

        var csv = await program.ReadAsync("/api/logs/export?format=csv&q=gannet");
        var rows = (await program.ReadAsync("/api/logs/export?format=ndjson&q=gannet")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains(",\"'=cmd|'/C calc'!A0 gannet\",", csv, StringComparison.Ordinal);
        Assert.Contains("\"gannet \"\"two\"\", rows\nof it\"", csv, StringComparison.Ordinal);
        Assert.Equal(
            ["gannet \"two\", rows\nof it", "=cmd|'/C calc'!A0 gannet"],
            rows.Select(row => (string)JsonNode.Parse(row)!["message"]!)
        );
    }

    [Fact]
    public async Task The_console_s_own_log_is_there()
    {
        using var program = await WriterAsync();
        using var stranger = console.Stranger();
        await stranger.LogInAsync("nobody-at-all", "wrong");

        var items = await Wait.ForAsync(
            async () =>
                JsonNode.Parse(await program.ReadAsync("/api/logs?q=level:warning%20source:system%20%22password%20of%20user%22"))![
                    "items"
                ]!.AsArray(),
            found => found.Count > 0
        );

        Assert.StartsWith("Sanctum.Configurator", (string)items[0]!["details"]!["logger"]!, StringComparison.Ordinal);
    }

    private static async Task<string> HearAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains("message", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "the stream ended";
    }

    private async Task<Caller> WriterAsync() => console.WithKey(await console.CreateKeyAsync(Policies.ReadLogs, Policies.WriteLogs));

    private static async Task<(HttpStatusCode Status, JsonNode Json)> PostAsync(
        Caller program,
        string path,
        string body,
        string type,
        string? key = null
    )
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue(type));
        using var answer = await program.PostAsync(path, content, key);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!);
    }
}
