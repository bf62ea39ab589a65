using System.Data.Common;
using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>A stored line.</summary>
/// <param name="Details">JSON, or null.</param>
public sealed record LogRow(
    long Id,
    DateTimeOffset Timestamp,
    LogLevelWord Level,
    string Source,
    int? SourceId,
    string Message,
    string? Details,
    int? UserId,
    string? CorrelationId
)
{
    internal const string Columns = "id, timestamp, level, source, source_id, message, details, user_id, correlation_id";

    /// <summary>
    /// Its own time, which could not be read, as it was written; the line has the time at which it came. Null where it could be read.
    /// </summary>
    public string? UnreadTime => StoredDetails.UnreadTimeIn(Details);

    /// <summary>A time as it is stored; the earliest there is where it can't be read, which <see cref="LogFit"/> makes good.</summary>
    internal static DateTimeOffset TimeIn(DbDataReader reader, int column) => Find(reader.GetValue(column)) ?? LogTimes.Earliest;

    internal static LogRow From(DbDataReader reader)
    {
        var given = reader.GetValue(1);
        var time = Find(given);
        var details = reader.IsDBNull(6) ? null : reader.GetString(6);
        return new(
            reader.GetInt64(0),
            time ?? LogTimes.Earliest,
            EnumText<LogLevelWord>.Find(reader.GetString(2)) ?? LogLevelWord.Info,
            reader.GetString(3),
            NumberIn(reader, 4),
            reader.GetString(5),
            time is null ? StoredDetails.Marked(details, TextOf(given)) : details,
            NumberIn(reader, 7),
            reader.IsDBNull(8) ? null : reader.GetString(8)
        );
    }

    private static DateTimeOffset? Find(object given) =>
        (given is DateTime time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : UtcText.Find(TextOf(given))) is { } at
        && LogTimes.Holds(at)
            ? at
            : null;

    private static string TextOf(object given) =>
        given is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Convert.ToString(given, CultureInfo.InvariantCulture) ?? "";

    /// <summary>SQLite lets other programs store anything in a column of numbers; what is none is not there.</summary>
    private static int? NumberIn(DbDataReader reader, int column) =>
        reader.GetValue(column) switch
        {
            int number => number,
            long number and >= int.MinValue and <= int.MaxValue => (int)number,
            _ => null,
        };
}
