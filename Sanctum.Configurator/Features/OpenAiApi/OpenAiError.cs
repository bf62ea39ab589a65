using Sanctum.Configurator.Features.Models.Client;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>Why a call was not done, in the shape that clients of OpenAI's API read.</summary>
/// <param name="Param">The member of the request that is at fault; null for the whole.</param>
internal sealed record OpenAiError(int Status, string Message, string Type, string? Code = null, string? Param = null)
{
    private const string Invalid = "invalid_request_error";

    /// <summary>Sent as Retry-After: how long the provider asks to be left alone; null where it says nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static OpenAiError Bad(string message, string? param = null, string? code = null) =>
        new(StatusCodes.Status400BadRequest, message, Invalid, code, param);

    public static OpenAiError Unsupported(string param, string message) => Bad(message, param, "unsupported_parameter");

    public static OpenAiError UnknownModel(string model) =>
        new(
            StatusCodes.Status404NotFound,
            $"The model {model} does not exist here, or you may not use it. GET /v1/models lists the models and agents that you may use.",
            Invalid,
            "model_not_found",
            "model"
        );

    public static OpenAiError UnknownUrl(PathString path) =>
        new(
            StatusCodes.Status404NotFound,
            $"There is no {(path.Value is { Length: <= 60 } shown ? shown : "such address")} here. Of OpenAI's API, /v1/models and /v1/chat/completions are offered.",
            Invalid,
            "unknown_url"
        );

    public static OpenAiError Upstream(string message) => new(StatusCodes.Status502BadGateway, message, "server_error", "upstream_error");

    /// <summary>What a provider's refusal means to whoever called the console: his own limit, the provider's, or none of his doing.</summary>
    public static OpenAiError Of(LlmCallException e)
    {
        var message = $"{e.Message} {e.Hint}".Trim();
        var error = e.Verdict switch
        {
            LlmVerdict.LimitReached => new(StatusCodes.Status429TooManyRequests, message, "insufficient_quota", "insufficient_quota"),
            LlmVerdict.RateLimited => new(StatusCodes.Status429TooManyRequests, message, "requests", "rate_limit_exceeded"),
            LlmVerdict.Overloaded => new(StatusCodes.Status503ServiceUnavailable, message, "server_error", "overloaded"),
            LlmVerdict.TimedOut => new(StatusCodes.Status504GatewayTimeout, message, "server_error", "timeout"),
            LlmVerdict.Refused or LlmVerdict.WrongPurpose => Bad(message, null, e.Verdict.Text()),
            _ => Upstream(message) with { Code = e.Verdict.Text() },
        };
        return error with { RetryAfter = e.RetryAfter };
    }

    public static OpenAiError OfStatus(int status, string message) =>
        new(
            status,
            message,
            status switch
            {
                StatusCodes.Status401Unauthorized => "authentication_error",
                StatusCodes.Status403Forbidden => "permission_error",
                StatusCodes.Status429TooManyRequests => "requests",
                >= StatusCodes.Status500InternalServerError => "server_error",
                _ => Invalid,
            },
            status switch
            {
                StatusCodes.Status401Unauthorized => "invalid_api_key",
                StatusCodes.Status403Forbidden => "insufficient_permissions",
                StatusCodes.Status413PayloadTooLarge => "request_too_large",
                StatusCodes.Status429TooManyRequests => "rate_limit_exceeded",
                _ => null,
            }
        );

    public JsonObject ToJson() =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["message"] = Message,
                ["type"] = Type,
                ["param"] = Param,
                ["code"] = Code,
            },
        };
}

/// <summary>The call can't be done.</summary>
internal sealed class OpenAiException(OpenAiError error) : Exception(error.Message)
{
    public OpenAiError Error => error;
}
