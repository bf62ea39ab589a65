using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>Says what is bad about a request that the framework could not read, or answered by a bare status.</summary>
internal static partial class BadRequests
{
    /// <summary>The member that is at fault ("" for none), and a sentence.</summary>
    public static (string Place, string Problem) Of(BadHttpRequestException bad, Endpoint? endpoint)
    {
        if (bad is BadQueryException query)
        {
            return (query.Name, query.Problem);
        }

        if (
            bad.StatusCode == StatusCodes.Status413PayloadTooLarge
            && bad.Message.StartsWith("Request body too large", StringComparison.Ordinal)
        )
        {
            return ("", "The body is too large for this call.");
        }

        if (Unfit().Match(bad.Message) is { Success: true } unfit && QueryCheck.Find(endpoint, unfit.Groups["name"].Value) is { } parameter)
        {
            return (parameter.Name, $"{Shown(unfit.Groups["value"].Value)} can't be read. {Expectation.Of(parameter.Type)}");
        }

        if (
            Missing().Match(bad.Message) is { Success: true } missing
            && QueryCheck.Find(endpoint, missing.Groups["name"].Value) is { } wanted
        )
        {
            return (wanted.Name, $"This query parameter is required. {Expectation.Of(wanted.Type)}");
        }

        return bad.InnerException is JsonException json
            ? (json.Path?.TrimStart('$', '.') ?? "", "This value is not allowed here.")
            : ("", bad.Message);
    }

    /// <summary>What a bare status means here; null for one that comes with words of its own.</summary>
    public static string? OfStatus(int status) =>
        status switch
        {
            StatusCodes.Status400BadRequest => "The request is not valid.",
            StatusCodes.Status401Unauthorized =>
                "The API key is missing, unknown, expired or revoked. Send one as Authorization: Bearer sk-sanctum-….",
            StatusCodes.Status403Forbidden =>
                "This API key doesn't have the permission for this call. Create a key with it under API keys.",
            StatusCodes.Status404NotFound => "Not found. GET /api/openapi.json lists all endpoints.",
            StatusCodes.Status405MethodNotAllowed =>
                "This method is not supported at this address. The Allow header lists the methods that are.",
            StatusCodes.Status413PayloadTooLarge => "The body is too large for this call.",
            StatusCodes.Status415UnsupportedMediaType => "Unsupported content type. Send JSON with Content-Type: application/json.",
            StatusCodes.Status429TooManyRequests => "Too many requests. Wait and try again.",
            _ => null,
        };

    private static string Shown(string value) => value.Length <= 60 ? $"\"{value}\"" : $"\"{value[..60]}…\"";

    // The framework's own words: Failed to bind parameter "Nullable<int> take" from "abc".
    [GeneratedRegex("""^Failed to bind parameter "[^"]*?(?<name>\w+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex Unfit();

    // Required parameter "long from" was not provided from query string.
    [GeneratedRegex("""^Required parameter "[^"]*?(?<name>\w+)" was not provided from""")]
    private static partial Regex Missing();
}
