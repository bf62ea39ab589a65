using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Features.Tools.Schemas;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>The door by which other features run tool instances.</summary>
internal sealed class ToolRuns(ToolRunner runner, ToolKinds kinds, IDbContextFactory<RegistryDbContext> registries) : IToolRuns
{
    public async Task<Outcome<ActEnd>> RunAsync(int instanceId, JsonObject? overrides, Action<string> say, CancellationToken cancel) =>
        await runner.RunAsync(instanceId, overrides, say, cancel) switch
        {
            Outcome<ToolRun>.Done { Value: var run } => new Outcome<ActEnd>.Done(new(run.Ok, run.Message, run.Body)),
            Outcome<ToolRun>.Refused refused => new Outcome<ActEnd>.Refused(refused.Reasons),
            _ => new Outcome<ActEnd>.Missing(),
        };

    public async Task<JsonObject?> SchemaOfOverridesAsync(int instanceId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = await registry.ToolInstances.Where(i => i.Id == instanceId)
            .Join(registry.Tools, i => i.ToolId, t => t.Id, (instance, tool) => new { instance.Config, tool.ConfigSchema }).SingleOrDefaultAsync(cancel);
        if (found is null)
        {
            return null;
        }

        var known = new JsonObject();
        if (kinds.Find(found.Config) is var (kind, config))
        {
            var properties = JsonText.FindObject(kinds.SchemaOf(found.ConfigSchema, config))?["properties"] as JsonObject;
            foreach (var name in kind.Overridable)
            {
                known[name] = properties?[name]?.DeepClone() ?? new JsonObject();
            }
        }

        return new() { ["type"] = "object", ["properties"] = known, ["additionalProperties"] = false };
    }

    public string? ProblemWith(JsonObject value, JsonObject schema)
    {
        var (read, problems) = ConfigSchema.Read(schema.ToJsonString());
        return (read?.Check(JsonSerializer.SerializeToElement(value)) ?? problems) is [var problem, ..]
            ? $"{(problem.Path.Length > 0 ? $"{problem.Path.TrimStart('/')}: " : "")}{problem.Message}" : null;
    }
}
