namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>Does what the configurations of one kind say.</summary>
public interface IToolExecutor
{
    /// <summary>The "kind" of the configurations that it understands.</summary>
    string Kind { get; }

    /// <summary>What the kind is called for people.</summary>
    string Title { get; }

    /// <summary>JSON Schema of such a configuration.</summary>
    string Schema { get; }

    /// <summary>What of the configuration whoever runs it may say anew: what is sent, never where to.</summary>
    IReadOnlyList<string> Overridable => [];

    /// <summary>For how long a run may take where the configuration does not say.</summary>
    TimeSpan Patience => TimeSpan.FromSeconds(30);

    /// <summary>What it calls, in a few words; null where the configuration is none of its kind.</summary>
    string? TargetOf(JsonObject config);

    /// <summary>The policy that this configuration asks for beside that of running tools; null for none.</summary>
    string? PolicyOf(JsonObject config) => null;

    /// <param name="run">With its secrets in their places.</param>
    /// <param name="say">Told what comes while it runs, in pieces.</param>
    Task<RunResult> RunAsync(ToolCall run, Action<string> say, CancellationToken cancel);
}

/// <summary>One run of a tool instance.</summary>
/// <param name="AgentId">The agent whose instance it is; null for a master tool's.</param>
public sealed record ToolCall(JsonObject Config, int? AgentId)
{
    public string? Text(string name) => Config[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
