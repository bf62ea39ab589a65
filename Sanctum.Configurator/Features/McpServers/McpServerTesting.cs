using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Tests servers for people and programs: what is typed, saved or not, and what is saved.</summary>
public sealed class McpServerTesting(
    IDbContextFactory<RegistryDbContext> registries,
    McpServerService service,
    McpSavedTest saved,
    McpProbe probe,
    CurrentUser caller,
    IOptions<McpServerOptions> options
)
{
    private const string MayNot = "You don't have permission to test MCP servers.";

    /// <summary>Tests what a form says, saved or not. Nothing is kept of it.</summary>
    public async Task<Outcome<McpReport>> TestAsync(McpServerForm form, Action<McpStep>? onStep, CancellationToken cancel)
    {
        // It may name any address or program, with the stored secrets: that is as much as changing the server.
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<McpReport>.Invalid("", MayNot);
        }

        McpServer? server = null;
        if (form.Id is { } id)
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            server = await McpServerReader.SeenBy(registry, caller.Id).AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancel);
            if (server is null)
            {
                return new Outcome<McpReport>.NotFound();
            }
        }

        form.Name = form.Name.Length == 0 ? "New" : form.Name;
        var stored = server is null ? McpSecrets.None : service.StoredOf(server);
        form = McpKeysKept.Of(form, server, stored);
        if (McpFormRules.RulesOf(form, server, stored) is { Count: > 0 } reasons)
        {
            return new Outcome<McpReport>.Invalid(reasons);
        }

        var (target, problem) = McpTargets.Of(form.ToServer(), form.Apply(stored));
        return target is null
            ? new Outcome<McpReport>.Invalid("", problem!)
            : new Outcome<McpReport>.Ok(await probe.TestAsync(target, options.Value.Patience, onStep, cancel));
    }

    /// <summary>Tests a saved server, and keeps what came of it.</summary>
    public async Task<Outcome<McpReport>> TestAsync(int id, Action<McpStep>? onStep, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<McpReport>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await McpServerReader.SeenBy(registry, caller.Id).AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancel) is { } server
            ? new Outcome<McpReport>.Ok(await saved.RunAsync(server, caller.Actor.Name, onStep, cancel))
            : new Outcome<McpReport>.NotFound();
    }
}
