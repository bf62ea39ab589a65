using System.Net;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>What the answers of providers mean that are none: the one place that reads their errors.</summary>
internal static class LlmAnswers
{
    private const int LongestWords = 300;
    private const int DeepestWords = 5;

    /// <summary>Where servers say what is wrong, the most telling first.</summary>
    private static readonly string[] WordNames =
    [
        "message",
        "Message",
        "msg",
        "detail",
        "details",
        "error",
        "errors",
        "error_msg",
        "description",
    ];

    /// <summary>Of an answer with a status of 400 or more.</summary>
    /// <param name="wait">How long the provider asks to be left alone; null where it says nothing.</param>
    public static LlmCallException Explain(LlmPlace place, HttpStatusCode status, string body, TimeSpan? wait = null)
    {
        var (words, code) = ErrorIn(body);
        var verdict = VerdictOf(place, (int)status, code, words);
        return Make(
            place,
            verdict,
            words,
            wait is { } asked ? $"HTTP {(int)status}, wait {asked.TotalSeconds:0} s" : $"HTTP {(int)status}",
            wait
        );
    }

    /// <summary>Of an error inside an answer that began well; null where there is none.</summary>
    public static LlmCallException? ExplainInside(LlmPlace place, string tail)
    {
        // A whole answer that is an error may stand in several lines.
        foreach (var line in tail.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Prepend(tail.Trim()))
        {
            var text = line.StartsWith("data:", StringComparison.Ordinal) ? line["data:".Length..].Trim() : line;
            if (text.StartsWith('{') && ErrorIn(text) is { Words: { Length: > 0 } words } error)
            {
                return Make(place, VerdictOf(place, 0, error.Code, words), words, "an error inside the answer");
            }
        }

        return null;
    }

    public static LlmCallException Explain(LlmPlace place, OutboundFailedException failure)
    {
        var verdict = failure.Failure switch
        {
            OutboundFailure.TimedOut => LlmVerdict.TimedOut,
            OutboundFailure.Unsendable or OutboundFailure.Blocked => LlmVerdict.WrongAddress,
            OutboundFailure.Cut => LlmVerdict.Broken,
            OutboundFailure.NotHttp or OutboundFailure.Garbled or OutboundFailure.TooLarge => LlmVerdict.NotAnApi,
            _ => LlmVerdict.Unreachable,
        };
        return new(
            verdict,
            $"{place.Provider.Name} at {OriginOf(place)} could not be called: {Scrub(place, failure.Message)}",
            HintOf(place, verdict),
            failure
        );
    }

    public static LlmCallException NotAnApi(LlmPlace place, string what) =>
        new(LlmVerdict.NotAnApi, $"{place.Address} answers with {what} and not as the API of a model.", HintOf(place, LlmVerdict.NotAnApi));

    public static LlmCallException Make(LlmPlace place, LlmVerdict verdict, string? words, string how, TimeSpan? wait = null)
    {
        var said = Scrub(place, words) is { Length: > 0 } text ? $" It said: “{text}”" : "";
        return new(verdict, $"{SentenceOf(place, verdict)} ({how}).{said}", HintOf(place, verdict)) { RetryAfter = wait };
    }

    private static LlmVerdict VerdictOf(LlmPlace place, int status, string code, string? words)
    {
        bool Says(params string[] signs) =>
            signs.Any(sign =>
                code.Contains(sign, StringComparison.OrdinalIgnoreCase) || words?.Contains(sign, StringComparison.OrdinalIgnoreCase) == true
            );

        return status switch
        {
            _ when Says("insufficient_quota", "credit balance", "billing_error", "spend limit", "exceeded your current quota") =>
                LlmVerdict.NoCredit,
            _ when Says("invalid_api_key", "authentication_error", "api key not valid", "incorrect api key") => place.Key is null
                ? LlmVerdict.KeyMissing
                : LlmVerdict.KeyRefused,
            401 => place.Key is null ? LlmVerdict.KeyMissing : LlmVerdict.KeyRefused,
            402 => LlmVerdict.NoCredit,
            _ when Says("model_not_found", "deploymentnotfound", "no such model", "is not found for api version")
                    || (
                        status is 400 or 404
                        && words is not null
                        && Says("model")
                        && Says("not found", "does not exist", "not_found", "unknown", "invalid model")
                    ) => LlmVerdict.ModelMissing,
            403 => LlmVerdict.Forbidden,
            400 when Says("not support chat", "not a chat model", "does not support generate", "embedding model") =>
                LlmVerdict.WrongPurpose,
            404 when words is null => LlmVerdict.NotAnApi,
            404 => LlmVerdict.ModelMissing,
            405 => LlmVerdict.NotAnApi,
            408 => LlmVerdict.TimedOut,
            429 => LlmVerdict.RateLimited,
            503 or 529 => LlmVerdict.Overloaded,
            _ when Says("overloaded") => LlmVerdict.Overloaded,
            _ when Says("rate_limit") => LlmVerdict.RateLimited,
            >= 500 => LlmVerdict.ServerError,
            0 => LlmVerdict.Broken,
            _ => LlmVerdict.Refused,
        };
    }

    /// <summary>What a provider says of itself; each writes it in a way of its own.</summary>
    private static (string? Words, string Code) ErrorIn(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root =
                json.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, "");
            }

            var code = TextIn(root, "code") ?? "";
            return root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                ? (WordsIn(error) ?? RawOf(error), $"{TextIn(error, "code")} {TextIn(error, "type")} {TextIn(error, "status")}")
                : (WordsIn(root), code);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, ""); // A proxy's page is no sentence of the provider's.
        }
    }

    /// <summary>The first sentence in it, wherever it stands; null where there is none.</summary>
    private static string? WordsIn(JsonElement element, int depth = 1) =>
        element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Array when depth < DeepestWords => element
                .EnumerateArray()
                .Select(one => WordsIn(one, depth + 1))
                .FirstOrDefault(words => !string.IsNullOrWhiteSpace(words)),
            JsonValueKind.Object when depth < DeepestWords => WordNames
                .Select(name => element.TryGetProperty(name, out var inner) ? WordsIn(inner, depth + 1) : null)
                .FirstOrDefault(words => !string.IsNullOrWhiteSpace(words)),
            _ => null,
        };

    private static string? RawOf(JsonElement error) => error.EnumerateObject().Any() ? error.GetRawText() : null;

    private static string? TextIn(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : null;

    private static string SentenceOf(LlmPlace place, LlmVerdict verdict) =>
        verdict switch
        {
            LlmVerdict.KeyMissing => $"{place.Provider.Name} asks for a key, and there is none",
            LlmVerdict.KeyRefused => $"{place.Provider.Name} does not accept the key",
            LlmVerdict.Forbidden => $"{place.Provider.Name} does not let this key use {place.Model}",
            LlmVerdict.ModelMissing => $"{place.Provider.Name} has no model {place.Model}",
            LlmVerdict.NoCredit => $"The account at {place.Provider.Name} has no credit left",
            LlmVerdict.RateLimited => $"{place.Provider.Name} limits how much may be asked, and that is reached",
            LlmVerdict.Overloaded => $"{place.Provider.Name} is overloaded",
            LlmVerdict.ServerError => $"{place.Provider.Name} failed",
            LlmVerdict.WrongPurpose =>
                $"{place.Model} can't be used for {(place.Purpose == Registry.Models.LlmPurpose.Chat ? "chat" : "embeddings")}",
            LlmVerdict.TimedOut => $"{place.Provider.Name} did not answer in time",
            LlmVerdict.NotAnApi => $"Nothing at {place.Address} takes such a call",
            LlmVerdict.Empty => $"{place.Model} ended its answer without a word",
            LlmVerdict.Broken => $"The answer of {place.Model} broke off",
            LlmVerdict.ToolsMissing => $"{place.Model} was offered a tool that it had to call, and did not",
            LlmVerdict.StructureMissing => $"{place.Model} was given a schema, and did not answer by it",
            LlmVerdict.WrongDimension => $"The embeddings of {place.Model} have another length",
            _ => $"{place.Provider.Name} refused the call of {place.Model}",
        };

    public static string HintOf(LlmPlace place, LlmVerdict verdict) =>
        verdict switch
        {
            LlmVerdict.KeyMissing => place.Provider.KeyVariables.Count == 0
                ? "Enter the key in the field API key."
                : $"Enter the key in the field API key, or start the console with {place.Provider.KeyVariables[0]}.",
            LlmVerdict.KeyRefused => "Copy the key again from where it was issued, and replace it in the field API key.",
            LlmVerdict.Forbidden => "Allow the model for this key in the provider's console, or choose another model.",
            LlmVerdict.ModelMissing => "Choose a model from the list, or correct its name in the field Model.",
            LlmVerdict.NoCredit => "Add credit to the account, or activate a model of another provider.",
            LlmVerdict.RateLimited => "Wait a minute and try again, or raise the limit in the provider's console.",
            LlmVerdict.Overloaded or LlmVerdict.ServerError =>
                "Try again in a few minutes. Give a fallback order to another model, so that it answers meanwhile.",
            LlmVerdict.WrongPurpose => "Change the field Purpose, or choose another model.",
            LlmVerdict.WrongDimension =>
                "Correct the field Dimension. Embeddings that were stored with the other length can't be compared with new ones.",
            LlmVerdict.Unreachable => "Check that the server runs, and the field Address.",
            LlmVerdict.WrongAddress => "Correct the field Address.",
            LlmVerdict.NotAnApi =>
                $"Correct the field Address: for {place.Provider.Name} it mostly ends with {(place.Provider.Path.Length > 0 ? place.Provider.Path : "the host")}.",
            LlmVerdict.TimedOut => "Try again: a local server may have to load the model first.",
            LlmVerdict.ToolsMissing => "Switch off Calls tools, or choose a model that does.",
            LlmVerdict.StructureMissing => "Switch off Structured output, or choose a model that has it.",
            LlmVerdict.LimitReached => "Ask an administrator to raise the limit, or wait until the period is over.",
            _ => "Read what the provider said, and change the configuration accordingly.",
        };

    /// <summary>Providers repeat parts of keys in their errors.</summary>
    private static string Scrub(LlmPlace place, string? text)
    {
        var said = (text ?? "").Trim();
        if (place.Key is { Length: > 0 } key)
        {
            said = said.Replace(key, "••••", StringComparison.Ordinal);
        }

        said = string.Join(
            ' ',
            said.Split(default(char[]?), StringSplitOptions.RemoveEmptyEntries)
                .Select(word => word.StartsWith("sk-", StringComparison.Ordinal) ? "••••" : word)
        );
        return said.Length <= LongestWords ? said : said[..LongestWords] + "…";
    }

    private static string OriginOf(LlmPlace place) => place.Address.GetLeftPart(UriPartial.Authority);
}
