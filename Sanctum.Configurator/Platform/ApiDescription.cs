using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Platform;

/// <summary>The OpenAPI document of the whole API.</summary>
public static class ApiDescription
{
    private const string Document = "v1";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            Document,
            options =>
            {
                options.ShouldInclude = endpoint => Schemes.IsApi($"/{endpoint.RelativePath}");
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info = new()
                        {
                            Title = "Sanctum Configurator",
                            Version = Document,
                            Description =
                                "Everything the console does, for scripts. Names are the registry's columns; errors are problem+json.",
                        };
                        document.Servers = [];
                        document.Components ??= new();
                        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                        {
                            ["key"] = new OpenApiSecurityScheme
                            {
                                Type = SecuritySchemeType.Http,
                                Scheme = "bearer",
                                Description = "An API key, created under API keys in the console.",
                            },
                        };
                        document.Security = [new() { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
                        return Task.CompletedTask;
                    }
                );
                options.AddSchemaTransformer(
                    (schema, context, _) =>
                    {
                        Describe(schema, context);
                        return Task.CompletedTask;
                    }
                );
            }
        );

    public static IEndpointRouteBuilder MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/api/openapi.json").RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        return routes;
    }

    /// <summary>The document, for whoever reads it in here.</summary>
    internal static Task<OpenApiDocument> ReadAsync(IServiceProvider services, CancellationToken cancel) =>
        services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync(cancel);

    /// <summary>What the framework can't know of a member: the words of an enum, and how long its texts may be.</summary>
    private static void Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) is { IsEnum: true } type)
        {
            (schema.Type, schema.Enum) = (JsonSchemaType.String, [.. EnumRules.Of(type).Select(word => JsonValue.Create(word))]);
        }

        if (context.JsonPropertyInfo is not { } member || TextLimits.Of(member) is not { } limits)
        {
            return;
        }

        if (schema.Type?.HasFlag(JsonSchemaType.String) == true)
        {
            schema.MaxLength = limits.Most;
        }
        else if (schema.Type?.HasFlag(JsonSchemaType.Array) == true)
        {
            schema.MaxItems = limits.MostEntries;
            (schema.Items as OpenApiSchema)?.MaxLength = limits.Most;
        }
        else
        {
            schema.Description = $"{schema.Description} {limits.Message}".Trim();
        }
    }
}
