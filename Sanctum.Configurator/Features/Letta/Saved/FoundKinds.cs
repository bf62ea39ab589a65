using System.Collections.Concurrent;
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

    /// <summary>Asks without a token, which nobody gets before he has shown what he is.</summary>
    /// <returns>V1 where the server shows no sign of an App Server, so that the calls that follow say what is wrong.</returns>
    public async Task<LettaKind> FindAsync(Uri server, CancellationToken cancel)
    {
        if (Find(server) is { } known)
        {
            return known;
        }

        using var client = outbound.CreateClient(server);
        var shown = new Shown(null);
        async Task<LettaAnswer> AskAsync(string path)
        {
            using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancel);
            return await LettaAnswer.ReadAsync(response, new Uri(server, path), shown, cancel);
        }

        if (LettaSigns.IsV1(await AskAsync(LettaSigns.V1Health)))
        {
            Remember(server, LettaKind.V1);
            return LettaKind.V1;
        }

        var health = await AskAsync(LettaSigns.AppServerHealth);
        if (!LettaSigns.IsHealthy(health) || !LettaSigns.IsAppServer(health, await AskAsync(LettaSigns.AppServerInfo)))
        {
            return LettaKind.V1;
        }

        Remember(server, LettaKind.AppServer);
        return LettaKind.AppServer;
    }
}
