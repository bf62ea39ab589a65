using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Sanctum.Configurator.Platform;

/// <summary>An ending whose type says its status, which the framework's own problems leave open.</summary>
public abstract class Problem(int status, string detail, Dictionary<string, object?>? more = null) : IResult, IStatusCodeHttpResult
{
    private static readonly string[] Json = ["application/problem+json"];
    private readonly ProblemHttpResult _problem = TypedResults.Problem(detail, statusCode: status, extensions: more);

    public int? StatusCode => status;

    public Task ExecuteAsync(HttpContext httpContext) => _problem.ExecuteAsync(httpContext);

    internal static void Describe(EndpointBuilder builder, int status) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), Json));
}

/// <summary>404: what the address names is not there. An address that names nothing can't miss it, and its description doesn't say so.</summary>
public sealed class Missing(string detail = "Not found.") : Problem(StatusCodes.Status404NotFound, detail), IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        if (builder is RouteEndpointBuilder { RoutePattern.Parameters.Count: > 0 })
        {
            Describe(builder, StatusCodes.Status404NotFound);
        }
    }
}

/// <summary>412: somebody else changed it. That a route can end so is said by its <see cref="Requests.IfMatch"/>.</summary>
/// <param name="current">The thing as it is now.</param>
public sealed class TooLate(object? current)
    : Problem(
        StatusCodes.Status412PreconditionFailed,
        "Somebody else changed it after you read it. Apply your change to the current version.",
        new() { ["current"] = current }
    );
