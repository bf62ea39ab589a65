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

    /// <summary>Asks without a token, which nobody gets before he has shown what he is.</summary>
    /// <returns>V1 where the server shows no sign of an App Server, so that the calls that follow say what is wrong.</returns>
    public async Task<LettaKind> FindAsync(Uri server, CancellationToken cancel)
    {
        if (_found.TryGetValue(server, out var known))
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

        var health = await AskAsync("v1/health/");
        if (health.FindText("version") is not null)
        {
            Remember(server, LettaKind.V1);
            return LettaKind.V1;
        }

        var sign = await AskAsync("healthz");
        var about = sign.Status == (int)HttpStatusCode.OK && sign.HasBody("ok") ? await AskAsync("app-server-info") : null;
        if (about is null || (about.Status != (int)HttpStatusCode.Unauthorized && about.FindText("type") is null))
        {
            return LettaKind.V1;
        }

        Remember(server, LettaKind.AppServer);
        return LettaKind.AppServer;
    }
}
