using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class ReadingLogFilesTests
{
    private static readonly DateTimeOffset Written = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("[2026-01-01 12:00:00] [🔍 DEBUG] runtime.core: looks", "DEBUG", "2026-01-01T11:00:00.000", "runtime.core", "looks")]
    [InlineData("[2026-01-01 12:00:00] [🔵 INFO] broca: says: this", "INFO", "2026-01-01T11:00:00.000", "broca", "says: this")]
    [InlineData("[2026-07-01 12:00:00] [⚠️ WARNING] broca: summer", "WARNING", "2026-07-01T10:00:00.000", "broca", "summer")]
    [InlineData("[2026-01-01 12:00:00] [❌ ERROR] broca: ", "ERROR", "2026-01-01T11:00:00.000", "broca", "")]
    [InlineData("[2026-01-01 12:00:00] [🚨 CRITICAL] broca: down", "CRITICAL", "2026-01-01T11:00:00.000", "broca", "down")]
    [InlineData("\u001b[31m[2026-01-01 12:00:00] [INFO] broca: red\u001b[0m", "INFO", "2026-01-01T11:00:00.000", "broca", "red\u001b[0m")]
    [InlineData(
        "2026-07-08 15:21:07,215 - mcp.server - WARNING - slow - very",
        "WARNING",
        "2026-07-08T13:21:07.215",
        "mcp.server",
        "slow - very"
    )]
    [InlineData("2026-03-29 02:30:00,001 - x - INFO - an hour that is not", "INFO", "2026-03-29T01:30:00.001", "x", "an hour that is not")]
    [InlineData(
        "{\"__REALTIME_TIMESTAMP\":\"1767265200123456\",\"PRIORITY\":\"3\",\"MESSAGE\":\"bad\",\"_SYSTEMD_UNIT\":\"smcp.service\",\"SYSLOG_IDENTIFIER\":\"smcp\",\"__CURSOR\":\"s=1\"}",
        "ERROR",
        "2026-01-01T11:00:00.123",
        null,
        "bad"
    )]
    [InlineData(
        "{\"__REALTIME_TIMESTAMP\":\"1767265200000000\",\"PRIORITY\":\"0\",\"MESSAGE\":[104,105,27,255]}",
        "CRITICAL",
        "2026-01-01T11:00:00.000",
        null,
        "hi\u001b\ufffd"
    )]
    [InlineData("{\"__REALTIME_TIMESTAMP\":\"99999999999999999999\",\"MESSAGE\":null}", "INFO", "2026-03-14T09:00:00.000", null, "")]
    [InlineData("{\"MESSAGE\": \"cut o", "INFO", "2026-03-14T09:00:00.000", null, "{\"MESSAGE\": \"cut o")]
    [InlineData("{\"MESSAGE\": \"\\ud800\", \"PRIORITY\": \"3\"}", "ERROR", "2026-03-14T09:00:00.000", null, "\ufffd")]
    [InlineData(
        "[2026-13-01 12:00:00] [🔵 INFO] broca: no such month",
        "INFO",
        "2026-03-14T09:00:00.000",
        null,
        "[2026-13-01 12:00:00] [🔵 INFO] broca: no such month"
    )]
    [InlineData("ERROR: of uvicorn", "ERROR", "2026-03-14T09:00:00.000", null, "ERROR: of uvicorn")]
    [InlineData(
        "\u001b[31mERROR\u001b[0m: quokka lost the database",
        "ERROR",
        "2026-03-14T09:00:00.000",
        null,
        "\u001b[31mERROR\u001b[0m: quokka lost the database"
    )]
    [InlineData(
        "\u001b[1;33m[WARNING]\u001b[0m quokka slow disk",
        "WARNING",
        "2026-03-14T09:00:00.000",
        null,
        "\u001b[1;33m[WARNING]\u001b[0m quokka slow disk"
    )]
    [InlineData(
        "\u001b[2m2026-11-29T10:00:00.123Z\u001b[0m \u001b[31mERROR\u001b[0m quokka",
        "ERROR",
        "2026-03-14T09:00:00.000",
        null,
        "\u001b[2m2026-11-29T10:00:00.123Z\u001b[0m \u001b[31mERROR\u001b[0m quokka"
    )]
    [InlineData("2026-07-08 15:21:07,215 - mcp - \u001b[33mWARNING\u001b[0m - slow", "WARNING", "2026-07-08T13:21:07.215", "mcp", "slow")]
    [InlineData(
        "[1960-01-01 12:00:00] [INFO] a: long ago",
        "INFO",
        "2026-03-14T09:00:00.000",
        null,
        "[1960-01-01 12:00:00] [INFO] a: long ago"
    )]
    [InlineData("anything at all", "INFO", "2026-03-14T09:00:00.000", null, "anything at all")]
    public void Each_line_is_read_by_its_looks(string row, string level, string time, string? logger, string message)
    {
        var line = Assert.Single(Read(LogFileFormat.Auto, row + "\n").Lines);

        Assert.Equal((level, message), (EnumText<LogLevelWord>.Of(line.Level), line.Message));
        Assert.Equal(
            time,
            line.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture)
        );
        Assert.Equal(logger, (string?)JsonNode.Parse(line.Details!)!["logger"]);
    }

    [Fact]
    public void What_journald_says_of_a_line_is_among_its_details()
    {
        var line = Assert.Single(
            Read(
                LogFileFormat.Journald,
                "{\"MESSAGE\":\"x\",\"_SYSTEMD_UNIT\":\"a.service\",\"_PID\":\"12\",\"SYSLOG_IDENTIFIER\":[\"a\",\"b\"],\"__CURSOR\":\"s=1;i=2\"}\n"
            ).Lines
        );

        Assert.Equal("""{"unit":"a.service","identifier":"a\nb","pid":"12","cursor":"s=1;i=2","file":"/x.log"}""", line.Details);
    }

    [Fact]
    public void Rows_that_go_on_are_kept_with_their_line_and_only_so_many()
    {
        var endless = string.Concat(Enumerable.Repeat($"{new string('.', 999)}\n", 200));
        var lines = Read(
            LogFileFormat.Broca,
            $"[2026-01-01 12:00:00] [INFO] a: first\n{endless}[2026-01-01 12:00:01] [INFO] a: second\n"
        ).Lines;

        Assert.Equal("first", lines[0].Message);
        Assert.InRange(((string)JsonNode.Parse(lines[0].Details!)!["more"]!).Length, 65_536, 66_600);
        Assert.Equal("second", lines[^1].Message);
        Assert.All(lines.Skip(1).SkipLast(1), line => Assert.Equal(new string('.', 999), line.Message));
    }

    [Fact]
    public void A_traceback_in_plain_text_is_one_line()
    {
        var lines = Read(LogFileFormat.Text, "start\nTraceback (most recent call last):\n  File \"x.py\"\nValueError: no\nend\n").Lines;

        Assert.Equal(["start", "end"], [lines[0].Message, lines[^1].Message]);
        Assert.Equal(("Traceback (most recent call last):", LogLevelWord.Error, 3), (lines[1].Message, lines[1].Level, lines.Count));
        Assert.Equal("  File \"x.py\"\nValueError: no", (string)JsonNode.Parse(lines[1].Details!)!["more"]!);
    }

    [Fact]
    public void The_last_line_waits_for_its_end_and_for_what_may_belong_to_it()
    {
        var bytes = Encoding.UTF8.GetBytes("one\ntwo\nthr");

        Assert.Equal((1, 4), Counted(PieceEnd.Open));
        Assert.Equal((2, 8), Counted(PieceEnd.Quiet));
        Assert.Equal((3, 11), Counted(PieceEnd.Final));

        (int Lines, int Consumed) Counted(PieceEnd end)
        {
            var read = Reader(LogFileFormat.Text).Read(bytes, Written, end);
            return (read.Lines.Count, read.Consumed);
        }
    }

    private static RecordsRead Read(LogFileFormat format, string text) =>
        Reader(format).Read(Encoding.UTF8.GetBytes(text), Written, PieceEnd.Quiet);

    private static RecordReader Reader(LogFileFormat format) => new(format, "system", null, "/x.log", Berlin);
}
