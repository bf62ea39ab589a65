using System.Buffers;
using System.Data.Common;
using System.Text.Encodings.Web;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Rows as they are sent.</summary>
/// <param name="Count">The number of rows in it.</param>
internal sealed record WrittenRows(ReadOnlyMemory<byte> Body, int Count)
{
    public static readonly WrittenRows None = new("[]"u8.ToArray(), 0);
}

/// <summary>Writes rows as JSON or CSV while they are read.</summary>
/// <param name="StripsNulls">Members without a value are left out.</param>
/// <param name="IsOne">The row itself, not an array with it in it.</param>
internal sealed record RowWriter(bool IsCsv, bool StripsNulls, bool IsOne, int MostBytes)
{
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    public async Task<WrittenRows> WriteAsync(DbDataReader reader, IReadOnlyList<OutputColumn> columns, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        var count = await (IsCsv ? CsvAsync(reader, columns, buffer, cancel) : JsonAsync(reader, columns, buffer, cancel));
        return new(buffer.WrittenMemory, count);
    }

    private async Task<int> JsonAsync(
        DbDataReader reader,
        IReadOnlyList<OutputColumn> columns,
        ArrayBufferWriter<byte> buffer,
        CancellationToken cancel
    )
    {
        var names = columns.Select(column => column.Json).ToArray();
        await using var json = new Utf8JsonWriter(buffer, Options);
        if (!IsOne)
        {
            json.WriteStartArray();
        }

        var count = 0;
        for (; await reader.ReadAsync(cancel); count++)
        {
            if (IsOne && count > 0)
            {
                continue; // Counted, for whoever asked for one row.
            }

            json.WriteStartObject();
            for (var at = 0; at < names.Length; at++)
            {
                var value = reader.IsDBNull(at) ? null : reader.GetValue(at);
                if (value is not null || !StripsNulls)
                {
                    json.WritePropertyName(names[at]);
                    Write(json, value, columns[at].Kind);
                }
            }

            json.WriteEndObject();
            Limit(buffer.WrittenCount + json.BytesPending);
        }

        if (!IsOne)
        {
            json.WriteEndArray();
        }

        await json.FlushAsync(cancel);
        return count;
    }

    /// <summary>SQLite keeps what another program wrote, whatever the column's type.</summary>
    private static void Write(Utf8JsonWriter json, object? value, RestKind kind)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text when kind == RestKind.Json:
                json.WriteRawValue(text, skipInputValidation: true);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case long number when kind == RestKind.Boolean:
                json.WriteBooleanValue(number != 0);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case bool yes:
                json.WriteBooleanValue(yes);
                break;
            case Guid id:
                json.WriteStringValue(id);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private async Task<int> CsvAsync(
        DbDataReader reader,
        IReadOnlyList<OutputColumn> columns,
        ArrayBufferWriter<byte> buffer,
        CancellationToken cancel
    )
    {
        var line = new StringBuilder().AppendJoin(',', columns.Select(column => Cell(column.Name)));
        var count = 0;
        for (; await reader.ReadAsync(cancel); count++)
        {
            Flush(line.Append('\n'), buffer);
            for (var at = 0; at < columns.Count; at++)
            {
                line.Append(at == 0 ? "" : ",").Append(reader.IsDBNull(at) ? "" : Cell(TextOf(reader.GetValue(at), columns[at].Kind)));
            }

            Limit(buffer.WrittenCount);
        }

        Flush(line, buffer);
        return count;
    }

    private static void Flush(StringBuilder line, ArrayBufferWriter<byte> buffer)
    {
        Encoding.UTF8.GetBytes(line.ToString(), buffer);
        line.Clear();
    }

    private static string TextOf(object value, RestKind kind) =>
        value switch
        {
            long number when kind == RestKind.Boolean => number != 0 ? "t" : "f",
            bool yes => yes ? "t" : "f",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Cell(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <exception cref="RestFault">It is more than is sent.</exception>
    public void Limit(long bytes)
    {
        if (bytes > MostBytes)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "54000",
                $"the answer is larger than {MostBytes} bytes",
                null,
                "Ask for fewer columns, or for fewer rows at a time by limit and offset."
            );
        }
    }
}
