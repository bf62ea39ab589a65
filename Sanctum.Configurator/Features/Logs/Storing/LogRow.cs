using System.Data.Common;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Sqlite;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>A stored line.</summary>
/// <param name="Details">JSON, or null.</param>
public sealed record LogRow(
    long Id, DateTimeOffset Timestamp, LogLevelWord Level, string Source, int? SourceId, string Message, string? Details, int? UserId, string? CorrelationId)
{
    internal const string Columns = "id, timestamp, level, source, source_id, message, details, user_id, correlation_id";

    internal static DateTimeOffset TimeIn(DbDataReader reader, int column) =>
        reader.GetValue(column) is string text ? UtcText.Parse(text) : new(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));

    internal static LogRow From(DbDataReader reader) => new(
        reader.GetInt64(0),
        TimeIn(reader, 1),
        Words<LogLevelWord>.Find(reader.GetString(2)) ?? LogLevelWord.Info,
        reader.GetString(3),
        reader.IsDBNull(4) ? null : reader.GetInt32(4),
        reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetString(6),
        reader.IsDBNull(7) ? null : reader.GetInt32(7),
        reader.IsDBNull(8) ? null : reader.GetString(8));
}
