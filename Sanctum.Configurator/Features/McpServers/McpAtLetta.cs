using System.Net.Http.Json;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.Letta.V1;
using Sanctum.Configurator.Features.McpServers.AtLetta;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>A server as the Letta server has it, beside the console's own.</summary>
/// <param name="LettaId">Null where it is not registered there.</param>
/// <param name="Place">The address or the command that Letta calls.</param>
/// <param name="Tools">Each name that anybody knows, and who does.</param>
/// <param name="LiveProblem">Why Letta can't see its tools now; null where it can.</param>
public sealed record LettaMcpView(string? LettaId, string? Name, string? Place, IReadOnlyList<LettaMcpTool> Tools, string? LiveProblem);

/// <param name="Ours">Approved, held or blocked here; null where the console does not know it.</param>
/// <param name="IsCached">Letta can give it to agents.</param>
/// <param name="IsLive">Letta sees it at the server now; null where that is not known.</param>
public sealed record LettaMcpTool(string Name, McpToolState? Ours, bool IsCached, bool? IsLive)
{
    /// <summary>What is odd about it, in a sentence; null where nothing is.</summary>
    public string? Drift =>
        IsCached && Ours is McpToolState.Held or McpToolState.Blocked ? "Letta can give it to agents, and it is not approved here."
        : IsCached && IsLive == false ? "Letta can still give it to agents, and the server no longer offers it. Resync."
        : !IsCached && IsLive == true ? "The server offers it, and Letta can't give it to agents. Resync."
        : null;
}

/// <summary>What is given to Letta with a server's address.</summary>
/// <param name="ApiKey">Typed anew: the stored key was given for the server itself.</param>
/// <param name="Variables">Those that stand in its address, typed anew as well.</param>
public sealed record LettaMcpForm(
    [property: TextLimit(8192)] string? ApiKey = null,
    [property: TextLimit(8192)] IReadOnlyDictionary<string, string>? Variables = null
);

/// <summary>MCP servers as a V1 Letta server has them: compared, registered, resynchronised and removed there.</summary>
public sealed class McpAtLetta(SavedLetta letta, McpServerReader reader, CurrentUser caller)
{
    /// <summary>The three views of one server: the console's, what Letta keeps, and what Letta sees.</summary>
    public Task<Outcome<LettaMcpView>> FindAsync(int id, CancellationToken cancel) =>
        CallAsync(id, Policies.ReadRegistry, (server, link) => ReadAsync(server, link, cancel), cancel);

    /// <summary>Tells Letta of the server, by its address.</summary>
    public Task<Outcome<LettaMcpView>> RegisterAsync(int id, LettaMcpForm form, CancellationToken cancel) =>
        CallAsync(
            id,
            Policies.WriteRegistry,
            async (server, link) =>
            {
                if (server.Command is not null)
                {
                    return new Outcome<LettaMcpView>.Invalid(
                        "",
                        "Letta would start the program on its own machine. Register it there by hand."
                    );
                }

                var variables = form.Variables ?? new Dictionary<string, string>();
                if (McpVariables.FaultOf(server.Url ?? "", variables) is { } fault)
                {
                    return new Outcome<LettaMcpView>.Invalid(nameof(form.Variables), fault);
                }

                using var done = await link.PostAsync(
                    LettaRegistrations.Servers,
                    JsonContent.Create(Registration(server, McpVariables.Fill(server.Url ?? "", variables), form.ApiKey)),
                    cancel
                );
                return await ReadAsync(server, link, cancel);
            },
            cancel
        );

    /// <summary>Lets Letta read the server's tools anew.</summary>
    public Task<Outcome<LettaMcpView>> ResyncAsync(int id, CancellationToken cancel) =>
        ActAsync(id, (link, theirs) => link.PatchAsync($"{theirs}/refresh", null, cancel), cancel);

    /// <summary>Removes the server from Letta, and so its tools from agents.</summary>
    public Task<Outcome<LettaMcpView>> RemoveAsync(int id, CancellationToken cancel) =>
        ActAsync(id, (link, theirs) => link.DeleteAsync(theirs, cancel), cancel);

    private Task<Outcome<LettaMcpView>> ActAsync(int id, Func<V1Connection, string, Task> act, CancellationToken cancel) =>
        CallAsync(
            id,
            Policies.WriteRegistry,
            async (server, link) =>
            {
                if (await LettaRegistrations.FindAsync(link, server.Url, server.Name, cancel) is not { } theirs)
                {
                    return new Outcome<LettaMcpView>.Invalid("", $"{server.Name} is not registered at the Letta server.");
                }

                await act(link, LettaRegistrations.PathOf(theirs));
                return await ReadAsync(server, link, cancel);
            },
            cancel
        );

    private async Task<Outcome<LettaMcpView>> CallAsync(
        int id,
        string policy,
        Func<McpServerRow, V1Connection, Task<Outcome<LettaMcpView>>> act,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(policy))
        {
            return new Outcome<LettaMcpView>.Invalid("", McpServerService.MayNot);
        }

        if (await reader.FindAsync(id, cancel) is not { } server)
        {
            return new Outcome<LettaMcpView>.NotFound();
        }

        try
        {
            using var link = await letta.V1Async(cancel);
            return await act(server, link);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<LettaMcpView>.Invalid("", $"The Letta server could not be asked: {LettaFailures.Advised(why)}");
        }
    }

    private async Task<Outcome<LettaMcpView>> ReadAsync(McpServerRow server, V1Connection link, CancellationToken cancel)
    {
        var pins = (await reader.PinsAsync(server.Id, cancel) ?? [])
            .Where(pin => pin is { Kind: ToolDefinition.Tool, Seen: not null })
            .ToDictionary(pin => pin.Name, pin => (McpToolState?)pin.State);
        if (await LettaRegistrations.FindAsync(link, server.Url, server.Name, cancel) is not { } theirs)
        {
            return new Outcome<LettaMcpView>.Ok(
                new(null, null, null, [.. pins.Select(pin => new LettaMcpTool(pin.Key, pin.Value, false, null))], null)
            );
        }

        var (id, name) = (LettaRegistrations.TextOf(theirs, "id") ?? "", LettaRegistrations.TextOf(theirs, "server_name") ?? "");
        var cached = await NamesAsync(link, LettaRegistrations.ToolsOf(theirs), cancel);
        var (live, problem) = await LiveAsync(link, name, cancel);
        var names = pins
            .Keys.Concat(cached)
            .Concat(live ?? new HashSet<string>())
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new Outcome<LettaMcpView>.Ok(
            new(
                id,
                name,
                (LettaRegistrations.TextOf(theirs, "server_url") ?? LettaRegistrations.TextOf(theirs, "command")) is { } place
                    ? McpKeys.ReplaceInAddress(place, McpKeys.Hidden)
                    : null,
                [
                    .. names.Select(tool => new LettaMcpTool(
                        tool,
                        pins.GetValueOrDefault(tool),
                        cached.Contains(tool),
                        live?.Contains(tool)
                    )),
                ],
                problem
            )
        );
    }

    private static async Task<(IReadOnlySet<string>? Names, string? Problem)> LiveAsync(
        V1Connection link,
        string name,
        CancellationToken cancel
    )
    {
        try
        {
            return (await NamesAsync(link, $"v1/tools/mcp/servers/{Uri.EscapeDataString(name)}/tools", cancel), null);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return (null, $"Letta can't see the server's tools now: {why}");
        }
    }

    private static async Task<IReadOnlySet<string>> NamesAsync(V1Connection link, string path, CancellationToken cancel) =>
        (await LettaRegistrations.ToolsAsync(link, path, cancel)).Keys.ToHashSet(StringComparer.Ordinal);

    private static JsonObject Registration(McpServerRow server, string url, string? key)
    {
        var config = new JsonObject { ["mcp_server_type"] = IsSse(server) ? "sse" : "streamable_http", ["server_url"] = url };
        if (!string.IsNullOrWhiteSpace(key))
        {
            (config["auth_header"], config["auth_token"]) = ("Authorization", $"Bearer {key.Trim()}");
        }

        return new() { ["server_name"] = server.Name, ["config"] = config };
    }

    private static bool IsSse(McpServerRow server) => server.Transport == McpTransport.Sse || server.LastTest?.Transport == "sse";
}
