using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Logs.Storing;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Rows of container engines, whose two streams stand between each other in one file.</summary>
public sealed class ReadingContainersTests
{
    [Fact]
    public void A_row_that_was_cut_goes_on_in_its_own_stream()
    {
        var text = """
            2026-01-01T11:00:00.1Z stdout P 1
            2026-01-01T11:00:00.1Z stderr F 2
            2026-01-01T11:00:00.1Z stdout P 3
            2026-01-01T11:00:00.1Z stdout F 4

            """;

        Assert.Equal(["134", "2"], Read(text));
        Assert.Equal(["134", "2"], ReadInPieces(text));
    }

    [Fact]
    public void A_traceback_goes_on_in_its_own_stream()
    {
        var text = """
            2026-01-01T11:00:00Z stderr F Traceback (most recent call last):
            2026-01-01T11:00:00Z stdout F between
            2026-01-01T11:00:00Z stderr F   File "x.py"
            2026-01-01T11:00:00Z stdout F also between
            2026-01-01T11:00:00Z stderr F ValueError: no
            2026-01-01T11:00:00Z stderr F next

            """;

        string[] messages = ["Traceback (most recent call last):", "between", "also between", "next"];
        Assert.Equal(messages, Read(text));
        Assert.Equal(messages, ReadInPieces(text));
        Assert.Equal("  File \"x.py\"\nValueError: no", (string?)Details(StructuredRows.Read(text, PieceEnd.Quiet).Lines[0])["more"]);
    }

    [Fact]
    public void A_stream_that_says_no_more_keeps_the_other_waiting_for_a_second_only()
    {
        var text = """
            2026-01-01T11:00:00Z stderr P begun
            2026-01-01T11:00:00Z stdout F one
            2026-01-01T11:00:01.1Z stdout F two
            2026-01-01T11:00:01.2Z stdout F three

            """;

        Assert.Equal(["begun", "one", "two"], StructuredRows.Read(text, PieceEnd.Open).Lines.Select(line => line.Message));
    }

    [Theory]
    [InlineData("2026-01-01T11:00:00Z stdout F:tag tagged", "tagged")]
    [InlineData("""{"stream":"stdout","log":"other order\r\n","time":"2026-01-01T11:00:00Z"}""", "other order")]
    public void What_the_engine_wrote_is_known_in_all_its_shapes(string row, string message)
    {
        var line = StructuredRows.One(row);

        Assert.Equal(
            (message, "INFO", "2026-01-01T11:00:00.000"),
            (line.Message, StructuredRows.FactsOf(line).Level, StructuredRows.FactsOf(line).Time)
        );
    }

    [Fact]
    public void What_the_engine_was_told_to_add_is_kept() =>
        Assert.Equal(
            "web/1",
            (string?)
                Details(StructuredRows.One("""{"log":"x\n","stream":"stdout","attrs":{"tag":"web/1"},"time":"2026-01-01T11:00:00Z"}"""))[
                    "attrs"
                ]!["tag"]
        );

    [Theory]
    [InlineData("2026-01-01 11:00:00,215", "2026-01-01T11:00:00.300")] // The container's clock is UTC's, the machine's is Berlin's.
    [InlineData("2026-01-01 12:00:00,215", "2026-01-01T11:00:00.215")]
    public void A_clock_without_a_zone_that_is_hours_off_the_engines_is_not_believed(string own, string time) =>
        Assert.Equal(
            ("WARNING", time),
            StructuredRows.FactsOf(StructuredRows.One($"2026-01-01T11:00:00.3Z stdout F {own} - mcp - WARNING - slow"))
        );

    private static JsonNode Details(LogLine line) => JsonNode.Parse(line.Details!)!;

    private static string[] Read(string text) => [.. StructuredRows.Read(text, PieceEnd.Quiet).Lines.Select(line => line.Message)];

    /// <summary>As a file that grows by a few characters between two looks.</summary>
    private static string[] ReadInPieces(string text)
    {
        var messages = new List<string>();
        var from = 0;
        for (var to = 0; to < text.Length; to = Math.Min(text.Length, to + 7))
        {
            var read = StructuredRows.Read(text[from..to], PieceEnd.Open);
            messages.AddRange(read.Lines.Select(line => line.Message));
            from += read.Consumed;
        }

        return [.. messages, .. Read(text[from..])];
    }
}
