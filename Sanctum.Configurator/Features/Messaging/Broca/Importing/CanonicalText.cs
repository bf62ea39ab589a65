using System.Security.Cryptography;
using System.Text.Encodings.Web;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>
/// The text over which two sides of an import are compared: each row a JSON array of texts and a line end; times in UTC with milliseconds, JSON
/// with its members sorted.
/// </summary>
internal sealed class CanonicalText : IDisposable
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public static string?[] Row(params object?[] columns) =>
        [
            .. columns.Select(column =>
                column switch
                {
                    null => null,
                    DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
                    bool isOn => isOn ? "1" : "0",
                    _ => Convert.ToString(column, CultureInfo.InvariantCulture),
                }
            ),
        ];

    /// <summary>Null where it is none, or none that both databases store.</summary>
    public static string? Json(string? text)
    {
        if (text is null || JsonText.Parse(text) is not { Node: { } node, Problem: null } || !IsStorable(node))
        {
            return null;
        }

        return Sorted(node)!.ToJsonString(Written);
    }

    public void Add(string?[] row) => _hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(row, Written) + "\n"));

    public string End() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private static bool IsStorable(JsonNode? node) =>
        node switch
        {
            null => true,
            JsonObject map => map.All(member => IsStorable(member.Key) && IsStorable(member.Value)),
            JsonArray list => list.All(IsStorable),
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => IsStorable((string?)node ?? ""),
                JsonValueKind.Number => double.TryParse(node.ToJsonString(), CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number),
                _ => true,
            },
        };

    private static bool IsStorable(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && !Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Contains('\ufffd');

    private static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(
                map.OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))
            ),
            JsonArray list => new JsonArray([.. list.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
}
