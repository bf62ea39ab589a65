using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Whether a text can be a file of the design system: JSON that every reader and both databases understand alike.</summary>
internal static class DesignCheck
{
    /// <summary>Bytes of a file.</summary>
    public const int MostBytes = 500_000;

    /// <summary>Faults that are told at once.</summary>
    private const int MostFaults = 5;

    private const char ByteOrderMark = '\uFEFF';

    /// <returns>The text without a byte order mark, or what is wrong with it in sentences.</returns>
    public static (string? Text, string? Problem) Read(string? content)
    {
        var text = content?.TrimStart(ByteOrderMark).Trim();
        if (string.IsNullOrEmpty(text))
        {
            return (null, "Choose a file, or paste its JSON.");
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > MostBytes)
        {
            return (
                null,
                string.Create(CultureInfo.InvariantCulture, $"It has {bytes.Length:N0} bytes. At most {MostBytes:N0} are taken.")
            );
        }

        var faults = BodyCheck.Find(bytes, typeof(JsonNode), ApiJson.Options);
        if (faults.Count > 0)
        {
            return (null, string.Join(' ', faults.Take(MostFaults).Select(fault => Answers.Sentence(fault.Key, fault.Value))));
        }

        using var json = JsonDocument.Parse(bytes);
        return json.RootElement.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)
                ? (null, "It must be an object in braces or a list in brackets.")
            : HasEndlessNumber(json.RootElement) ? (null, "A number in it is too large to be stored.")
            : (text, null);
    }

    private static bool HasEndlessNumber(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number => !value.TryGetDouble(out var number) || !double.IsFinite(number),
            JsonValueKind.Object => value.EnumerateObject().Any(member => HasEndlessNumber(member.Value)),
            JsonValueKind.Array => value.EnumerateArray().Any(HasEndlessNumber),
            _ => false,
        };
}
