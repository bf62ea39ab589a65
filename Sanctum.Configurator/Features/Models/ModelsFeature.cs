using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Work;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Which model answers, with which key, what it costs, and until when it lives.</summary>
public static class ModelsFeature
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddModelServices();
        services.AddScoped<IOverviewArea, ModelsArea>();
        services.AddScoped<IBuiltInTask, TestModelsTask>();
        services.AddWorker<PrimaryModelWorker>();
        services.AddWorker<ModelNoticeWorker>();
        services.AddSingleton(new NavEntry("Models", Urls.Models, "model", 23, Policies.ReadRegistry, NavGroups.Configure));
        return services;
    }

    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        ModelEndpoints.Map(routes);
        UsageEndpoints.Map(routes);
        return routes;
    }

    /// <summary>Without anything that runs by itself.</summary>
    internal static IServiceCollection AddModelServices(this IServiceCollection services)
    {
        services.AddOutbound();
        services.AddSingleton<LlmClient>();
        services.AddSingleton<LlmProbe>();
        services.AddSingleton<ModelWindows>();
        services.AddSingleton<UsageLedger>();
        services.AddSingleton<MeteredModels>();
        services.AddScoped<ProviderKeys>();
        services.AddScoped<UsageLimits>();
        services.AddScoped<SavedModels>();
        services.AddScoped<UsageReader>();
        services.AddScoped<PriceService>();
        services.AddScoped<RetirementService>();
        services.AddScoped<ModelService>();
        services.AddScoped<ModelReplacement>();
        services.AddScoped<ModelRemoval>();
        services.AddScoped(scope => new ModelReader(
            Registries(scope),
            scope.GetRequiredService<ProviderKeys>(),
            Caller(scope),
            Clock(scope)
        ));
        services.AddScoped(scope => new LimitService(
            Registries(scope),
            scope.GetRequiredService<UsageLimits>(),
            Caller(scope),
            Clock(scope)
        ));
        services.AddScoped(scope => new ModelTests(
            Registries(scope),
            scope.GetRequiredService<SavedModels>(),
            scope.GetRequiredService<ProviderKeys>(),
            scope.GetRequiredService<LlmProbe>(),
            new ModelChecks(Clock(scope)),
            scope.GetRequiredService<UsageLimits>(),
            scope.GetRequiredService<ModelReader>(),
            Caller(scope),
            Clock(scope)
        ));
        services.AddLettaClient();
        services.TryAddScoped<LettaModels>();
        services.AddScoped(scope => new LettaSide(
            Registries(scope),
            scope.GetRequiredService<SavedLetta>(),
            scope.GetRequiredService<LettaModels>(),
            scope.GetRequiredService<SavedModels>(),
            Caller(scope)
        ));
        services.AddScoped(scope => new ModelMessages(
            Registries(scope),
            scope.GetRequiredService<SavedModels>(),
            scope.GetRequiredService<ModelReader>(),
            Caller(scope)
        ));
        services.AddSingleton(provider => new PrimaryModel(provider.GetRequiredService<IServiceScopeFactory>(), Clock(provider)));
        return services;
    }

    private static IDbContextFactory<RegistryDbContext> Registries(IServiceProvider scope) =>
        scope.GetRequiredService<IDbContextFactory<RegistryDbContext>>();

    private static CurrentUser Caller(IServiceProvider scope) => scope.GetRequiredService<CurrentUser>();

    private static TimeProvider Clock(IServiceProvider scope) => scope.GetRequiredService<TimeProvider>();
}
