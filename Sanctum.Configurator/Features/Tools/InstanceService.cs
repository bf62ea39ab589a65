using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Features.Tools.Schemas;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Tools;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>
/// Adds, changes, switches and deletes tool instances. What a schema marks as <c>writeOnly</c> is kept as an encrypted secret.
/// </summary>
public sealed class InstanceService(
    IDbContextFactory<RegistryDbContext> registries,
    ToolReader reader,
    ToolRules rules,
    InstanceSecrets secrets,
    JobRights rights,
    CurrentUser caller,
    TimeProvider clock
)
{
    public async Task<Outcome<InstanceRow>> SaveAsync(InstanceForm form, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        if (!await caller.MayAsync(Policies.WriteRegistry) || reasons.Count > 0)
        {
            return reasons.Count > 0 ? new Outcome<InstanceRow>.Invalid(reasons) : new Outcome<InstanceRow>.Invalid("", ToolWrites.MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var (instance, ending) = await FindAsync(registry, form, cancel);
        ending ??= await RefuseAsync(registry, form, instance!.ToolId, cancel);
        if (ending is not null)
        {
            return ending;
        }

        var (config, values, problems) = await ReadAsync(registry, form, instance!, cancel);
        if (problems.Count > 0)
        {
            return new Outcome<InstanceRow>.Invalid(problems);
        }

        (instance!.AgentId, instance.Name, instance.IsActive, instance.Config) = (
            form.AgentId,
            form.Name.Trim(),
            form.IsActive,
            config?.ToJsonString()
        );
        if (await rights.WhyNotAsync(registry, cancel) is { } why)
        {
            return new Outcome<InstanceRow>.Invalid(nameof(form.Config), why);
        }

        await registry.SaveChangesAsync(cancel);
        await secrets.WriteAsync(registry, instance, values, cancel);
        await InstanceSecrets.ForgetOthersAsync(registry, instance, config ?? [], cancel);
        return await EndAsync(registry, instance, cancel);
    }

    /// <summary>Lets an instance be run, or not.</summary>
    public Task<Outcome<InstanceRow>> ActivateAsync(int id, bool isActive, int? version, CancellationToken cancel) =>
        WriteAsync(
            id,
            version,
            Policies.OperateRegistry,
            (_, instance) =>
            {
                instance.IsActive = isActive;
                return Task.FromResult<Outcome<InstanceRow>.Invalid?>(null);
            },
            cancel
        );

    /// <summary>Deletes an instance with its configurations and secrets.</summary>
    public Task<Outcome<InstanceRow>> DeleteAsync(int id, int? version, CancellationToken cancel) =>
        WriteAsync(
            id,
            version,
            Policies.WriteRegistry,
            async (registry, instance) =>
            {
                if (
                    await registry.ScheduledJobs.Where(j => j.ToolInstanceId == id).Select(j => j.Name).FirstOrDefaultAsync(cancel) is
                    { } job
                )
                {
                    return new("", $"The job {job} uses it. Delete that job first.");
                }

                registry.RemoveRange(
                    await registry.Configurations.Where(c => c.Scope == "instance" && c.ScopeId == id).ToListAsync(cancel)
                );
                registry.Remove(instance);
                return null;
            },
            cancel
        );

    private async Task<(ToolInstance? Instance, Outcome<InstanceRow>? Ending)> FindAsync(
        RegistryDbContext registry,
        InstanceForm form,
        CancellationToken cancel
    )
    {
        if (form.Id == 0)
        {
            var now = clock.GetUtcNow();
            var added = new ToolInstance
            {
                ToolId = form.ToolId,
                Name = form.Name,
                CreatedAt = now,
                UpdatedAt = now,
            };
            registry.Add(added);
            return (added, null);
        }

        return await registry.ToolInstances.SingleOrDefaultAsync(i => i.Id == form.Id, cancel) switch
        {
            null => (null, new Outcome<InstanceRow>.NotFound()),
            var found when form.Version is { } read && found.Version != read => (
                null,
                new Outcome<InstanceRow>.Conflict((await reader.InstanceRowsAsync(registry, [found], cancel))[0])
            ),
            var found => (found, null),
        };
    }

    private static async Task<Outcome<InstanceRow>.Invalid?> RefuseAsync(
        RegistryDbContext registry,
        InstanceForm form,
        int toolId,
        CancellationToken cancel
    ) =>
        !await registry.Tools.AnyAsync(t => t.Id == toolId, cancel) ? new(nameof(form.ToolId), "Tool not found.")
        : form.AgentId is { } agent && !await registry.Agents.AnyAsync(a => a.Id == agent, cancel)
            ? new(nameof(form.AgentId), "Agent not found.")
        : null;

    /// <summary>The configuration to store, its secrets apart, and what of it breaks the schema: by the places of what is wrong.</summary>
    private async Task<(JsonObject? Config, Dictionary<string, string?> Secrets, Dictionary<string, string> Problems)> ReadAsync(
        RegistryDbContext registry,
        InstanceForm form,
        ToolInstance instance,
        CancellationToken cancel
    )
    {
        var (values, problems) = (new Dictionary<string, string?>(), new Dictionary<string, string>());
        var config = (JsonObject?)form.Config?.DeepClone();
        var stored = JsonText.FindObject(instance.Config);
        var toolSchema = (await registry.Tools.SingleAsync(t => t.Id == instance.ToolId, cancel)).ConfigSchema;
        if (rules.SchemaOf(toolSchema, config) is not { } schema)
        {
            problems = rules.CheckConfig(toolSchema, config);
            Ask(form, config, stored, values, problems);
            return (config, values, problems);
        }

        config ??= [];
        SchemaSecrets.Keep(schema, config, stored);
        problems = rules.CheckConfig(toolSchema, config);
        foreach (var fault in SchemaSecrets.FaultsOf(schema, config))
        {
            problems.TryAdd($"{nameof(form.Config)}{fault.Path}", fault.Message);
        }

        foreach (var (name, value) in SchemaSecrets.Take(schema, config))
        {
            values[name] = value;
            if (ToolRules.FaultOfSecret(value) is { } unsendable)
            {
                problems.TryAdd(nameof(form.Config), $"{name}: {unsendable}");
            }
        }

        Ask(form, config, stored, values, problems);
        return (config, values, problems);
    }

    /// <summary>
    /// Takes the secrets that are given by name. A stored one goes only where it was given for, whoever changes the place.
    /// </summary>
    private static void Ask(
        InstanceForm form,
        JsonObject? config,
        JsonObject? stored,
        Dictionary<string, string?> values,
        Dictionary<string, string> problems
    )
    {
        var names = SecretPlaceholder.NamesIn(config);
        foreach (var (name, value) in (form.Secrets ?? []).Where(given => !string.IsNullOrEmpty(given.Value)))
        {
            values[name] = value;
            if (!names.Contains(name))
            {
                problems.TryAdd($"{nameof(form.Secrets)}/{name}", $"The configuration doesn't contain {SecretPlaceholder.Of(name)}.");
            }
            else if (ToolRules.FaultOfSecret(value) is { } fault)
            {
                problems.TryAdd($"{nameof(form.Secrets)}/{name}", fault);
            }
        }

        if (stored is null || !SecretDestination.IsAnotherTool(stored, config))
        {
            return;
        }

        foreach (var name in names.Where(name => !values.ContainsKey(name)))
        {
            // At the field that the schema has for it, or by its name where there is none.
            var isField = config?[name] is JsonValue field && field.TryGetValue<string>(out var text) && text == SecretPlaceholder.Of(name);
            problems.TryAdd($"{(isField ? nameof(form.Config) : nameof(form.Secrets))}/{name}", SecretDestination.Again($"secret {name}"));
        }
    }

    private async Task<Outcome<InstanceRow>> WriteAsync(
        int id,
        int? version,
        string policy,
        Func<RegistryDbContext, ToolInstance, Task<Outcome<InstanceRow>.Invalid?>> change,
        CancellationToken cancel
    )
    {
        if (!await caller.MayAsync(policy))
        {
            return new Outcome<InstanceRow>.Invalid("", ToolWrites.MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.ToolInstances.SingleOrDefaultAsync(i => i.Id == id, cancel) is not { } instance)
        {
            return new Outcome<InstanceRow>.NotFound();
        }

        if (version is { } read && instance.Version != read)
        {
            return new Outcome<InstanceRow>.Conflict((await reader.InstanceRowsAsync(registry, [instance], cancel))[0]);
        }

        var refused = await change(registry, instance);
        return refused
            ?? (
                await rights.WhyNotAsync(registry, cancel) is { } why
                    ? new Outcome<InstanceRow>.Invalid("", why)
                    : await EndAsync(registry, instance, cancel)
            );
    }

    private async Task<Outcome<InstanceRow>> EndAsync(RegistryDbContext registry, ToolInstance instance, CancellationToken cancel)
    {
        await registry.SaveChangesAsync(cancel);
        var row = (await reader.InstanceRowsAsync(registry, [instance], cancel))[0];
        await registry.CommitWritingAsync(cancel);
        return new Outcome<InstanceRow>.Ok(row);
    }
}
