using System.Collections.Concurrent;
using System.Net;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Saved;

/// <summary>Remembers which kind of server answers at an address, and asks where that is not known.</summary>
public sealed class FoundKinds(OutboundHttp outbound)
{
    private readonly ConcurrentDictionary<Uri, LettaKind> _found = [];

    /// <summary>What a connection test found. It counts until a test finds something else.</summary>
    public void Remember(Uri server, LettaKind kind) => _found[server] = kind;

    /// <summary>Which kind was found there; null where nobody has looked yet.</summary>
    public LettaKind? Find(Uri server) => _found.TryGetValue(server, out var known) ? known : null;

    /// <summary>
    /// Asks without a token, which nobody gets before he has shown what he is; but where that is refused, as by a proxy that guards every
    /// path, with it.
    /// </summary>
    /// <returns>V1 where the server shows no sign of an App Server, so that the calls that follow say what is wrong.</returns>
    public async Task<LettaKind> FindAsync(LettaPlace server, CancellationToken cancel)
    {
        if (Find(server.BaseAddress) is { } known)
        {
            return known;
        }

        var (found, isRefused) = await AskAsync(server.BaseAddress, null, cancel);
        if (found is null && isRefused && server.Token is { Length: > 0 } token)
        {
            (found, _) = await AskAsync(server.BaseAddress, token, cancel);
        }

        if (found is { } kind)
        {
            Remember(server.BaseAddress, kind);
        }

        return found ?? LettaKind.V1;
    }

    private async Task<(LettaKind? Found, bool IsRefused)> AskAsync(Uri server, string? token, CancellationToken cancel)
    {
        using var client = outbound.CreateClient(server, token);
        var shown = new Shown(token);
        async Task<LettaAnswer> ReadAsync(string path)
        {
            using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancel);
            return await LettaAnswer.ReadAsync(response, new Uri(server, path), shown, cancel);
        }

        var v1 = await ReadAsync(LettaSigns.V1Health);
        if (LettaSigns.IsV1(v1))
        {
            return (LettaKind.V1, false);
        }

        var health = await ReadAsync(LettaSigns.AppServerHealth);
        var isAppServer = LettaSigns.IsHealthy(health) && LettaSigns.IsAppServer(health, await ReadAsync(LettaSigns.AppServerInfo));
        return (isAppServer ? LettaKind.AppServer : null, v1.Status == (int)HttpStatusCode.Unauthorized);
    }
}
