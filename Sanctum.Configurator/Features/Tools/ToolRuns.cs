using Sanctum.Configurator.Features.Tools.Running;
using Sanctum.Configurator.Features.Tools.Schemas;

namespace Sanctum.Configurator.Features.Tools;

/// <summary>Runs the tool instances of the registry, for other features than the tools' own.</summary>
public sealed class ToolRuns(
    ToolRunner runner,
    ToolService tools,
    InstanceService instances,
    ToolKinds kinds,
    IEnumerable<IToolExecutor> executors,
    IDbContextFactory<RegistryDbContext> registries
)
{
    /// <summary>Runs an instance once, as the caller of the scope.</summary>
    /// <param name="overrides">What its kind lets whoever runs it say anew; null for nothing.</param>
    /// <param name="say">Told what comes while it runs, in pieces, without the tool's own secrets.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Task<Outcome<RunResult>> RunAsync(int instanceId, JsonObject? overrides, Action<string> say, CancellationToken cancel) =>
        runner.RunAsync(instanceId, overrides, say, cancel);

    /// <summary>
    /// Adds an instance that runs a program of the installation, to the tool of this name, which is added where it is missing.
    /// </summary>
    /// <returns>The instance's id.</returns>
    public async Task<Outcome<int>> AddProgramAsync(
        string tool,
        string name,
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var id = await registry.Tools.Where(t => t.Name == tool).OrderBy(t => t.Id).Select(t => (int?)t.Id).FirstOrDefaultAsync(cancel);
        if (id is null)
        {
            var added = await tools.SaveAsync(new() { Name = tool, Description = "Programs of the installation that jobs run." }, cancel);
            if (added is not Outcome<ToolRow>.Ok { Value.Id: var made })
            {
                return new Outcome<int>.Invalid("", added.ProblemWith(tool)!);
            }

            id = made;
        }

        var config = new JsonObject
        {
            ["kind"] = "command",
            ["program"] = program,
            ["arguments"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]),
        };
        return await instances.SaveAsync(
            new()
            {
                ToolId = id.Value,
                Name = name,
                Config = config,
            },
            cancel
        ) switch
        {
            Outcome<InstanceRow>.Ok { Value.Id: var instance } => new Outcome<int>.Ok(instance),
            var other => new Outcome<int>.Invalid("", other.ProblemWith(name)!),
        };
    }

    /// <summary>Why such an instance could not run this program, in the very words of its run; null where it could.</summary>
    public Task<string?> ProblemWithProgramAsync(string program, CancellationToken cancel) =>
        executors.OfType<CommandExecutor>().Single().ProblemWithAsync(program, cancel);

    /// <summary>JSON Schema of what may be said anew for a run of the instance; null where there is no such instance.</summary>
    public async Task<JsonObject?> SchemaOfOverridesAsync(int instanceId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = await registry
            .ToolInstances.Where(i => i.Id == instanceId)
            .Join(registry.Tools, i => i.ToolId, t => t.Id, (instance, tool) => new { instance.Config, tool.ConfigSchema })
            .SingleOrDefaultAsync(cancel);
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

        return new()
        {
            ["type"] = "object",
            ["properties"] = known,
            ["additionalProperties"] = false,
        };
    }

    /// <summary>What in a value breaks a schema, the first thing of all, as a sentence; null where nothing does.</summary>
    public string? ProblemWith(JsonObject value, JsonObject schema)
    {
        var (read, problems) = ConfigSchema.Read(schema.ToJsonString());
        return (read?.Check(JsonSerializer.SerializeToElement(value)) ?? problems) is [var problem, ..]
            ? $"{(problem.Path.Length > 0 ? $"{problem.Path.TrimStart('/')}: " : "")}{problem.Message}"
            : null;
    }
}
