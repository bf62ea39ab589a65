using Sanctum.Configurator.Features.Logs.Sources.Following;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Rows of syslog as other readers were seen to misread them.</summary>
public sealed class ReadingSyslogTests
{
    [Theory]
    [InlineData(
        "<34>Jan  1 12:00:00 box su[7]: no",
        "CRITICAL",
        "2026-01-01T11:00:00.000",
        "no",
        """{"host":"box","identifier":"su","pid":"7","file":"/x.log"}"""
    )]
    [InlineData( // No facility has such a number; the row is one all the same.
        "<999>Jan  1 12:00:00 box su: error: no",
        "ERROR",
        "2026-01-01T11:00:00.000",
        "error: no",
        """{"host":"box","identifier":"su","file":"/x.log"}"""
    )]
    [InlineData("Jan 1 12:00:00 box a: x", "INFO", "2026-01-01T11:00:00.000", "x", """{"host":"box","identifier":"a","file":"/x.log"}""")]
    [InlineData("Jan 01 12:00:00 box a: x", "INFO", "2026-01-01T11:00:00.000", "x", """{"host":"box","identifier":"a","file":"/x.log"}""")]
    [InlineData(
        "Jan  1 12:00:00.25 box a: x",
        "INFO",
        "2026-01-01T11:00:00.250",
        "x",
        """{"host":"box","identifier":"a","file":"/x.log"}"""
    )]
    [InlineData(
        "2024 Jan  1 12:00:00 box a: x",
        "INFO",
        "2024-01-01T11:00:00.000",
        "x",
        """{"host":"box","identifier":"a","file":"/x.log"}"""
    )]
    [InlineData("Feb 29 12:00:00 box a: x", "INFO", "2024-02-29T11:00:00.000", "x", """{"host":"box","identifier":"a","file":"/x.log"}""")]
    [InlineData(
        "Jan  1 12:00:00 box last message repeated 3 times",
        "INFO",
        "2026-01-01T11:00:00.000",
        "last message repeated 3 times",
        """{"host":"box","file":"/x.log"}"""
    )]
    [InlineData(
        "Jan  1 12:00:00 box (udev-worker)[12]: x",
        "INFO",
        "2026-01-01T11:00:00.000",
        "x",
        """{"host":"box","identifier":"(udev-worker)","pid":"12","file":"/x.log"}"""
    )]
    [InlineData(
        "Jan  1 12:00:00 box Foo Agent[1]:x",
        "INFO",
        "2026-01-01T11:00:00.000",
        "x",
        """{"host":"box","identifier":"Foo Agent","pid":"1","file":"/x.log"}"""
    )]
    [InlineData( // RFC 5424: escapes, brackets within values, the mark of UTF-8
        """<11>1 2026-01-01T12:00:00.003+01:00 box.example evntslog - ID47 [ex@32473 iut="3" key="[v\] \"a\" b\\c"][p@1 class="high"] """
            + "\ufeffdown",
        "ERROR",
        "2026-01-01T11:00:00.003",
        "down",
        """{"host":"box.example","identifier":"evntslog","message_id":"ID47","ex":{"iut":"3","key":"[v] \"a\" b\\c"},"p":{"class":"high"},"file":"/x.log"}"""
    )]
    [InlineData(
        "<15>1 2026-01-01T11:00:00Z h app 69 - - nothing",
        "DEBUG",
        "2026-01-01T11:00:00.000",
        "nothing",
        """{"host":"h","identifier":"app","pid":"69","file":"/x.log"}"""
    )]
    [InlineData( // Without the dash that stands for no data
        "<13>1 2026-01-01T11:00:00Z h app 69 - [1]: Starting",
        "INFO",
        "2026-01-01T11:00:00.000",
        "[1]: Starting",
        """{"host":"h","identifier":"app","pid":"69","file":"/x.log"}"""
    )]
    [InlineData("<12>1 - - - - - - x", "WARNING", "2026-03-14T09:00:00.000", "x", """{"file":"/x.log"}""")]
    public void Priority_time_host_and_program_are_found(string row, string level, string time, string message, string details)
    {
        var line = StructuredRows.One(row);

        Assert.Equal((level, time), StructuredRows.FactsOf(line));
        Assert.Equal((message, details), (line.Message, line.Details));
    }

    [Fact]
    public void Each_row_is_a_line_of_its_own()
    {
        var lines = StructuredRows
            .Read(
                """
                Jan  1 12:00:00 box app[1]: one
                Jan  1 12:00:01 box -- MARK --
                Jan  1 12:00:02 box Foo Agent[1]: two

                """,
                PieceEnd.Quiet
            )
            .Lines;

        Assert.Equal(["one", "-- MARK --", "two"], lines.Select(line => line.Message));
    }
}
