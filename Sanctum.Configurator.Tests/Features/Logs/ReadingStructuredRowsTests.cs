using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>JSON by many loggers, rows of containers, and what syslog daemons write, as real programs put them into files.</summary>
public sealed class ReadingStructuredRowsTests
{
    private static readonly string[] Traceback = ["Traceback (most recent call last):", "  File \"x.py\"", "ValueError: no"];

    [Theory]
    [InlineData( // pino, bunyan
        """{"level":50,"time":1767265200123,"pid":7,"hostname":"h","msg":"refused"}""",
        "ERROR",
        "2026-01-01T11:00:00.123",
        "refused",
        """{"pid":7,"hostname":"h","file":"/x.log"}"""
    )]
    [InlineData( // structlog
        """{"event":"saved","level":"warning","timestamp":"2026-01-01T11:00:00.5Z","user":"ada"}""",
        "WARNING",
        "2026-01-01T11:00:00.500",
        "saved",
        """{"user":"ada","file":"/x.log"}"""
    )]
    [InlineData( // python-json-logger, by the clock on the wall; a file of its own
        """{"asctime":"2026-07-01 12:00:00,215","levelname":"CRITICAL","message":"down","file":"app.py"}""",
        "CRITICAL",
        "2026-07-01T10:00:00.215",
        "down",
        """{"code_file":"app.py","file":"/x.log"}"""
    )]
    [InlineData( // Serilog's compact form
        """{"@t":"2026-01-01T11:00:00.1234567Z","@m":"Hello ada","@l":"Debug","User":"ada"}""",
        "DEBUG",
        "2026-01-01T11:00:00.123",
        "Hello ada",
        """{"User":"ada","file":"/x.log"}"""
    )]
    [InlineData( // .NET's console
        """{"EventId":0,"LogLevel":"Information","Category":"App","Message":"up","Timestamp":"2026-01-01T11:00:00Z"}""",
        "INFO",
        "2026-01-01T11:00:00.000",
        "up",
        """{"EventId":0,"Category":"App","file":"/x.log"}"""
    )]
    [InlineData( // GELF
        """{"version":"1.1","host":"h","short_message":"bad","level":3,"timestamp":1767265200.25}""",
        "ERROR",
        "2026-01-01T11:00:00.250",
        "bad",
        """{"version":"1.1","host":"h","file":"/x.log"}"""
    )]
    [InlineData( // A level that nobody knows, and a message that is no text, stay where they are.
        """{"level":"LOUD","message":{"a":1},"time":"2026-01-01T11:00:00Z"}""",
        "INFO",
        "2026-01-01T11:00:00.000",
        """{"level":"LOUD","message":{"a":1},"time":"2026-01-01T11:00:00Z"}""",
        """{"level":"LOUD","message":{"a":1},"file":"/x.log"}"""
    )]
    [InlineData("""{"a":1}""", "INFO", "2026-03-14T09:00:00.000", """{"a":1}""", """{"file":"/x.log"}""")]
    [InlineData("""{"msg":"a","msg":"b"}""", "INFO", "2026-03-14T09:00:00.000", "b", """{"file":"/x.log"}""")]
    [InlineData( // rsyslog, both ways; what has no year is of the last time that this day was
        "Dec 31 23:59:58 box sshd[812]: error: bind",
        "ERROR",
        "2025-12-31T22:59:58.000",
        "error: bind",
        """{"host":"box","identifier":"sshd","pid":"812","file":"/x.log"}"""
    )]
    [InlineData(
        "2026-01-01T12:00:00.123456+01:00 box smcp: ERROR: no port",
        "ERROR",
        "2026-01-01T11:00:00.123",
        "ERROR: no port",
        """{"host":"box","identifier":"smcp","file":"/x.log"}"""
    )]
    [InlineData( // No host has such a name.
        "2026-01-01T11:00:00Z INFO hyper: up",
        "INFO",
        "2026-03-14T09:00:00.000",
        "2026-01-01T11:00:00Z INFO hyper: up",
        """{"file":"/x.log"}"""
    )]
    [InlineData( // Docker and containerd around what the program wrote
        """{"log":"2026-07-08 15:21:07,215 - mcp - WARNING - slow\n","stream":"stderr","time":"2026-07-08T13:21:08.5Z"}""",
        "WARNING",
        "2026-07-08T13:21:07.215",
        "slow",
        """{"logger":"mcp","stream":"stderr","file":"/x.log"}"""
    )]
    [InlineData(
        """2026-01-01T11:00:00.123456789Z stdout F {"level":"error","msg":"inner"}""",
        "ERROR",
        "2026-01-01T11:00:00.123",
        "inner",
        """{"stream":"stdout","file":"/x.log"}"""
    )]
    [InlineData(
        "2026-01-01T11:00:00Z stderr F plain",
        "INFO",
        "2026-01-01T11:00:00.000",
        "plain",
        """{"stream":"stderr","file":"/x.log"}"""
    )]
    public void Level_time_message_and_the_rest_are_found(string row, string level, string time, string message, string details)
    {
        var line = Assert.Single(Read(row + "\n", PieceEnd.Quiet).Lines);

        Assert.Equal((level, time), StructuredRows.FactsOf(line));
        Assert.Equal((message, details), (line.Message, line.Details));
    }

    [Fact]
    public void Json_that_a_formatted_line_speaks_of_is_part_of_it_and_a_line_of_json_is_not()
    {
        var lines = Read(
            """
            [2026-01-01 12:00:00] [INFO] broca: payload:
            {"message":"hi","user":"ada"}
            {"level":"error","time":"2026-01-01T11:00:01Z","msg":"own"}

            """,
            PieceEnd.Quiet
        ).Lines;

        Assert.Equal(["payload:", "own"], lines.Select(line => line.Message));
        Assert.Equal("""{"message":"hi","user":"ada"}""", (string?)JsonNode.Parse(lines[0].Details!)!["more"]);
    }

    [Fact]
    public void A_traceback_in_a_container_is_one_line()
    {
        var rows = Traceback.Select(text =>
            new JsonObject
            {
                ["log"] = text + "\n",
                ["stream"] = "stderr",
                ["time"] = "2026-01-01T11:00:00Z",
            }.ToJsonString() + "\n"
        );
        var line = Assert.Single(Read(string.Concat(rows), PieceEnd.Quiet).Lines);

        Assert.Equal(
            (LogLevelWord.Error, "  File \"x.py\"\nValueError: no"),
            (line.Level, (string?)JsonNode.Parse(line.Details!)!["more"])
        );
    }

    [Theory]
    [InlineData("2026-01-01T11:00:00Z stdout P {\"level\":\"error\",\n2026-01-01T11:00:01Z stdout F \"msg\":\"cut in two\"}\n")]
    [InlineData(
        "{\"log\":\"{\\\"level\\\":\\\"error\\\",\",\"stream\":\"stdout\",\"time\":\"2026-01-01T11:00:00Z\"}\n"
            + "{\"log\":\"\\\"msg\\\":\\\"cut in two\\\"}\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T11:00:00Z\"}\n"
    )]
    public void What_an_engine_cut_is_whole_again(string text)
    {
        var line = Assert.Single(Read(text, PieceEnd.Open).Lines);
        Assert.Equal((LogLevelWord.Error, "cut in two"), (line.Level, line.Message));

        foreach (var more in new[] { 1, 9 }) // With nothing of the next row, and with a piece of it: it waits for the rest.
        {
            var half = Read(text[..(text.IndexOf('\n', StringComparison.Ordinal) + more)], PieceEnd.Open);
            Assert.Equal((0, 0), (half.Lines.Count, half.Consumed));
        }
    }

    private static RecordsRead Read(string text, PieceEnd end) => StructuredRows.Read(text, end);
}
