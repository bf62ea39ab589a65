namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>A tool as an agent has it.</summary>
public sealed record LettaTool(string Id, string Name);

/// <summary>A block of an agent's memory.</summary>
/// <param name="Id">On the server; null where it does not say.</param>
public sealed record LettaBlock(string Label, string Value, string? Id = null);

/// <summary>
/// An agent of a Letta server, as far as the console knows agents. Read tolerantly: what is missing or of another type counts as not there,
/// and what is not known is left alone. Its secrets are never asked for.
/// </summary>
/// <param name="StopReason">How the last run ended; null where it has not run.</param>
public sealed record LettaAgent(
    string Id,
    string Name,
    string? Description,
    string? System,
    string? Model,
    string? Embedding,
    IReadOnlyList<string> Tags,
    IReadOnlyList<LettaTool> Tools,
    IReadOnlyList<LettaBlock> Blocks,
    DateTimeOffset? LastRun,
    string? StopReason,
    bool AwaitsApproval
)
{
    /// <summary>The last run went well.</summary>
    public const string Done = "end_turn";

    public const string Cancelled = "cancelled";

    /// <summary>Of an App Server, which keeps no record of runs: the last message has no answer.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>Of an App Server: it is answering now.</summary>
    public const string Working = "working";

    public LettaKind Kind { get; init; } = LettaKind.V1;

    /// <summary>Of an App Server: why the last run failed, where this console heard it.</summary>
    public string? Failure { get; init; }

    /// <summary>Why its memory and its conversations could not be read; null where they were.</summary>
    public string? Unread { get; init; }

    /// <exception cref="JsonException">It has no id.</exception>
    public static LettaAgent Read(JsonElement agent)
    {
        var id = TextOf(agent, "id") ?? throw new JsonException("An agent has no id.");
        return new(
            id,
            TextOf(agent, "name") ?? id,
            TextOf(agent, "description"),
            TextOf(agent, "system"),
            TextOf(agent, "model") ?? HandleIn(agent, "llm_config", "model"),
            TextOf(agent, "embedding") ?? HandleIn(agent, "embedding_config", "embedding_model"),
            [.. ItemsOf(agent, "tags").Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)],
            [
                .. from tool in ItemsOf(agent, "tools")
                let name = TextOf(tool, "name")
                where name is not null
                select new LettaTool(TextOf(tool, "id") ?? "", name),
            ],
            [
                .. from block in ItemsOf(agent, "blocks")
                let label = TextOf(block, "label")
                where label is not null
                select new LettaBlock(label, TextOf(block, "value") ?? "", TextOf(block, "id")),
            ],
            TimeOf(agent, "last_run_completion"),
            TextOf(agent, "last_stop_reason"),
            agent.TryGetProperty("pending_approval", out var pending) && pending.ValueKind == JsonValueKind.Object
        );
    }

    internal static string? TextOf(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Servers before 0.12 name no model, but describe it.</summary>
    internal static string? HandleIn(JsonElement agent, string config, string name) =>
        agent.TryGetProperty(config, out var described) ? TextOf(described, "handle") ?? TextOf(described, name) : null;

    internal static IEnumerable<JsonElement> ItemsOf(JsonElement from, string name) =>
        from.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [];

    internal static DateTimeOffset? TimeOf(JsonElement from, string name) =>
        DateTimeOffset.TryParse(
            TextOf(from, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}
