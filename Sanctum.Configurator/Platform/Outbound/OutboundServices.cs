using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Platform.Outbound;

public static class OutboundServices
{
    /// <summary>Guarded outgoing connections, set up by the configuration section <c>Outbound</c>.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services)
    {
        services.AddOptions<OutboundOptions>().BindConfiguration(OutboundOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboundOptions>, OutboundOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostLookup>(SystemLookup.FindAsync);
        services.TryAddSingleton<OutboundGuard>();
        services.TryAddSingleton<OutboundDialer>();
        services.TryAddSingleton<OutboundTls>();
        services.TryAddSingleton<OutboundHttp>();
        return services;
    }
}
