using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <summary>A call that can't be answered as it was asked.</summary>
internal sealed class RestFault(RestRefusal refusal) : Exception(refusal.Message)
{
    public RestFault(int status, string code, string message, string? details = null, string? hint = null)
        : this(new(status, code, message, details, hint)) { }

    public RestRefusal Refusal => refusal;

    /// <summary>How many rows there are, where too few are.</summary>
    public string? ContentRange { get; init; }

    /// <summary>What PostgREST has and the console has not.</summary>
    public static RestFault NotSupported(string what, string hint) =>
        new(StatusCodes.Status400BadRequest, "PGRST127", "Feature not implemented", what, hint);

    /// <summary>A value that a column of that type can't have, in PostgreSQL's words.</summary>
    public static RestFault Value(string type, string value, string? hint = null, string code = "22P02") =>
        new(StatusCodes.Status400BadRequest, code, $"invalid input syntax for type {type}: \"{Shorten(value)}\"", null, hint);

    public static string Shorten(string text) => text.Length <= 100 ? text : $"{text[..100]}…";
}
