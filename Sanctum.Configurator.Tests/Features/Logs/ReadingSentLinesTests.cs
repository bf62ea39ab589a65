using System.Text;
using System.Text.Json;
using Sanctum.Configurator.Features.Logs.Sources;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class ReadingSentLinesTests
{
    private static readonly DateTimeOffset Now = LogStore.Noon;

    [Fact]
    public void A_line_has_what_it_names_and_keeps_the_rest_as_details()
    {
        var line = Assert.Single(
            Read(
                """{"level": "warn", "source": "agent", "source_id": 4, "message": "hot", "timestamp": "2026-03-14T11:00:00.25+01:00", "correlation_id": "c", "user_id": 2, "details": {"a": 1}, "host": "x"}"""
            ).Lines
        );

        Assert.Equal(
            new LogLine(
                LogLevelWord.Warning,
                "agent",
                4,
                "hot",
                """{"a":1,"host":"x"}""",
                new(2026, 3, 14, 10, 0, 0, 250, TimeSpan.Zero),
                2,
                "c"
            ),
            line
        );
    }

    [Theory]
    [InlineData("""[{"message": "a"}, {"message": "b"}]""", false)]
    [InlineData("{\"message\": \"a\"}\r\n\n{\"message\": \"b\"}\n", true)]
    public void Many_come_as_a_list_or_one_per_row(string body, bool isByRow) =>
        Assert.Equal(["a", "b"], Read(body, isByRow).Lines.Select(line => line.Message));

    [Theory]
    [InlineData("""{"level": "INFO"}""", "message", "must have a message")]
    [InlineData("""{"message": 7}""", "message", "This must be a text")]
    [InlineData("""{"message": "x", "level": "loud"}""", "level", "The level must be one of DEBUG")]
    [InlineData("""{"message": "x", "source": "kitchen"}""", "source", "The source must be one of")]
    [InlineData("""{"message": "x", "source_id": "7"}""", "source_id", "whole number")]
    [InlineData("""{"message": "x", "timestamp": "soon"}""", "timestamp", "Use an ISO 8601 time")]
    [InlineData("""{"message": "x", "timestamp": "10:30"}""", "timestamp", "Use an ISO 8601 time")]
    [InlineData("""{"message": "x", "timestamp": "11/12/2026"}""", "timestamp", "Use an ISO 8601 time")]
    [InlineData("""{"message": "x", "timestamp": 5}""", "timestamp", "Use an ISO 8601 time")]
    [InlineData("""{"message": "x", "timestamp": true}""", "timestamp", "Use an ISO 8601 time")]
    [InlineData("""{"message": "zero", "timestamp": "0001-01-01T00:00:00Z"}""", "timestamp", "between 1970 and 2199")]
    [InlineData("""{"message": "end", "timestamp": "9999-12-31T23:59:59Z"}""", "timestamp", "between 1970 and 2199")]
    [InlineData("""[{"message": "x"}, 5]""", "", "Line 2: A line must be an object")]
    [InlineData("""{"message": "x" """, "", "not valid JSON")]
    [InlineData("""{"message": "\ud800"}""", "", "can't be read")]
    public void What_can_not_be_read_is_named(string body, string field, string problem)
    {
        var read = Read(body);

        Assert.Empty(read.Lines);
        Assert.Equal(field, read.Field);
        Assert.Contains(problem, read.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1764376440")]
    [InlineData("1764376440.0")]
    [InlineData("1.76437644E9")]
    [InlineData("1764376440000")]
    [InlineData("1764376440000000")]
    [InlineData("1764376440000000000")]
    [InlineData("\"1764376440\"")]
    [InlineData("\"20251129T003400Z\"")]
    public void Times_of_shippers_are_read(string time) =>
        Assert.Equal(
            new(2025, 11, 29, 0, 34, 0, TimeSpan.Zero),
            Assert.Single(Read($$"""{"message": "x", "timestamp": {{time}}}""").Lines).Timestamp
        );

    [Theory]
    [InlineData("0")]
    [InlineData("18446744073709551615")]
    public void OpenTelemetry_s_times_that_are_none_become_the_time_at_which_the_line_came(string time)
    {
        var line = Assert
            .Single(
                OtlpReader.Read(
                    Encoding.UTF8.GetBytes(
                        $$$"""{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": "{{{time}}}", "body": {"stringValue": "x"}}]}]}]}"""
                    ),
                    Now
                )
            )
            .Line;

        Assert.Equal(Now, line.Timestamp);
    }

    [Fact]
    public void A_message_that_is_too_long_is_cut_and_says_so()
    {
        var line = Assert.Single(
            Read(
                JsonSerializer.Serialize(new { message = new string('x', 1_000_000), details = new { more = new string('y', 1_000_000) } })
            ).Lines
        );

        Assert.EndsWith("[cut here: 1000000 characters in all]", line.Message, StringComparison.Ordinal);
        Assert.InRange(line.Message.Length, LogLine.LongestMessage, LogLine.LongestMessage + 60);
        Assert.InRange(line.Details!.Length, 1, LogLine.LongestDetails);
        Assert.Contains("cut_details", line.Details, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Whatever_is_sent_comes_back_without_harm(TestDatabase database)
    {
        await using var store = await LogStore.CreateAsync(database);
        var lines = Read(
            """[{"message": "nul \u0000 end", "details": {"a\u0000b": "\u0000", "deep": "\ud83d\ude00"}}, {"message": "'; DROP TABLE logs; --", "details": [1, null, "x"]}]"""
        ).Lines;
        await store.WriteAsync([.. lines]);

        var rows = (await store.ReadAsync("", isForward: true)).Items;

        Assert.Equal(["nul ␀ end", "'; DROP TABLE logs; --"], rows.Select(row => row.Message));
        Assert.Equal("😀", JsonDocument.Parse(rows[0].Details!).RootElement.GetProperty("deep").GetString());
        Assert.Equal(3, JsonDocument.Parse(rows[1].Details!).RootElement.GetArrayLength());
    }

    [Fact]
    public void OpenTelemetry_s_lines_keep_their_trace_their_attributes_and_their_service()
    {
        const string Body = """
            {"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "Athena"}}]},
              "scopeLogs": [{"scope": {"name": "broca.queue"}, "logRecords": [
                {"timeUnixNano": "1773489600250000000", "severityNumber": 17, "body": {"stringValue": "failed"}, "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7",
                 "attributes": [{"key": "attempt", "value": {"intValue": "3"}}, {"key": "tags", "value": {"arrayValue": {"values": [{"stringValue": "x"}]}}}]},
                {"body": {"kvlistValue": {"values": [{"key": "a", "value": {"boolValue": true}}]}}, "severityText": "WARN"}]}]}]}
            """;
        var lines = OtlpReader.Read(Encoding.UTF8.GetBytes(Body), Now);

        var (first, second) = (lines[0].Line, lines[1].Line);
        Assert.Equal(
            ("Athena", LogLevelWord.Error, "failed", "4bf92f3577b34da6a3ce929d0e0e4736"),
            (lines[0].Service, first.Level, first.Message, first.CorrelationId)
        );
        Assert.Equal(new(2026, 3, 14, 12, 0, 0, 250, TimeSpan.Zero), first.Timestamp);
        using var details = JsonDocument.Parse(first.Details!);
        Assert.Equal(
            (3, "x", "broca.queue"),
            (
                details.RootElement.GetProperty("attempt").GetInt32(),
                details.RootElement.GetProperty("tags")[0].GetString(),
                details.RootElement.GetProperty("logger").GetString()
            )
        );
        Assert.Equal((LogLevelWord.Warning, """{"a":true}""", Now), (second.Level, second.Message, second.Timestamp));
    }

    [Fact]
    public void OpenTelemetry_s_values_may_be_nested()
    {
        var nested =
            string.Concat(Enumerable.Repeat("""{"kvlistValue": {"values": [{"key": "a", "value": """, 40))
            + """{"stringValue": "needle"}"""
            + string.Concat(Enumerable.Repeat("}]}}", 40));
        var line = Assert
            .Single(
                OtlpReader.Read(
                    Encoding.UTF8.GetBytes($$$"""{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {{{nested}}}}]}]}]}"""),
                    Now
                )
            )
            .Line;

        Assert.Contains("needle", line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"resourceLogs": 5}""")]
    public void What_is_no_such_request_is_refused(string body) =>
        Assert.Throws<JsonException>(() => OtlpReader.Read(Encoding.UTF8.GetBytes(body), Now));

    [Theory]
    [InlineData("resource_logs", "scope_logs", "log_records", "severity_number", "string_value", "trace_id")]
    [InlineData("resourceLogs", "scopeLogs", "logRecords", "severityNumber", "stringValue", "traceId")]
    public void OpenTelemetry_s_names_are_read_with_underscores_too(params string[] names)
    {
        var body = $$$"""
            {"{{{names[0]}}}": [{"{{{names[1]}}}": [{"{{{names[2]}}}": [
              {"{{{names[3]}}}": "SEVERITY_NUMBER_ERROR2", "body": {"{{{names[4]}}}": "otter"}, "{{{names[
                5
            ]}}}": "W47/95gDgQPSabYzgT/GDA=="},
              {"{{{names[3]}}}": "13", "body": {"{{{names[4]}}}": "owl"}, "{{{names[5]}}}": "5b8efff798038103d269b633813fc60c"}
            ]}]}]}
            """;

        var lines = OtlpReader.Read(Encoding.UTF8.GetBytes(body), Now).Select(read => read.Line);

        const string Trace = "5b8efff798038103d269b633813fc60c";
        Assert.Equal(
            [(LogLevelWord.Error, "otter", Trace), (LogLevelWord.Warning, "owl", Trace)],
            lines.Select(line => (line.Level, line.Message, line.CorrelationId))
        );
    }

    [Theory]
    [InlineData("""{"resourceSpans": []}""", "There is no resourceLogs in it, but resourceSpans.")]
    [InlineData("""{"level": "ERROR", "message": "lost"}""", "There is no resourceLogs in it, but level.")]
    [InlineData(
        """{"resourceLogs": [{"resource": {}, "instrumentationLibraryLogs": []}]}""",
        "There is no scopeLogs in it, but instrumentationLibraryLogs."
    )]
    [InlineData("""{"resourceLogs": [{"scopeLogs": [{"scope": {}, "logs": []}]}]}""", "There is no logRecords in it, but logs.")]
    public void What_holds_other_things_than_lines_is_not_taken_for_stored(string body, string reason) =>
        Assert.Equal(reason, Assert.Throws<JsonException>(() => OtlpReader.Read(Encoding.UTF8.GetBytes(body), Now)).Message);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"resourceLogs": []}""")]
    [InlineData("""{"resourceLogs": null}""")]
    [InlineData("""{"resourceLogs": [{"resource": {}, "schemaUrl": "https://example.com/1.0"}], "later": 1}""")]
    public void A_request_without_lines_has_none(string body) => Assert.Empty(OtlpReader.Read(Encoding.UTF8.GetBytes(body), Now));

    private static LinesRead Read(string body, bool isByRow = false) => LineReader.Read(Encoding.UTF8.GetBytes(body), isByRow, Now);
}
