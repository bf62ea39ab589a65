using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Saved;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>Adds, changes, switches and deletes MCP servers.</summary>
public sealed partial class McpServerService(
    IDbContextFactory<RegistryDbContext> registries,
    McpServerReader reader,
    McpSavedTest tests,
    McpSchedule schedule,
    SecretBox secrets,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<McpServerService> log
)
{
    internal const string MayNot = "You don't have permission to change MCP servers.";

    /// <summary>Adds a server, or changes the one that the form names. It is tested at once.</summary>
    public async Task<Outcome<McpServerRow>> SaveAsync(McpServerForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<McpServerRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var server = form.Id is null ? NewServer(form) : await FindAsync(registry, form.Id.Value, cancel);
        if (server is null)
        {
            return new Outcome<McpServerRow>.NotFound();
        }

        if (form.Id is not null && server.Version != form.Version)
        {
            return new Outcome<McpServerRow>.Conflict((await reader.RowsAsync(registry, [server], cancel))[0]);
        }

        var stored = StoredOf(server);
        form = McpKeysKept.Of(form, form.Id is null ? null : server, stored);
        if (await CheckAsync(registry, form, server, stored, cancel) is { Count: > 0 } reasons)
        {
            return new Outcome<McpServerRow>.Invalid(reasons);
        }

        if (form.Id is not null && McpFormRules.IsAnotherPlace(form, server, stored))
        {
            await McpMoves.FollowAsync(registry, server, cancel);
        }

        if (form.Id is not null && form.Name != server.Name)
        {
            await McpMoves.RenameCallersAsync(registry, server, form.Name, cancel);
        }

        Put(form, server);
        if (form.Id is null)
        {
            // The secrets are sealed to the row's id, which it has only when it is written.
            registry.Add(server);
            await registry.SaveChangesAsync(cancel);
        }

        form.Apply(stored).WriteTo(server, secrets, stored);
        await registry.SaveChangesAsync(cancel);
        var row = (await reader.RowsAsync(registry, [server], cancel))[0];
        await registry.CommitWritingAsync(cancel);
        await FollowAsync(registry, server, cancel);
        LogSaved(server.Id, server.Version);
        return new Outcome<McpServerRow>.Ok(row);
    }

    /// <summary>Lets a server be used and watched, or not.</summary>
    public async Task<Outcome<McpServerRow>> EnableAsync(int id, bool isEnabled, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.OperateRegistry))
        {
            return new Outcome<McpServerRow>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await FindAsync(registry, id, cancel) is not { } server)
        {
            return new Outcome<McpServerRow>.NotFound();
        }

        server.IsEnabled = isEnabled;
        await registry.SaveChangesAsync(cancel);
        var row = (await reader.RowsAsync(registry, [server], cancel))[0];
        await registry.CommitWritingAsync(cancel);
        await FollowAsync(registry, server, cancel);
        return new Outcome<McpServerRow>.Ok(row);
    }

    /// <summary>What a deletion would leave without its server; null where there is none.</summary>
    public async Task<McpRemoval?> PlanRemovalAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await FindAsync(registry, id, cancel) is { } server
            ? new(
                (await reader.RowsAsync(registry, [server], cancel))[0],
                [.. (await McpMoves.CallersAsync(registry, server, cancel)).Where(i => i.IsActive).Select(instance => instance.Name)]
            )
            : null;
    }

    /// <summary>Deletes a server with what was approved of it. Tools that call it are switched off, so that none fails unseen.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public async Task<Outcome<McpRemoval>> DeleteAsync(int id, int? version, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<McpRemoval>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await FindAsync(registry, id, cancel) is not { } server)
        {
            return new Outcome<McpRemoval>.NotFound();
        }

        var callers = (await McpMoves.CallersAsync(registry, server, cancel)).FindAll(instance => instance.IsActive);
        var removal = new McpRemoval(
            (await reader.RowsAsync(registry, [server], cancel))[0],
            [.. callers.Select(instance => instance.Name)]
        );
        if (version is { } read && read != server.Version)
        {
            return new Outcome<McpRemoval>.Conflict(removal);
        }

        callers.ForEach(instance => instance.IsActive = false);

        // The database would take these away by itself, but not into the history.
        registry.RemoveRange(await registry.McpTools.Where(t => t.ServerId == id).ToListAsync(cancel));
        registry.RemoveRange(await registry.McpTokens.Where(t => t.ServerId == id).ToListAsync(cancel));
        registry.Remove(server);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        if (registry.DryRun is null)
        {
            await tests.ForgetAsync(id, cancel);
            await tests.SettleAsync(id, cancel);
            LogDeleted(id);
        }

        return new Outcome<McpRemoval>.Ok(removal);
    }

    internal McpSecrets StoredOf(McpServer server)
    {
        try
        {
            return McpSecrets.Of(server, secrets);
        }
        catch (SecretUnreadableException)
        {
            // The row's problem says so; whoever saves enters them again.
            return McpSecrets.None;
        }
    }

    private async Task<McpServer?> FindAsync(RegistryDbContext registry, int id, CancellationToken cancel) =>
        await McpServerReader.SeenBy(registry, caller.Id).SingleOrDefaultAsync(s => s.Id == id, cancel);

    private static async Task<Dictionary<string, string>> CheckAsync(
        RegistryDbContext registry,
        McpServerForm form,
        McpServer server,
        McpSecrets stored,
        CancellationToken cancel
    )
    {
        var reasons = McpFormRules.RulesOf(form, form.Id is null ? null : server, stored);
        var names = await registry
            .McpServers.Where(s => s.UserId == server.UserId && s.Id != server.Id)
            .Select(s => s.Name)
            .ToListAsync(cancel);
        if (names.Contains(form.Name, StringComparer.OrdinalIgnoreCase))
        {
            reasons.TryAdd(nameof(form.Name), $"An MCP server named {form.Name} already exists.");
        }

        return reasons;
    }

    private McpServer NewServer(McpServerForm form) =>
        new()
        {
            Name = form.Name,
            UserId = form.IsMine ? caller.Id : null,
            CreatedAt = clock.GetUtcNow(),
            UpdatedAt = clock.GetUtcNow(),
        };

    private static void Put(McpServerForm form, McpServer server)
    {
        (server.Name, server.Description, server.Transport) = (form.Name, Unseen.TrimToNull(form.Description), form.Transport);
        (server.SignIn, server.IsEnabled) = (form.IsProgram ? McpSignIn.ApiKey : form.SignIn, form.IsEnabled);
        server.Url = form.IsProgram ? "" : form.Url!;
        server.Command = form.IsProgram ? form.Command : null;
        server.Arguments = form.IsProgram && form.Arguments is { Count: > 0 } given ? JsonSerializer.Serialize(given) : null;
    }

    private async Task FollowAsync(RegistryDbContext registry, McpServer server, CancellationToken cancel)
    {
        if (registry.DryRun is not null)
        {
            return;
        }

        if (server.IsEnabled)
        {
            schedule.TryNow(server.Id);
        }
        else
        {
            await tests.ForgetAsync(server.Id, cancel);
        }
    }

    [LoggerMessage(LogLevel.Information, "The MCP server {Id} was saved as version {Version}")]
    private partial void LogSaved(int id, int version);

    [LoggerMessage(LogLevel.Information, "The MCP server {Id} was deleted")]
    private partial void LogDeleted(int id);
}
