using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>Tables of the registry for other programs, in PostgREST's dialect, so that Supabase's client reads and writes them.</summary>
public static class RestApiFeature
{
    public static IServiceCollection AddRestApi(this IServiceCollection services)
    {
        services.AddOptions<RestApiOptions>().BindConfiguration(RestApiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        foreach (var example in MakerTools.Examples)
        {
            services.AddSingleton(example);
        }

        return services
            .AddSingleton<RestCatalogs>()
            .AddScoped<RestAccess>()
            .AddSingleton<HiddenRows>()
            .AddSingleton<SharedConversations>()
            .AddSingleton<SqliteReaders>()
            .AddSingleton<InsertGroups>()
            .AddScoped<RestReader>()
            .AddScoped<RestRules>()
            .AddScoped<RestWriter>()
            .AddScoped<RestDescription>();
    }

    public static IEndpointRouteBuilder MapRestApi(this IEndpointRouteBuilder routes)
    {
        RestEndpoints.Map(routes);
        return routes;
    }
}
