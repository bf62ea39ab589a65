using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Pins;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Sessions;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>
/// The one door to servers through which only approved definitions pass: for clients of the console's gateway, for tools of the registry, and
/// for the page. What a server says of a tool is compared with what was approved at the moment of the call; what differs is held at once.
/// </summary>
public sealed class McpGateway(
    IDbContextFactory<RegistryDbContext> registries,
    McpTargets targets,
    McpPinStore pins,
    McpSessions sessions,
    KeptReadings<McpServerName, McpServer> servers,
    KeptReadings<int, ApprovedHashes> approvals,
    McpSchedule schedule,
    CurrentUser caller
)
{
    internal const string MayNot = "You don't have permission to use MCP servers.";

    /// <summary>The approved definitions of a server.</summary>
    /// <param name="server">Its name: that of the user's own one, or else of everybody's.</param>
    /// <param name="userId">On whose behalf; null for nobody's in particular.</param>
    public async Task<Outcome<McpOffer>> ListAsync(string server, int? userId, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ReadRegistry))
        {
            return new Outcome<McpOffer>.Invalid("", MayNot);
        }

        if (await FindKnownAsync(server, userId, cancel) is not { } found)
        {
            return new Outcome<McpOffer>.NotFound();
        }

        if (Open(found, userId) is var (target, refused) && target is null)
        {
            return new Outcome<McpOffer>.Invalid("", refused!);
        }

        var session = SessionOf(found, target, userId);

        try
        {
            var now = await InNewSessionAsync(() => session.ToolsAsync(cancel));
            var reading = await SeeAsync(found.Id, now.Definitions, cancel);
            var approved = await ApprovedAsync(found.Id, cancel);
            var offered = now.Definitions.Where(one => approved.GetValueOrDefault((one.Kind, one.Name)) == one.Hash).ToList();
            return new Outcome<McpOffer>.Ok(
                new(
                    found.Name,
                    offered.Exists(one => one.Kind == ToolDefinition.Instructions) ? InstructionsIn(offered) : null,
                    [.. offered.Select(one => one.ToTool()).OfType<Tool>()],
                    reading.Held
                )
            );
        }
        catch (McpFailedException e)
        {
            return new Outcome<McpOffer>.Invalid("", e.Failure.Sentence);
        }
    }

    /// <summary>Calls a tool, if it is approved as the server offers it now.</summary>
    /// <param name="progress">Told what the server says while it works; null for nobody.</param>
    /// <returns>What the tool answered, also where that is an error of its own; refused where it was not called.</returns>
    public async Task<Outcome<CallToolResult>> CallAsync(
        string server,
        string tool,
        JsonObject arguments,
        int? userId,
        CancellationToken cancel,
        IProgress<ProgressNotificationValue>? progress = null
    ) =>
        !await caller.MayAsync(Policies.OperateRegistry) ? new Outcome<CallToolResult>.Invalid("", MayNot)
        : await FindKnownAsync(server, userId, cancel) is { } found ? await CallAsync(found, tool, arguments, userId, cancel, progress)
        : new Outcome<CallToolResult>.NotFound();

    /// <summary>Calls a tool of this very server, also where the user has one of the same name.</summary>
    /// <param name="elicit">Asks a person what the server wants to know meanwhile; null where nobody is there.</param>
    internal async Task<Outcome<CallToolResult>> CallAsync(
        McpServer server,
        string tool,
        JsonObject arguments,
        int? userId,
        CancellationToken cancel,
        IProgress<ProgressNotificationValue>? progress = null,
        Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>>? elicit = null
    )
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<CallToolResult>.Invalid("", MayNot);
        }

        if (Open(server, userId) is var (target, refused) && target is null)
        {
            return new Outcome<CallToolResult>.Invalid("", refused!);
        }

        if (elicit is null)
        {
            return await CallAsync(server, SessionOf(server, target, userId), tool, arguments, progress, cancel);
        }

        await using var session = sessions.New(target, elicit);
        return await CallAsync(server, session, tool, arguments, progress, cancel);
    }

    private async Task<Outcome<CallToolResult>> CallAsync(
        McpServer server,
        ServerSession session,
        string tool,
        JsonObject arguments,
        IProgress<ProgressNotificationValue>? progress,
        CancellationToken cancel
    )
    {
        try
        {
            return await InNewSessionAsync(() => CallApprovedAsync(server, session, tool, arguments, progress, cancel));
        }
        catch (McpFailedException e)
        {
            return new Outcome<CallToolResult>.Invalid("", e.Failure.Sentence);
        }
        catch (McpException e)
        {
            return new Outcome<CallToolResult>.Invalid("", $"{server.Name} refused the call: {FailureText.Short(e)}.");
        }
    }

    private async Task<Outcome<CallToolResult>> CallApprovedAsync(
        McpServer server,
        ServerSession session,
        string tool,
        JsonObject arguments,
        IProgress<ProgressNotificationValue>? progress,
        CancellationToken cancel
    )
    {
        var now = (await session.ToolsAsync(cancel)).Definitions.FirstOrDefault(one => one.Kind == ToolDefinition.Tool && one.Name == tool);
        return await WhyNotAsync(server, tool, now, session, cancel) is { } problem
            ? new Outcome<CallToolResult>.Invalid("", problem)
            : new Outcome<CallToolResult>.Ok(await session.CallAsync(now!.ToTool()!, arguments, progress, cancel));
    }

    /// <summary>A server that was started anew, or forgets who is silent, is asked once more: what it offers now is compared again.</summary>
    private static async Task<T> InNewSessionAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (McpFailedException e) when (e.Failure.IsSessionGone)
        {
            return await act();
        }
    }

    /// <summary>One for each who may have signed in by himself.</summary>
    private ServerSession SessionOf(McpServer server, McpTarget target, int? userId) =>
        sessions.Of(new(server.Id, server.Version, server.SignIn == McpSignIn.OAuth ? userId : null), target);

    /// <summary>The user's own server of that name, or else everybody's.</summary>
    internal static async Task<McpServer?> FindAsync(RegistryDbContext registry, string name, int? userId, CancellationToken cancel) =>
        await registry
            .McpServers.AsNoTracking()
            .Where(s => s.Name == name && (s.UserId == null || s.UserId == userId))
            .OrderBy(s => s.UserId == null ? 1 : 0)
            .FirstOrDefaultAsync(cancel);

    private async Task<McpServer?> FindAsync(string name, int? userId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await FindAsync(registry, name, userId, cancel);
    }

    /// <summary>What is new is not left to the next test: it is due at once, and with it what is to be done at Letta.</summary>
    private async Task<PinReading> SeeAsync(int serverId, IReadOnlyList<ToolDefinition> seen, CancellationToken cancel)
    {
        var reading = await pins.SeeAsync(serverId, seen, cancel);
        if (reading.News.Count > 0)
        {
            schedule.TryNow(serverId);
        }

        return reading;
    }

    private static string? InstructionsIn(IEnumerable<ToolDefinition> offered) =>
        offered.FirstOrDefault(one => one.Kind == ToolDefinition.Instructions) is { } one
            ? ToolDefinition.JsonText(one.Json)["instructions"]?.GetValue<string>()
            : null;

    private ValueTask<McpServer?> FindKnownAsync(string server, int? userId, CancellationToken cancel) =>
        servers.GetAsync(new(server, userId), () => FindAsync(server, userId, cancel));

    private (McpTarget? Target, string? Refused) Open(McpServer server, int? userId) =>
        server.IsEnabled ? targets.Find(server, userId) : (null, $"The MCP server {server.Name} is disabled. Enable it first.");

    private async Task<string?> WhyNotAsync(
        McpServer server,
        string tool,
        ToolDefinition? now,
        ServerSession session,
        CancellationToken cancel
    )
    {
        if (now is null)
        {
            return $"{server.Name} offers no tool named {tool}.";
        }

        if ((await ApprovedAsync(server.Id, cancel)).GetValueOrDefault((ToolDefinition.Tool, tool)) == now.Hash)
        {
            return null;
        }

        await SeeAsync(server.Id, (await session.ToolsAsync(cancel)).Definitions, cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var pin = await registry
            .McpTools.AsNoTracking()
            .SingleOrDefaultAsync(t => t.ServerId == server.Id && t.Kind == McpToolKind.Tool && t.Name == tool, cancel);
        return pin switch
        {
            { State: McpToolState.Blocked } => $"The tool {tool} of {server.Name} is blocked. Approve it on the server's page first.",
            { ApprovedHash: not null } =>
                $"The tool {tool} of {server.Name} is held: it is no longer as it was approved. Look at the change on the server's page.",
            _ => $"The tool {tool} of {server.Name} is held: nobody has approved it yet. Look at it on the server's page.",
        };
    }

    /// <summary>Read once for all calls until something is written: what is decided counts for the next call.</summary>
    private async Task<Dictionary<(string Kind, string Name), string?>> ApprovedAsync(int serverId, CancellationToken cancel) =>
        (await approvals.GetAsync(serverId, () => ReadApprovedAsync(serverId, cancel)))!.ByName;

    private async Task<ApprovedHashes?> ReadApprovedAsync(int serverId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var approved = await registry
            .McpTools.AsNoTracking()
            .Where(t => t.ServerId == serverId && t.ApprovedHash != null && t.State != McpToolState.Blocked)
            .Select(t => new
            {
                t.Kind,
                t.Name,
                t.ApprovedHash,
            })
            .ToListAsync(cancel);
        return new(
            approved.ToDictionary(
                t => (t.Kind == McpToolKind.Tool ? ToolDefinition.Tool : ToolDefinition.Instructions, t.Name),
                t => t.ApprovedHash
            )
        );
    }
}
