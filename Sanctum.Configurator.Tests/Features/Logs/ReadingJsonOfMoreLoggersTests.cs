using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Rows of JSON as other log viewers were seen to misread them.</summary>
public sealed class ReadingJsonOfMoreLoggersTests
{
    private const string Written = "2026-03-14T09:00:00.000";

    [Theory]
    [InlineData( // Monolog counts by hundreds, and names the level too
        """{"message":"up","context":{},"level":400,"level_name":"ERROR","datetime":"2026-01-01T12:00:00.1+01:00"}""",
        "ERROR",
        "2026-01-01T11:00:00.100",
        "up"
    )]
    [InlineData("""{"level":400,"msg":"nobody's number"}""", "INFO", Written, "nobody's number")]
    [InlineData("""{"level":"50","msg":"digits","time":"1767265200123"}""", "ERROR", "2026-01-01T11:00:00.123", "digits")]
    [InlineData( // tracing of Rust
        """{"timestamp":"2026-01-01T11:00:00.8213Z","level":"WARN","fields":{"message":"yaks","n":3},"target":"t"}""",
        "WARNING",
        "2026-01-01T11:00:00.821",
        "yaks"
    )]
    [InlineData( // ECS, as objects
        """{"ecs":{"version":"8"},"@timestamp":"2026-01-01T11:00:00Z","message":"k","log":{"level":"ERROR","logger":"p"}}""",
        "ERROR",
        "2026-01-01T11:00:00.000",
        "k"
    )]
    [InlineData( // PostgreSQL's jsonlog
        """{"timestamp":"2026-01-01 11:00:00.123 UTC","pid":3,"error_severity":"FATAL","message":"no role"}""",
        "CRITICAL",
        "2026-01-01T11:00:00.123",
        "no role"
    )]
    [InlineData( // Go's time.String()
        """{"level":"info","time":"2026-01-01 12:00:00.5 +0100 UTC","msg":"go"}""",
        "INFO",
        "2026-01-01T11:00:00.500",
        "go"
    )]
    [InlineData( // MongoDB
        """{"t":{"$date":"2026-01-01T12:00:00.180+01:00"},"s":"W","c":"NETWORK","id":4,"msg":"mongo"}""",
        "WARNING",
        "2026-01-01T11:00:00.180",
        "mongo"
    )]
    [InlineData( // Log4j
        """{"instant":{"epochSecond":1767265200,"nanoOfSecond":118000000},"level":"WARN","message":"l4j"}""",
        "WARNING",
        "2026-01-01T11:00:00.118",
        "l4j"
    )]
    [InlineData( // Google's agents
        """{"severity":"EMERGENCY","timestamp":{"seconds":"1767265200","nanos":5000000},"message":"gcp"}""",
        "CRITICAL",
        "2026-01-01T11:00:00.005",
        "gcp"
    )]
    [InlineData( // loguru
        """{"text":"raw\n","record":{"level":{"name":"ERROR","no":40},"message":"guru","time":{"timestamp":1767265200.5}}}""",
        "ERROR",
        "2026-01-01T11:00:00.500",
        "guru"
    )]
    [InlineData("""{"level":"dpanic","ts":1.7672652001234567e9,"msg":"zap"}""", "CRITICAL", "2026-01-01T11:00:00.123", "zap")]
    [InlineData("""{"level":"ERROR+2","time":"2026-01-01T11:00:00Z","msg":"slog"}""", "ERROR", "2026-01-01T11:00:00.000", "slog")]
    [InlineData("""  {"level":"error","msg":"indented"}""", "ERROR", Written, "indented")]
    [InlineData( // zerolog writes a name as often as it is given
        """{"level":"error","time":"2026-01-01T11:00:00Z","component":"a","component":"b","message":"twice"}""",
        "ERROR",
        "2026-01-01T11:00:00.000",
        "twice"
    )]
    [InlineData("""{"level":50,"time":1767265200000,"msg":"half \ud83d"}""", "ERROR", "2026-01-01T11:00:00.000", "half \ufffd")]
    [InlineData("""{"level":50,"msg":"\ud83d\ude00 C:\\udead"}""", "ERROR", Written, "\U0001f600 C:\\udead")]
    [InlineData("""{"level":"error","msg":"","path":"/x"}""", "ERROR", Written, """{"level":"error","msg":"","path":"/x"}""")]
    [InlineData( // Serilog's compact form, which leaves the filling to the reader
        """{"@t":"2026-01-01T11:00:00Z","@mt":"{{{Verb} {@Path}}} took {Elapsed:0.0} ms, {Gone}","@r":["0.2"],"Verb":"GET","Path":"/x","Elapsed":0.218}""",
        "INFO",
        "2026-01-01T11:00:00.000",
        "{GET /x} took 0.2 ms, {Gone}"
    )]
    [InlineData(
        """{"Timestamp":"2026-01-01T12:00:00+01:00","Level":"Error","MessageTemplate":"Hi {Name}","Properties":{"Name":"ada"}}""",
        "ERROR",
        "2026-01-01T11:00:00.000",
        "Hi ada"
    )]
    public void Level_time_and_message_are_found_wherever_the_logger_puts_them(string row, string level, string time, string message)
    {
        var line = StructuredRows.One(row);

        Assert.Equal((level, time), StructuredRows.FactsOf(line));
        Assert.Equal(message, line.Message);
    }

    [Fact]
    public void What_is_taken_out_of_an_object_leaves_no_empty_one_behind()
    {
        var line = StructuredRows.One("""{"log":{"level":"warn"},"a":{"b":1,"b":2},"message":"x"}""");

        Assert.Equal("""{"a":{"b":2},"file":"/x.log"}""", line.Details);
    }

    [Fact]
    public void Details_that_are_cut_still_name_the_file()
    {
        var line = StructuredRows.One($$"""{"level":"error","msg":"long","pad":"{{new string('x', LogLine.LongestDetails)}}"}""");

        var details = JsonNode.Parse(line.Details!)!;
        Assert.Equal(("long", "/x.log"), (line.Message, (string?)details["file"]));
        Assert.StartsWith("{\"pad\":\"xxx", (string?)details["cut_details"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"MESSAGE":"{\"level\":\"error\",\"msg\":\"own\",\"a\":1}","PRIORITY":"6","_PID":"7","__REALTIME_TIMESTAMP":"1767265200000000"}"""
    )]
    [InlineData("""Jan  1 12:00:00 box app[7]: {"level":"error","msg":"own","a":1}""")]
    [InlineData("""Jan  1 12:00:00 box app[7]: @cee: {"level":"error","msg":"own","a":1}""")]
    public void Json_within_a_row_of_a_daemon_says_level_and_message(string row)
    {
        var line = StructuredRows.One(row);

        Assert.Equal(("ERROR", "2026-01-01T11:00:00.000"), StructuredRows.FactsOf(line));
        Assert.Equal("own", line.Message);
        var details = JsonNode.Parse(line.Details!)!;
        Assert.Equal((1, "7"), ((int)details["a"]!, (string?)details["pid"]));
    }

    [Fact]
    public void A_file_of_journald_may_have_lines_of_other_programs_formats_within()
    {
        var row = """{"MESSAGE":"2026-07-08 15:21:07,215 - mcp - ERROR - slow","PRIORITY":"6","__REALTIME_TIMESTAMP":"1783516868000000"}""";
        var line = Assert.Single(StructuredRows.Read(row + "\n", PieceEnd.Quiet, LogFileFormat.Journald).Lines);

        Assert.Equal((LogLevelWord.Error, "slow"), (line.Level, line.Message));
    }
}
