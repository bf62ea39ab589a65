using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Sanctum.Configurator.Platform;

/// <summary>The HTTP answers of the API's four endings, alike for every resource. Problems are problem+json.</summary>
public static class Answers
{
    /// <summary>How many refusals the sentence of an answer names; all are in its errors.</summary>
    private const int Named = 5;

    /// <param name="done">The answer where it was written.</param>
    /// <param name="current">How the thing as it is now is shown to somebody who came too late.</param>
    public static IResult Of<T>(Outcome<T> outcome, Func<T, IResult> done, Func<T, object?>? current = null) =>
        outcome switch
        {
            Outcome<T>.Ok ok => done(ok.Value),
            Outcome<T>.NotFound => NotFound(),
            Outcome<T>.Conflict stale => TypedResults.Problem(
                "Somebody else changed it after you read it. Apply your change to the current version.",
                statusCode: StatusCodes.Status412PreconditionFailed,
                extensions: current is null ? null : new Dictionary<string, object?> { ["current"] = current(stale.Current) }
            ),
            Outcome<T>.Invalid refused => Refused(refused.Reasons),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public static ProblemHttpResult NotFound() => TypedResults.Problem("Not found.", statusCode: StatusCodes.Status404NotFound);

    /// <param name="reasons">Property (or "" for the whole) → a sentence. It is told under the name that the API has for it.</param>
    public static ValidationProblem Refused(IReadOnlyDictionary<string, string> reasons) =>
        RefusedAt(reasons.ToDictionary(r => JsonNamingPolicy.SnakeCaseLower.ConvertName(r.Key), r => r.Value));

    /// <param name="reasons">Place, as its sender wrote it → a sentence.</param>
    public static ValidationProblem RefusedAt(IReadOnlyDictionary<string, string> reasons) =>
        TypedResults.ValidationProblem(
            reasons.ToDictionary(r => r.Key, r => new[] { r.Value }),
            $"{string.Join(' ', reasons.Take(Named).Select(r => Sentence(r.Key, r.Value)))} Nothing was written."
        );

    /// <summary>What is wrong, and with what.</summary>
    public static string Sentence(string member, string problem) => member.Length == 0 ? problem : $"{member}: {problem}";

    /// <summary>An answer that carries the row's version, for the If-Match of the next write.</summary>
    public static IResult WithVersion(HttpContext context, int version, IResult result)
    {
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
        return result;
    }

    /// <summary>The version that the request's If-Match names; where there is none, the answer that asks for it.</summary>
    public static (int Version, IResult? Refusal) IfMatch(HttpRequest request) =>
        VersionIn(request) is { } version
            ? (version, null)
            : (
                0,
                TypedResults.Problem(
                    "The If-Match header is required. Send the ETag of the version that you change.",
                    statusCode: StatusCodes.Status428PreconditionRequired
                )
            );

    /// <summary>The version that the request's If-Match names; null where any will do.</summary>
    /// <exception cref="BadHttpRequestException">It is no version of ours.</exception>
    public static int? VersionIn(HttpRequest request)
    {
        var text = request.Headers.IfMatch.ToString().Trim();
        return text is "" or "*" ? null
            : int.TryParse(text.Trim('"'), CultureInfo.InvariantCulture, out var version) ? version
            : throw new BadHttpRequestException("If-Match must contain the version that you read, such as \"12\".");
    }
}
