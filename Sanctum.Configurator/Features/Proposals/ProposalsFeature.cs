using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>Changes that agents would like to make, and people decide on.</summary>
public static class ProposalsFeature
{
    public static IServiceCollection AddProposals(this IServiceCollection services)
    {
        services.AddInnerApi();
        services.AddSingleton<ProposalNotices>();
        services.AddScoped<ProposalService>();
        services.AddScoped<ProposalDecisions>();
        services.AddScoped<IOverviewArea, ProposalsArea>();
        services.AddSingleton(new NavEntry("Proposals", Urls.Proposals, "chat", 34, Policies.ReadHistory, NavGroups.Operate));
        return services;
    }

    public static IEndpointRouteBuilder MapProposals(this IEndpointRouteBuilder routes)
    {
        ProposalEndpoints.Map(routes);
        return routes;
    }
}
