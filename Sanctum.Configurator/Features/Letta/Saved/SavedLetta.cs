using Sanctum.Configurator.Features.Letta.AppServer;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.V1;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Letta.Saved;

/// <summary>Opens the way to the Letta server that is in the settings in force, with its token, whichever kind it is.</summary>
public sealed class SavedLetta(EffectiveSettings settings, OutboundHttp outbound, FoundKinds kinds, AppServerLinks links)
{
    /// <summary>A page of agents carries prompts, memory and the source of tools.</summary>
    private const long LongestAnswer = 256L << 20;

    private const int LeastSeconds = 30;
    private const string Automatic = "automatic";

    /// <exception cref="LettaCallException">The saved address is none, or the server could not be reached.</exception>
    public async Task<ILettaAgents> AgentsAsync(CancellationToken cancel)
    {
        var server = await ReadAsync(cancel);
        return await KindOfAsync(server, cancel) == LettaKind.AppServer
            ? new AppServerAgents(await AppServerLink.ConnectAsync(outbound, server.Place, cancel), links.OutcomesOf(server.Place))
            : new V1Agents(NewConnection(server.Place));
    }

    /// <param name="conversation">
    /// The name of a conversation with its agents; null for the console's own with each. A V1 server has only one for each agent.
    /// </param>
    /// <exception cref="LettaCallException">The saved address is none, or the server could not be reached.</exception>
    public async Task<ILettaTalking> TalkingAsync(CancellationToken cancel, string? conversation = null)
    {
        var server = await ReadAsync(cancel);
        return await KindOfAsync(server, cancel) == LettaKind.AppServer
            ? new AppServerTalking(await links.OpenAsync(server.Place, cancel), conversation ?? AppServerConversations.Console)
            : new V1Talking(NewConnection(server.Place));
    }

    /// <summary>The agents of another server than the saved one, which must be a V1 server.</summary>
    /// <exception cref="LettaCallException">It is an App Server.</exception>
    public async Task<ILettaAgents> AgentsOfV1Async(LettaPlace server, CancellationToken cancel) =>
        await kinds.FindAsync(server, cancel) == LettaKind.V1
            ? new V1Agents(NewConnection(server))
            : throw new LettaCallException("it is an App Server, not a V1 server. Correct its address.");

    /// <summary>A connection of one's own to an App Server, for what a V1 server does not have.</summary>
    /// <exception cref="LettaCallException">It is a V1 server, or could not be reached.</exception>
    internal async Task<AppServerLink> AppServerAsync(CancellationToken cancel)
    {
        var server = await ReadAsync(cancel);
        return await KindOfAsync(server, cancel) == LettaKind.AppServer
            ? await AppServerLink.ConnectAsync(outbound, server.Place, cancel)
            : throw new LettaCallException("this is a V1 server, and only an App Server has that.");
    }

    /// <summary>A connection of one's own to a V1 server, for what an App Server does not have.</summary>
    /// <exception cref="LettaCallException">It is an App Server, or could not be reached.</exception>
    internal async Task<V1Connection> V1Async(CancellationToken cancel)
    {
        var server = await ReadAsync(cancel);
        return await KindOfAsync(server, cancel) == LettaKind.V1
            ? NewConnection(server.Place)
            : throw new LettaCallException("this is an App Server, and only a V1 server has that.");
    }

    /// <summary>The skills of an agent of an App Server; null where this console has not heard it answer.</summary>
    internal async Task<IReadOnlyList<AgentSkillEntry>?> SkillsAsync(string agent, CancellationToken cancel) =>
        (await links.OpenAsync((await ReadAsync(cancel)).Place, cancel)).Skills.GetValueOrDefault(agent);

    /// <summary>Which kind the server is, by the settings or as it was found.</summary>
    public async Task<LettaKind> KindAsync(CancellationToken cancel) => await KindOfAsync(await ReadAsync(cancel), cancel);

    private async Task<LettaKind> KindOfAsync(SavedServer server, CancellationToken cancel) =>
        server.Chosen ?? await kinds.FindAsync(server.Place, cancel);

    private V1Connection NewConnection(LettaPlace server)
    {
        var client = outbound.CreateClient(server.BaseAddress, server.Token, LongestAnswer);
        client.DefaultRequestHeaders.Add(V1Connection.VersionHeader, V1Connection.VersionSpoken);
        return new(client, server.Patience, server.Token);
    }

    private async Task<SavedServer> ReadAsync(CancellationToken cancel)
    {
        var values = await settings.ReadAsync(cancel);
        int? Number(string column) =>
            int.TryParse(values[column].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (LettaAddress.Parse(values["letta_server_address"].Value, Number("letta_server_port")) is not LettaAddress.Parsed server)
        {
            throw new LettaCallException("its address in the system settings is not valid.");
        }

        var kind = values["letta_server_kind"].Value;
        if (kind is not (null or Automatic) && LettaKinds.Find(kind) is null)
        {
            throw new LettaCallException("its kind in the system settings is not valid. Allowed: automatic, v1, app_server.");
        }

        return new(
            LettaKinds.Find(kind),
            new(
                server.BaseAddress,
                settings.Open(values["letta_server_token"]),
                TimeSpan.FromSeconds(Math.Max(LeastSeconds, Number("letta_connection_timeout") ?? LeastSeconds))
            )
        );
    }

    /// <param name="Chosen">Null where the kind is found by asking.</param>
    private sealed record SavedServer(LettaKind? Chosen, LettaPlace Place);
}
