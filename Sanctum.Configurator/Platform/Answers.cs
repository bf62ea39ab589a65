using System.Diagnostics;

namespace Sanctum.Configurator.Platform;

/// <summary>Turns the ending of a write into an HTTP answer; whatever is not done is problem+json.</summary>
public static class Answers
{
    /// <param name="show">The answer's body where the write was done.</param>
    /// <param name="isConditional">The caller named the version he read: being stale is 412, not 409.</param>
    public static IResult Of<T>(Outcome<T> outcome, Func<T, IResult> show, bool isConditional = false) => outcome switch
    {
        Outcome<T>.Done done => show(done.Value),
        Outcome<T>.Missing => TypedResults.Problem("There is no such thing, or no more.", statusCode: StatusCodes.Status404NotFound),
        Outcome<T>.Stale => TypedResults.Problem(
            "Somebody else changed it after you read it. Read it again and repeat your change.",
            statusCode: isConditional ? StatusCodes.Status412PreconditionFailed : StatusCodes.Status409Conflict),
        Outcome<T>.Refused refused => TypedResults.ValidationProblem(
            refused.Reasons.ToDictionary(reason => reason.Key, reason => new[] { reason.Value }),
            detail: string.Join(' ', refused.Reasons.Values)),
        _ => throw new UnreachableException($"{outcome} has no answer."),
    };

    /// <summary>The version in an If-Match header; null where there is none or any will do.</summary>
    /// <exception cref="BadHttpRequestException">It is not a version of ours.</exception>
    public static int? VersionIn(string? ifMatch) =>
        ifMatch is null or "" or "*" ? null
        : int.TryParse(ifMatch.Trim().Trim('"'), out var version) ? version
        : throw new BadHttpRequestException("If-Match must hold the version that was read, such as \"12\".", StatusCodes.Status400BadRequest);
}
