using System.Reflection;
using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>
/// The JSON of enums: written in the words of the registry's tables, or in snake_case where no table holds them; read in these words or in
/// snake_case, in any case, and never as numbers.
/// </summary>
public sealed class EnumRules : JsonConverterFactory
{
    /// <summary>The words that are written.</summary>
    public static IEnumerable<string> Of(Type type) => Enum.GetNames(type).Select(name => WordOf(type, name)).Distinct();

    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private static string WordOf(Type type, string name) =>
        type.GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> ByValue = Enum.GetNames<T>()
            .DistinctBy(Enum.Parse<T>)
            .ToDictionary(Enum.Parse<T>, name => WordOf(typeof(T), name));

        private static readonly Dictionary<string, T> ByWord = Enum.GetNames<T>()
            .SelectMany(name =>
                new[] { WordOf(typeof(T), name), JsonNamingPolicy.SnakeCaseLower.ConvertName(name), name }.Select(word =>
                    (Word: word, Value: Enum.Parse<T>(name))
                )
            )
            .DistinctBy(pair => pair.Word, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pair => pair.Word, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? Parse(reader.GetString()!) : throw new JsonException();

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Text(value));

        private static T Parse(string word) => ByWord.TryGetValue(word.Trim(), out var value) ? value : throw new JsonException();

        private static string Text(T value) => ByValue.TryGetValue(value, out var word) ? word : $"{value}";
    }
}
