using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.DryRuns;

/// <summary>Says of routes whether what they do can be tried first.</summary>
public static partial class DryRunRoutes
{
    private const string Parameter = "dryRun";

    private static readonly ProducesResponseTypeMetadata Difference = new(
        StatusCodes.Status200OK,
        typeof(RegistryDifference),
        ["application/json"]
    );

    /// <summary>With <c>?dryRun=true</c> the route does all that it would, answers with the difference, and keeps nothing.</summary>
    public static RouteHandlerBuilder OffersDryRun(this RouteHandlerBuilder route)
    {
        // First, so that where doing it is 200 as well, the description shows what that answers.
        route.Add(builder => builder.Metadata.Insert(0, Difference));
        return route
            .AddEndpointFilter(TryAsync)
            .WithMetadata(new QueryName(Parameter))
            .AddOpenApiOperationTransformer(
                (operation, _, _) =>
                {
                    (operation.Parameters ??= []).Add(
                        new OpenApiParameter
                        {
                            Name = Parameter,
                            In = ParameterLocation.Query,
                            Description = "Only returns what would change",
                            Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false },
                        }
                    );
                    return Task.CompletedTask;
                }
            );
    }

    /// <summary>The route writes nothing anyway, so that <c>?dryRun=true</c> changes nothing about it.</summary>
    public static RouteHandlerBuilder WritesNothing(this RouteHandlerBuilder route) =>
        route.WithMetadata(new QueryName(Parameter), new ChangesNothing());

    /// <summary>Refuses <c>?dryRun=true</c> instead of doing what was only to be tried.</summary>
    public static RouteHandlerBuilder CannotBeTried(this RouteHandlerBuilder route) =>
        route
            .WithMetadata(new QueryName(Parameter))
            .AddEndpointFilter(
                (call, next) =>
                    IsWanted(call.HttpContext.Request)
                        ? throw new BadHttpRequestException(
                            "This call acts outside the registry, so dry runs are not supported. Leave dryRun out."
                        )
                        : next(call)
            );

    private static bool IsWanted(HttpRequest request) =>
        request.Query[Parameter].ToString() switch
        {
            "" => false,
            var text => bool.TryParse(text, out var isWanted)
                ? isWanted
                : throw new BadHttpRequestException("dryRun must be true or false."),
        };

    private static async ValueTask<object?> TryAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        if (!IsWanted(call.HttpContext.Request))
        {
            return await next(call);
        }

        var services = call.HttpContext.RequestServices;
        var trial = services.GetRequiredService<DryRun>();
        trial.Begin();
        var answer = await next(call);
        LogTried(
            services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DryRunRoutes)),
            call.HttpContext.Request.Method,
            call.HttpContext.Request.Path
        );
        return trial.IsOn && IsDone(answer) ? TypedResults.Ok(trial.Difference) : answer;
    }

    private static bool IsDone(object? answer) =>
        answer is INestedHttpResult { Result: var one }
            ? IsDone(one)
            : answer is IStatusCodeHttpResult { StatusCode: >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices };

    [LoggerMessage(LogLevel.Information, "{Method} {Path} was a dry run; nothing was saved")]
    private static partial void LogTried(ILogger log, string method, PathString path);
}

/// <summary>Says of a route that it changes nothing, though its method could.</summary>
public sealed class ChangesNothing;
