using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Platform;

/// <summary>The JSON of the API: names in snake_case, as the columns are; enums as the seeds' words.</summary>
public static class ApiJson
{
    /// <summary>The same JSON, for what is stored or written outside of an endpoint.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new(JsonSerializerDefaults.Web));

    public static IServiceCollection AddApiJson(this IServiceCollection services) =>
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Explain).ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));

    /// <summary>A bad request says what is bad about it, and a database that does not answer that it is that. Other failures stay in the log.</summary>
    private static void Explain(ProblemDetailsContext context)
    {
        if (context.Exception is BadHttpRequestException bad)
        {
            context.ProblemDetails.Detail = bad.Message;
        }
        else if (DatabaseOutage.IsBehind(context.Exception))
        {
            context.ProblemDetails.Detail = "The database does not answer, so nothing was read and nothing was saved. Send it again as soon as /health/ready says ok.";
        }
    }

    private static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.AllowDuplicateProperties = false;
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        return options;
    }
}
