using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>How a call of a model ended. Written in snake_case wherever it leaves the program.</summary>
[JsonConverter(typeof(LlmVerdictConverter))]
public enum LlmVerdict
{
    /// <summary>The model answers.</summary>
    Answers,

    /// <summary>The address can't be used at all.</summary>
    WrongAddress,

    /// <summary>Nobody answers there.</summary>
    Unreachable,
    TimedOut,

    /// <summary>Something answers there that is no such API.</summary>
    NotAnApi,
    KeyMissing,
    KeyRefused,

    /// <summary>The key is known, and may not do this.</summary>
    Forbidden,
    ModelMissing,

    /// <summary>The account has no money or quota left.</summary>
    NoCredit,
    RateLimited,
    Overloaded,
    ServerError,

    /// <summary>The provider understood the call and does not take it.</summary>
    Refused,

    /// <summary>The answer ended without a word.</summary>
    Empty,

    /// <summary>The answer broke off.</summary>
    Broken,

    /// <summary>It was said to call tools, and does not.</summary>
    ToolsMissing,

    /// <summary>It was said to answer by a schema, and does not.</summary>
    StructureMissing,

    /// <summary>It embeds, and was to talk, or the other way round.</summary>
    WrongPurpose,

    /// <summary>Its embeddings have another length than was said.</summary>
    WrongDimension,

    /// <summary>One's own limit is reached, so that nobody was called.</summary>
    LimitReached,
}

/// <summary>What the verdicts mean.</summary>
public static class LlmVerdicts
{
    /// <summary>As it is stored and sent, such as <c>key_refused</c>.</summary>
    public static string Text(this LlmVerdict verdict) => JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString());

    /// <summary>Whether another model may well answer where this one did not.</summary>
    internal static bool LetsAnotherTry(this LlmVerdict verdict) => verdict is not (LlmVerdict.LimitReached or LlmVerdict.Answers);
}

internal sealed class LlmVerdictConverter()
    : JsonStringEnumConverter<LlmVerdict>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
