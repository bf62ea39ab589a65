using System.Collections;
using System.Data;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sanctum.Configurator.Registry.Data.Sqlite;

/// <summary>Lets the rows of other programs be read, whatever the database let them store.</summary>
internal sealed class BearingReads : DbCommandInterceptor
{
    public static readonly BearingReads Instance = new();

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result) =>
        Of(eventData, result);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        DbDataReader result,
        CancellationToken cancellationToken = default
    ) => new(Of(eventData, result));

    /// <summary>What a save answers are the console's own values, and PostgreSQL's provider wants its own reader there.</summary>
    private static DbDataReader Of(CommandEventData command, DbDataReader rows) =>
        command.CommandSource is CommandSource.LinqQuery or CommandSource.FromSqlQuery ? new BearingReader(rows) : rows;
}

/// <summary>
/// A column of SQLite's holds whatever was put into it: a number beyond 32 bits or without end, words in the place of an id, half a character inside JSON;
/// and PostgreSQL knows times before and after all that .NET does. One such value must not take a whole list from everybody, so it is read
/// as
/// the nearest value there is, or as the empty one of its kind.
/// </summary>
internal sealed partial class BearingReader(DbDataReader rows) : DbDataReader
{
    public override int Depth => rows.Depth;

    public override int FieldCount => rows.FieldCount;

    public override bool HasRows => rows.HasRows;

    public override bool IsClosed => rows.IsClosed;

    public override int RecordsAffected => rows.RecordsAffected;

    public override object this[int ordinal] => rows[ordinal];

    public override object this[string name] => rows[name];

    public override bool GetBoolean(int ordinal) => Read(rows.GetBoolean, ordinal);

    public override byte GetByte(int ordinal) => (byte)Math.Clamp(GetInt64(ordinal), byte.MinValue, byte.MaxValue);

    public override short GetInt16(int ordinal) => (short)Math.Clamp(GetInt64(ordinal), short.MinValue, short.MaxValue);

    public override int GetInt32(int ordinal) => (int)Math.Clamp(GetInt64(ordinal), int.MinValue, int.MaxValue);

    public override long GetInt64(int ordinal) => Read(rows.GetInt64, ordinal);

    public override float GetFloat(int ordinal) => (float)GetDouble(ordinal);

    public override double GetDouble(int ordinal) => Within(Read(rows.GetDouble, ordinal));

    public override decimal GetDecimal(int ordinal) => Read(rows.GetDecimal, ordinal);

    public override Guid GetGuid(int ordinal) => Read(rows.GetGuid, ordinal);

    public override DateTime GetDateTime(int ordinal) => Read(rows.GetDateTime, ordinal);

    public override char GetChar(int ordinal) => Read(rows.GetChar, ordinal);

    /// <summary>Inside JSON, half a character can be stored and never be read.</summary>
    public override string GetString(int ordinal) =>
        rows.GetString(ordinal) is var text
        && text.Contains("\\ud", StringComparison.OrdinalIgnoreCase)
        && text.AsSpan().TrimStart() is ['{' or '[' or '"', ..]
            ? Escapes().Replace(text, escape => escape.Length == OfOne && escape.ValueSpan[1] == 'u' ? "\\ufffd" : escape.Value)
            : text;

    public override T GetFieldValue<T>(int ordinal) =>
        typeof(T) == typeof(string) ? (T)(object)GetString(ordinal)
        : typeof(T) == typeof(int) ? (T)(object)GetInt32(ordinal)
        : typeof(T) == typeof(double) ? (T)(object)GetDouble(ordinal)
        : Read(rows.GetFieldValue<T>, ordinal);

    public override object GetValue(int ordinal) => rows.GetValue(ordinal);

    public override int GetValues(object[] values) => rows.GetValues(values);

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        rows.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        rows.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);

    public override Stream GetStream(int ordinal) => rows.GetStream(ordinal);

    public override TextReader GetTextReader(int ordinal) => rows.GetTextReader(ordinal);

    public override string GetDataTypeName(int ordinal) => rows.GetDataTypeName(ordinal);

    public override IEnumerator GetEnumerator() => rows.GetEnumerator();

    public override Type GetFieldType(int ordinal) => rows.GetFieldType(ordinal);

    public override string GetName(int ordinal) => rows.GetName(ordinal);

    public override int GetOrdinal(string name) => rows.GetOrdinal(name);

    public override DataTable? GetSchemaTable() => rows.GetSchemaTable();

    public override bool IsDBNull(int ordinal) => rows.IsDBNull(ordinal);

    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken) =>
        rows.IsDBNullAsync(ordinal, cancellationToken);

    public override bool NextResult() => rows.NextResult();

    public override Task<bool> NextResultAsync(CancellationToken cancellationToken) => rows.NextResultAsync(cancellationToken);

    public override bool Read() => rows.Read();

    public override Task<bool> ReadAsync(CancellationToken cancellationToken) => rows.ReadAsync(cancellationToken);

    public override void Close() => rows.Close();

    public override Task CloseAsync() => rows.CloseAsync();

    public override async ValueTask DisposeAsync()
    {
        await rows.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rows.Dispose();
        }

        base.Dispose(disposing);
    }

    private static T Read<T>(Func<int, T> read, int ordinal)
    {
        try
        {
            return read(ordinal);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException or ArgumentException)
        {
            return typeof(T) == typeof(DateTimeOffset) ? (T)(object)TimeText.Unreadable : default!;
        }
    }

    /// <summary>
    /// Infinity and what is no number can't be told as JSON, and a number near them is infinite as soon as two are added, or no span of time.
    /// </summary>
    private static double Within(double stored) => double.IsNaN(stored) ? 0 : Math.Clamp(stored, -Most, Most);

    /// <summary>More than any time in milliseconds, price or score is: in milliseconds it is 3,170 years.</summary>
    private const double Most = 1e14;

    /// <summary>Characters of one escape, such as that of a half character without its other half.</summary>
    private const int OfOne = 6;

    /// <summary>Escapes one after the other: pairs of halves, halves, and all others.</summary>
    [GeneratedRegex(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Escapes();
}
