namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>The kinds of configurations that this console can run.</summary>
public sealed class ToolKinds(IEnumerable<IToolExecutor> executors)
{
    public IReadOnlyList<IToolExecutor> All { get; } = [.. executors];

    /// <summary>Who runs a configuration; null where nobody does.</summary>
    public (IToolExecutor Kind, JsonObject Config)? Find(string? config)
    {
        if (JsonText.FindObject(config) is not { } parsed || new ToolCall(parsed, null).Text("kind") is not { } kind)
        {
            return null;
        }

        return All.FirstOrDefault(each => each.Kind == kind && each.TargetOf(parsed) is not null) is { } known ? (known, parsed) : null;
    }

    /// <summary>The policy of the console's own act that an instance with this configuration runs; null where it runs none.</summary>
    public string? PolicyOf(string? config) => Find(config) is var (kind, parsed) ? kind.PolicyOf(parsed) : null;

    /// <summary>The schema of a configuration: the tool's own, or that of its kind; null where there is none.</summary>
    public string? SchemaOf(string? toolSchema, JsonObject? config) =>
        !string.IsNullOrWhiteSpace(toolSchema) ? toolSchema
        : config is not null && new ToolCall(config, null).Text("kind") is { } kind ? All.FirstOrDefault(each => each.Kind == kind)?.Schema
        : null;
}
