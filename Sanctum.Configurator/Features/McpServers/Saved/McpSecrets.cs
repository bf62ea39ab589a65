using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Saved;

/// <summary>What is secret of a server: kept out of <see cref="object.ToString"/>.</summary>
internal sealed record McpSecrets(
    string? ApiKey,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Headers
)
{
    public static readonly McpSecrets None = new(null, new Dictionary<string, string>(), new Dictionary<string, string>());

    public override string ToString() => nameof(McpSecrets);

    /// <exception cref="SecretUnreadableException">The key ring that sealed one is gone.</exception>
    internal static McpSecrets Of(McpServer server, SecretBox box) =>
        new(
            box.Open(server.ApiKey, PlaceOf(server.Id, "api_key")),
            Read(box.Open(server.Environment, PlaceOf(server.Id, "environment"))),
            Read(box.Open(server.Headers, PlaceOf(server.Id, "headers")))
        );

    /// <summary>Puts them into a row that has its id. What is as it was stays sealed as it is, so that the history tells of no change.</summary>
    internal void WriteTo(McpServer server, SecretBox box, McpSecrets before)
    {
        server.ApiKey = ApiKey == before.ApiKey ? server.ApiKey : box.Seal(ApiKey, PlaceOf(server.Id, "api_key"));
        server.Environment = IsSame(Environment, before.Environment)
            ? server.Environment
            : box.Seal(Write(Environment), PlaceOf(server.Id, "environment"));
        server.Headers = IsSame(Headers, before.Headers) ? server.Headers : box.Seal(Write(Headers), PlaceOf(server.Id, "headers"));
    }

    private static bool IsSame(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static SecretPlace PlaceOf(int server, string column) =>
        new("mcp_servers", column, server.ToString(CultureInfo.InvariantCulture));

    private static string? Write(IReadOnlyDictionary<string, string> values) => values.Count == 0 ? null : JsonSerializer.Serialize(values);

    private static IReadOnlyDictionary<string, string> Read(string? json)
    {
        try
        {
            return json is null ? None.Environment : JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
        }
        catch (JsonException)
        {
            // Another program wrote something else; the form shows that nothing is there.
            return new Dictionary<string, string>();
        }
    }
}
