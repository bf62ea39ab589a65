using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>The fields of a person that are chosen one by one when two are merged, by the names that the API has for them.</summary>
internal sealed record MergeField(string Name, string Title, Func<LettaUser, JsonNode?> Get, Action<LettaUser, JsonNode?> Set)
{
    public static readonly IReadOnlyList<MergeField> All =
    [
        new("display_name", "Name", u => u.DisplayName, (u, value) => u.DisplayName = (string?)value),
        new("is_active", "Active", u => u.IsActive, (u, value) => u.IsActive = (bool?)value ?? true),
        new(
            "conversation_history_limit",
            "History given to agents",
            u => u.ConversationHistoryLimit,
            (u, value) => u.ConversationHistoryLimit = (int?)value ?? 10
        ),
        new("custom_instructions", "Custom instructions", u => u.CustomInstructions, (u, value) => u.CustomInstructions = (string?)value),
        // As a text, so that what another program wrote comes back letter by letter.
        new("agent_preferences", "Preferences", u => u.AgentPreferences, (u, value) => u.AgentPreferences = (string?)value),
        new("hold_reason", "Hold", u => u.HoldReason, (u, value) => u.HoldReason = (string?)value),
        new("letta_identity_id", "Identity at Letta", u => u.LettaIdentityId, (u, value) => u.LettaIdentityId = (string?)value),
        new("letta_block_id", "Block at Letta", u => u.LettaBlockId, (u, value) => u.LettaBlockId = (string?)value),
        new("user_id", "Console user", u => u.UserId, (u, value) => u.UserId = (int?)value),
    ];

    public static MergeField? Find(string name) => All.FirstOrDefault(field => field.Name == name);

    /// <summary>What of another person could be taken over.</summary>
    public static IReadOnlyList<MergeField> Differing(LettaUser person, LettaUser other) =>
        [.. All.Where(each => each.TextOf(other) is { } theirs && theirs != each.TextOf(person))];

    public static JsonObject Of(LettaUser person) => new(All.Select(field => KeyValuePair.Create(field.Name, field.Get(person))));

    /// <summary>What it says, in words; null where it says nothing.</summary>
    public string? TextOf(LettaUser person) =>
        Get(person) switch
        {
            null => null,
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            { } value => value.ToJsonString(ReadableJson.OneLine),
        };
}

/// <summary>What of a merge a split needs, as it is stored.</summary>
/// <param name="Fields">The survivor's, as they were or as they were chosen.</param>
/// <param name="Moved">Who was merged into the merged person before, and stands for the survivor since.</param>
internal sealed record MergeMemory(JsonObject Fields, IReadOnlyList<int> Moved)
{
    public string Write() =>
        new JsonObject
        {
            ["fields"] = Fields.DeepClone(),
            ["moved"] = new JsonArray([.. Moved.Select(id => JsonValue.Create(id))]),
        }.ToJsonString(ReadableJson.OneLine);

    public static MergeMemory Read(string? json) =>
        JsonText.FindObject(json) is { } stored
            ? new(
                stored["fields"] as JsonObject ?? [],
                stored["moved"] is JsonArray moved
                    ? [.. moved.OfType<JsonValue>().Select(id => id.TryGetValue<int>(out var n) ? n : 0)]
                    : []
            )
            : new([], []);
}
