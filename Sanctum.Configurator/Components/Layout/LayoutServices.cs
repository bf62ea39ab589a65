using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Components.Layout;

public static class LayoutServices
{
    /// <summary>The Kit, and what the shell around the pages asks for.</summary>
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddKit();
        services.AddCascadingAuthenticationState();
        services.TryAddScoped<NavEntries>();
        return services;
    }
}
