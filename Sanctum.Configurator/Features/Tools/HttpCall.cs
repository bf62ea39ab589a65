using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>
/// An HTTP request as the configuration of a tool instance: JSON in tool_instances.config. Secrets are not in it: where one belongs, it
/// says <c>{{secret:NAME}}</c>, and the secret is the encrypted configuration "secret.NAME" of that instance.
/// </summary>
/// <param name="Kind">"http".</param>
/// <param name="Headers">Name and value of each, in the order in which they are sent.</param>
/// <param name="Secrets">The names of its secrets.</param>
/// <param name="Body">Text, or base64 where <paramref name="IsBase64"/>; null for none.</param>
/// <param name="FollowRedirects">To the same server only: another one is not told the secrets.</param>
/// <param name="TimeoutSeconds">For all of it; null for the console's own limit.</param>
public sealed record HttpCall(
    string Kind,
    string Method,
    string Url,
    IReadOnlyList<IReadOnlyList<string>> Headers,
    IReadOnlyList<string> Secrets,
    string? Body = null,
    bool IsBase64 = false,
    bool FollowRedirects = false,
    double? TimeoutSeconds = null
)
{
    public const string HttpKind = "http";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Of a configuration; null where it is of another kind, or another program wrote what can't be read.</summary>
    public static HttpCall? Find(JsonObject config)
    {
        try
        {
            return config.Deserialize<HttpCall>(Json) is { Kind: HttpKind } call && call.Headers.All(header => header.Count == 2)
                ? call
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{Method}, {Headers.Count} headers");
        return true;
    }
}
