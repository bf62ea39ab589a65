using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Platform;

/// <summary>The JSON of the API: snake_case, enums as the seeds' words.</summary>
public static class ApiJson
{
    public static IServiceCollection AddApiJson(this IServiceCollection services) => services.AddProblemDetails().ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
    });
}
