using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Diagnostics;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Platform;

/// <summary>The JSON of the API: names in snake_case, as the columns are; enums as the seeds' words.</summary>
public static class ApiJson
{
    /// <summary>The same JSON, for what is stored or written outside of an endpoint.</summary>
    public static readonly JsonSerializerOptions Options = Configure(
        new(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() }
    );

    /// <summary>Reads what somebody pasted by the same rules as what is sent.</summary>
    /// <returns>The value, or what is wrong with the text and where.</returns>
    public static (T? Value, string? Problem) Read<T>(string text)
        where T : class
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return BodyCheck.Find(bytes, typeof(T), Options).FirstOrDefault() is { Value: { } problem, Key: var place }
            ? (null, Answers.Sentence(place, problem))
            : (JsonSerializer.Deserialize<T>(bytes, Options), null);
    }

    public static IServiceCollection AddApiJson(this IServiceCollection services) =>
        services
            .AddSingleton<IProblemDetailsWriter, RestProblemWriter>()
            .AddProblemDetails(problems => problems.CustomizeProblemDetails = Explain)
            .ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));

    /// <summary>
    /// A bad request says what is bad about it, and a database that does not answer that it is that. Other failures stay in the log.
    /// </summary>
    internal static void Explain(ProblemDetailsContext context)
    {
        if (context.Exception is BadHttpRequestException bad)
        {
            var (place, problem) = BadRequests.Of(bad, EndpointOf(context.HttpContext));
            context.ProblemDetails.Detail = Answers.Sentence(place, problem);
            if (place.Length > 0)
            {
                context.ProblemDetails.Extensions["errors"] = new Dictionary<string, string[]> { [place] = [problem] };
            }
        }
        else if (DatabaseOutage.IsBehind(context.Exception))
        {
            context.ProblemDetails.Detail =
                $"{DatabaseOutage.SentenceOf(context.Exception) ?? "The database does not answer."} Nothing was saved. Try again when /health/ready reports ok.";
        }
        else if (context.Exception is PathRefusedException path)
        {
            context.ProblemDetails.Detail = $"A path is not followed. {path.Message}";
        }
        else if (DatabaseOutage.IsUnkeepable(context.Exception))
        {
            context.ProblemDetails.Detail = "A text contains a NUL character, which the database can't store. Remove it.";
        }
        else if (context.ProblemDetails.Status == StatusCodes.Status507InsufficientStorage && context.Exception is not null)
        {
            context.ProblemDetails.Detail =
                "The disk is full. Nothing was saved. Free some space on the disk of the console's data folder and try again.";
        }
        else if (context.ProblemDetails is HttpValidationProblemDetails refused && !HttpMethods.IsGet(context.HttpContext.Request.Method))
        {
            refused.Detail += " Nothing was written.";
        }
        else if (context.Exception is null)
        {
            context.ProblemDetails.Detail ??= BadRequests.OfStatus(context.HttpContext.Response.StatusCode);
        }
    }

    /// <summary>The route that was called; where the failure is answered, it is no longer the request's.</summary>
    private static Endpoint? EndpointOf(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();

    private static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.AllowDuplicateProperties = false;
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new EnumRules());
        return options;
    }
}
