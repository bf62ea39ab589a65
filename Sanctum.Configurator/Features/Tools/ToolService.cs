using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The tools of the registry: listed, made of cURL commands, switched on and off, deleted.</summary>
public sealed partial class ToolService(IDbContextFactory<RegistryDbContext> registries, SecretBox secrets, CurrentUser caller, TimeProvider clock, ILogger<ToolService> log)
{
    private const string MayNot = "You may not change tools.";

    /// <summary>Some of the tools, by name. The search finds names, descriptions and categories.</summary>
    public async Task<PageOf<ToolRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var tools = registry.Tools.AsNoTracking();
        if (page.Search?.Trim().ToUpperInvariant() is { Length: > 0 } words)
        {
            // Upper case on both sides: the two databases disagree on what LIKE ignores.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's upper(), which takes no culture.
            tools = tools.Where(t => t.Name.ToUpper().Contains(words) || (t.Description ?? "").ToUpper().Contains(words) || t.Category.ToUpper().Contains(words));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var total = await tools.CountAsync(cancel);
        var rows = await tools.OrderBy(t => t.Name).ThenBy(t => t.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new(await RowsAsync(registry, rows, cancel), total);
    }

    public async Task<ToolRow?> FindAsync(int id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return (await RowsAsync(registry, await registry.Tools.AsNoTracking().Where(t => t.Id == id).ToListAsync(cancel), cancel)).SingleOrDefault();
    }

    /// <summary>The agents that a tool can be for, by name.</summary>
    public async Task<IReadOnlyList<(int Id, string Name)>> AgentsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return [.. (await registry.Agents.AsNoTracking().OrderBy(a => a.Name).Select(a => new { a.Id, a.Name }).ToListAsync(cancel)).Select(a => (a.Id, a.Name))];
    }

    /// <summary>Shows what a command would become.</summary>
    public static Outcome<CurlPreview> Preview(CurlToolForm form) => Read(form) switch
    {
        (CurlReading.Understood read, _) when CurlTool.Of(read) is var tool => new Outcome<CurlPreview>.Done(new(tool.Call, tool.Missing, NotesOf(read))),
        (_, var refused) => new Outcome<CurlPreview>.Refused(refused!.Reasons),
    };

    /// <summary>The request that a command makes, secrets and all: for whoever sent it.</summary>
    public static Outcome<CurlAnswer> Describe(CurlToolForm form)
    {
        var (read, refused) = Read(form);
        if (read is null)
        {
            return new Outcome<CurlAnswer>.Refused(refused!.Reasons);
        }

        var request = read.Request;
        return new Outcome<CurlAnswer>.Done(new(
            new(
                request.Method, request.Url, [.. request.Headers.Select(header => (IReadOnlyList<string>)[header.Name, header.Value])], request.Body?.Text,
                request.Body is { Text: null } body ? Convert.ToBase64String(body.Bytes.Span) : null),
            NotesOf(read)));
    }

    /// <summary>Makes a tool, its instance and the instance's secrets of a command.</summary>
    public async Task<Outcome<ToolRow>> CreateAsync(CurlToolForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ToolRow>.Refused("", MayNot);
        }

        var (read, refused) = Read(form);
        if (read is null)
        {
            return new Outcome<ToolRow>.Refused(refused!.Reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var agent = form.AgentId is { } agentId ? await registry.Agents.SingleOrDefaultAsync(a => a.Id == agentId, cancel) : null;
        if (form.AgentId is not null && agent is null)
        {
            return new Outcome<ToolRow>.Refused(nameof(form.AgentId), "There is no such agent.");
        }

        var made = CurlTool.Of(read);
        var now = clock.GetUtcNow();
        var name = string.IsNullOrWhiteSpace(form.Name) ? NameOf(made.Call) : form.Name.Trim();
        await registry.BeginWritingAsync(cancel);
        var tool = new Tool
        {
            Name = name,
            Emoji = string.IsNullOrWhiteSpace(form.Emoji) ? null : form.Emoji.Trim(),
            Category = agent?.Name.ToLowerInvariant() ?? "master",
            ToolType = "service",
            CreatedAt = now,
            UpdatedAt = now,
        };
        registry.Add(tool);
        await registry.SaveChangesAsync(cancel);
        var instance = new ToolInstance { ToolId = tool.Id, AgentId = agent?.Id, Name = name, Config = made.Call.ToJson(), CreatedAt = now, UpdatedAt = now };
        registry.Add(instance);
        await registry.SaveChangesAsync(cancel);
        await AddSecretsAsync(registry, instance, made, now, cancel);
        await registry.EndWritingAsync(cancel);
        await registry.Database.CommitTransactionAsync(cancel);
        LogCreated(tool.Id);
        return new Outcome<ToolRow>.Done((await RowsAsync(registry, [tool], cancel))[0]);
    }

    /// <summary>Lets a tool be run, or not.</summary>
    public Task<Outcome<ToolRow>> EnableAsync(int id, bool isEnabled, CancellationToken cancel) => WriteAsync(id, Policies.OperateRegistry, null, (_, tool) =>
    {
        tool.IsEnabled = isEnabled;
        return Task.FromResult<Outcome<ToolRow>.Refused?>(null);
    }, cancel);

    /// <summary>Deletes a tool with its instances and their configurations.</summary>
    /// <param name="version">Null for whichever it is.</param>
    public Task<Outcome<ToolRow>> DeleteAsync(int id, int? version, CancellationToken cancel) => WriteAsync(id, Policies.WriteRegistry, version, async (registry, tool) =>
    {
        var instances = await registry.ToolInstances.Where(i => i.ToolId == id).ToListAsync(cancel);
        var ids = instances.Select(i => (int?)i.Id).ToList();
        if (await registry.ScheduledJobs.Where(j => ids.Contains(j.ToolInstanceId)).Select(j => j.Name).FirstOrDefaultAsync(cancel) is { } job)
        {
            return new("", $"The job {job} runs it. Delete that job first.");
        }

        registry.RemoveRange(await registry.Configurations.Where(c => c.Scope == "instance" && ids.Contains(c.ScopeId)).ToListAsync(cancel));
        registry.RemoveRange(instances);
        registry.Remove(tool);
        return null;
    }, cancel);

    private async Task AddSecretsAsync(RegistryDbContext registry, ToolInstance instance, CurlTool made, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var name in made.Call.Secrets)
        {
            var configuration = new Configuration
            {
                Key = HttpCall.KeyOf(name),
                Scope = "instance",
                ScopeId = instance.Id,
                IsEncrypted = true,
                Description = $"Put into the request of {instance.Name}.",
                CreatedAt = now,
                UpdatedAt = now,
            };
            registry.Add(configuration);
            await registry.SaveChangesAsync(cancel);
            if (made.Secrets.GetValueOrDefault(name) is { } secret)
            {
                configuration.Value = secrets.Seal(secret, SecretAdoption.PlaceOf(configuration));
                await registry.SaveChangesAsync(cancel);
            }
        }
    }

    private async Task<Outcome<ToolRow>> WriteAsync(
        int id, string policy, int? version, Func<RegistryDbContext, Tool, Task<Outcome<ToolRow>.Refused?>> change, CancellationToken cancel)
    {
        if (!await caller.MayAsync(policy))
        {
            return new Outcome<ToolRow>.Refused("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Tools.SingleOrDefaultAsync(t => t.Id == id, cancel) is not { } tool)
        {
            return new Outcome<ToolRow>.Missing();
        }

        var before = (await RowsAsync(registry, [tool], cancel))[0];
        if (version is { } read && tool.Version != read)
        {
            return new Outcome<ToolRow>.Stale(before);
        }

        if (await change(registry, tool) is { } refused)
        {
            return refused;
        }

        await registry.SaveChangesAsync(cancel);
        await registry.EndWritingAsync(cancel);
        await registry.Database.CommitTransactionAsync(cancel);
        return new Outcome<ToolRow>.Done(before with { IsEnabled = tool.IsEnabled, Version = tool.Version });
    }

    private static (CurlReading.Understood? Read, Outcome<CurlPreview>.Refused? Refused) Read(CurlToolForm form)
    {
        var reasons = FormRules.Check(form);
        if (reasons.Count == 0 && CurlReading.Read(form.Command) is CurlReading.Understood read)
        {
            return (read, null);
        }

        if (reasons.Count == 0 && CurlReading.Read(form.Command) is CurlReading.Refused refused)
        {
            reasons[nameof(form.Command)] = $"{refused.Reason} (at character {refused.Position})";
        }

        return (null, new(reasons));
    }

    private static IReadOnlyList<string> NotesOf(CurlReading.Understood read) => read.Request.Manners.Insecure
        ? [.. read.Unsupported, "--insecure is left out: the console always checks certificates. Name your own authority in Outbound:TrustedCertificates."]
        : read.Unsupported;

    private static string NameOf(HttpCall call) => $"{call.Method} {HostOf(call)}";

    private static string HostOf(HttpCall call) => Uri.TryCreate(call.Url, UriKind.Absolute, out var url) ? url.Authority : "another server";

    private static async Task<IReadOnlyList<ToolRow>> RowsAsync(RegistryDbContext registry, IReadOnlyList<Tool> tools, CancellationToken cancel)
    {
        var ids = tools.Select(t => t.Id).ToList();
        var instances = (await registry.ToolInstances.AsNoTracking().Where(i => ids.Contains(i.ToolId) && i.IsActive).OrderBy(i => i.Id).ToListAsync(cancel)).ToLookup(i => i.ToolId);
        return [.. tools.Select(tool =>
        {
            var runnable = instances[tool.Id].Select(i => (Instance: i, Call: HttpCall.Find(i.Config))).FirstOrDefault(i => i.Call is not null);
            return new ToolRow(
                tool.Id, tool.Name, tool.Emoji, tool.Description, tool.Category, tool.ToolType, tool.Status, tool.IsEnabled, runnable.Instance?.Id,
                runnable.Call is { } call ? NameOf(call) : null, instances[tool.Id].Max(i => i.LastRun), tool.UpdatedAt, tool.Version);
        })];
    }

    [LoggerMessage(LogLevel.Information, "Tool {ToolId} was made of a cURL command")]
    private partial void LogCreated(int toolId);
}
