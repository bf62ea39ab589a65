using System.Buffers;
using System.Text.Encodings.Web;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>JSON: one flat object. Comments and a trailing comma are forgiven.</summary>
internal static class JsonSyntax
{
    public static string Write(IReadOnlyList<(string Column, string? Value)> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (
            var json = new Utf8JsonWriter(
                buffer,
                new()
                {
                    Indented = true,
                    NewLine = "\n",
                    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
        {
            json.WriteStartObject();
            foreach (var (column, value) in values)
            {
                json.WritePropertyName(column);
                if (value is not null && SettingsFile.IsBare(column, value))
                {
                    json.WriteRawValue(value);
                }
                else
                {
                    json.WriteStringValue(value);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    public static RawFile Read(string text)
    {
        var file = new RawFile();
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            ReadObject(file, bytes);
        }
        catch (JsonException e)
        {
            file.Refuse(
                (int)(e.LineNumber ?? 0) + 1,
                "this is not valid JSON here. A missing quote, comma or brace just before it is the usual reason."
            );
        }
        catch (InvalidOperationException)
        {
            file.Refuse(null, "A text in the file contains an incomplete character (a lone surrogate), which can't be stored.");
        }

        return file;
    }

    private static void ReadObject(RawFile file, byte[] bytes)
    {
        var json = new Utf8JsonReader(
            bytes,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
        );
        var lines = new LineCounter(bytes);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            file.Refuse(1, "the file must be one JSON object: { \"letta_server_port\": 8283 }.");
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var line = lines.At(json.TokenStartIndex);
            var key = json.GetString()!;
            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.String:
                    file.Entries.Add(new(key, json.GetString(), line));
                    break;
                case JsonTokenType.Number:
                    file.Entries.Add(new(key, NumberOf(Encoding.UTF8.GetString(json.ValueSpan)), line));
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    file.Entries.Add(new(key, json.TokenType == JsonTokenType.True ? "true" : "false", line));
                    break;
                case JsonTokenType.Null:
                    file.Entries.Add(new(key, null, line));
                    break;
                default:
                    file.Refuse(line, "a setting must be a text, a number, true, false or null, not a list or an object.", key);
                    json.Skip();
                    break;
            }
        }

        // What follows the object must be nothing.
        json.Read();
    }

    /// <summary>Other programs write 8283.0 or 1e2 for whole numbers.</summary>
    private static string NumberOf(string raw) =>
        decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number)
            ? decimal.Truncate(number).ToString(CultureInfo.InvariantCulture)
            : raw;

    /// <summary>Counts the lines up to places that only go forwards.</summary>
    private struct LineCounter(byte[] bytes)
    {
        private int _at;
        private int _line = 1;

        public int At(long place)
        {
            _line += bytes.AsSpan(_at, (int)place - _at).Count((byte)'\n');
            _at = (int)place;
            return _line;
        }
    }
}
