using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// Whose word is taken for a caller's address and scheme. Only the proxies of setting <c>Proxies:Trusted</c> (addresses or networks,
/// separated by commas); without it nobody's, as anyone could claim any address and slip past the limit on signing in.
/// </summary>
public static class Proxies
{
    public const string Setting = "Proxies:Trusted";

    /// <exception cref="StartRefusedException">An entry is neither an address nor a network.</exception>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app, IConfiguration configuration)
    {
        var trusted = (configuration[Setting] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (trusted.Length == 0)
        {
            return app;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var entry in trusted)
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else if (System.Net.IPNetwork.TryParse(entry, out var network))
            {
                options.KnownIPNetworks.Add(network);
            }
            else
            {
                throw new StartRefusedException(
                    $"{Setting} holds \"{entry}\", which is neither an address such as 10.0.0.2 nor a network such as 10.0.0.0/8."
                );
            }
        }

        return app.UseForwardedHeaders(options);
    }
}
