using Microsoft.OpenApi;

namespace Sanctum.Configurator.Platform;

/// <summary>The OpenAPI document of the whole API.</summary>
public static class ApiDescription
{
    private const string Document = "v1";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.ShouldInclude = endpoint => Schemes.IsApi($"/{endpoint.RelativePath}");
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Sanctum Configurator", Version = Document, Description = "What the console does, for scripts. Names are the registry's columns; errors are problem+json." };
            document.Servers = [];
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, made under API keys in the console." },
            };
            document.Security = [new() { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
            return Task.CompletedTask;
        });
    });

    public static IEndpointRouteBuilder MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/api/openapi.json").RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        return routes;
    }
}
