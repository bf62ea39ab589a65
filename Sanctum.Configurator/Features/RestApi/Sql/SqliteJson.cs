using System.Buffers;
using System.Text.Unicode;
using Sanctum.Configurator.Features.RestApi.Catalog;
using SQLitePCL;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Writes rows of SQLite as JSON, byte by byte as they are stored; what <see cref="RowWriter"/> writes of the same rows.</summary>
internal static class SqliteJson
{
    private const int FirstBytes = 8 * 1024;

    public static WrittenRows Write(RowWriter writer, SqliteReader reader, sqlite3_stmt rows, IReadOnlyList<OutputColumn> columns)
    {
        var buffer = new ArrayBufferWriter<byte>(FirstBytes);
        var names = new JsonEncodedText[columns.Count];
        for (var at = 0; at < names.Length; at++)
        {
            names[at] = columns[at].Json;
        }

        using var json = new Utf8JsonWriter(buffer, RowWriter.Options);
        if (!writer.IsOne)
        {
            json.WriteStartArray();
        }

        var count = 0;
        for (; reader.Step(rows); count++)
        {
            if (writer.IsOne && count > 0)
            {
                continue; // Counted, for whoever asked for one row.
            }

            json.WriteStartObject();
            for (var at = 0; at < names.Length; at++)
            {
                if (!writer.StripsNulls || raw.sqlite3_column_type(rows, at) != raw.SQLITE_NULL)
                {
                    json.WritePropertyName(names[at]);
                    Write(json, reader, rows, at, columns[at].Kind);
                }
            }

            json.WriteEndObject();
            writer.Limit(buffer.WrittenCount + json.BytesPending);
        }

        if (!writer.IsOne)
        {
            json.WriteEndArray();
        }

        json.Flush();
        return new(buffer.WrittenMemory, count);
    }

    private static void Write(Utf8JsonWriter json, SqliteReader reader, sqlite3_stmt rows, int at, RestKind kind)
    {
        switch (raw.sqlite3_column_type(rows, at))
        {
            case raw.SQLITE_NULL:
                json.WriteNullValue();
                break;
            case raw.SQLITE_INTEGER when kind == RestKind.Boolean:
                json.WriteBooleanValue(raw.sqlite3_column_int64(rows, at) != 0);
                break;
            case raw.SQLITE_BLOB:
                json.WriteStringValue("System.Byte[]"); // As by the driver; there is none in a column that is offered.
                break;
            case raw.SQLITE_TEXT when kind == RestKind.Json:
                json.WriteRawValue(raw.sqlite3_column_blob(rows, at), skipInputValidation: true);
                break;
            case var _ when kind == RestKind.Time:
                WriteTime(json, reader, rows, at);
                break;
            case raw.SQLITE_INTEGER:
                json.WriteNumberValue(raw.sqlite3_column_int64(rows, at));
                break;
            case raw.SQLITE_FLOAT:
                WriteNumber(json, raw.sqlite3_column_double(rows, at));
                break;
            default:
                WriteText(json, raw.sqlite3_column_blob(rows, at));
                break;
        }
    }

    private static void WriteTime(Utf8JsonWriter json, SqliteReader reader, sqlite3_stmt rows, int at)
    {
        Span<byte> time = stackalloc byte[TimeBytes.Length];
        if (raw.sqlite3_column_type(rows, at) == raw.SQLITE_TEXT && TimeBytes.TryWrite(raw.sqlite3_column_blob(rows, at), time))
        {
            json.WriteStringValue(time);
            return;
        }

        reader.TimeOf(
            rows,
            at,
            read =>
            {
                Write(json, reader, read, 0, RestKind.Text);
                return true;
            }
        );
    }

    private static void WriteNumber(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteStringValue(Encoding.UTF8.GetString(text));
        }
    }
}
