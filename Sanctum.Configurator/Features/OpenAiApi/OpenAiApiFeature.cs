namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>The console's models and agents for programs that speak OpenAI's API, with its keys, limits, prices and ledger.</summary>
public static class OpenAiApiFeature
{
    public static IServiceCollection AddOpenAiApi(this IServiceCollection services) =>
        services.AddScoped<OpenAiModels>().AddScoped<AgentCalls>().AddScoped<ChatAnswers>();

    /// <summary>Before whatever turns failures into answers.</summary>
    public static IApplicationBuilder UseOpenAiApi(this IApplicationBuilder app) =>
        app.UseWhen(
            context => ProblemsAsOpenAi.IsOurs(context.Request.Path),
            api => api.Use((context, next) => ProblemsAsOpenAi.FollowAsync(context, next))
        );

    public static IEndpointRouteBuilder MapOpenAiApi(this IEndpointRouteBuilder routes)
    {
        OpenAiEndpoints.Map(routes);
        return routes;
    }
}
