using System.Globalization;
using System.Text;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Rows of a file in Berlin, read as a followed file is with the format automatic.</summary>
internal static class StructuredRows
{
    public static readonly DateTimeOffset Written = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public static RecordsRead Read(string text, PieceEnd end, LogFileFormat format = LogFileFormat.Auto) =>
        new RecordReader(format, "system", null, "/x.log", Berlin).Read(Encoding.UTF8.GetBytes(text), Written, end);

    /// <summary>The one line that this row is.</summary>
    public static LogLine One(string row) => Assert.Single(Read(row + "\n", PieceEnd.Quiet).Lines);

    /// <summary>Level and time, as they are written for people.</summary>
    public static (string Level, string Time) FactsOf(LogLine line) =>
        (
            EnumText<LogLevelWord>.Of(line.Level),
            line.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture)
        );
}
