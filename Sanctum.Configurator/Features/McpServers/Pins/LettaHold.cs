using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Pins;

/// <summary>An agent of the Letta server that a tool is kept from.</summary>
public sealed record HeldAgent(string Id, string Name);

/// <summary>What is still to be done at the Letta server.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LettaHoldAct>))]
public enum LettaHoldAct
{
    [JsonStringEnumMemberName("detach")]
    Detach,

    [JsonStringEnumMemberName("attach")]
    Attach,
}

/// <summary>What became of a tool at the Letta server since it may not be used.</summary>
/// <param name="Agents">Those that it was taken from, and is given back to.</param>
/// <param name="Due">Null where nothing is left to do.</param>
/// <param name="Problem">Why the last attempt did not do all of it, in a sentence; null where none has failed.</param>
public sealed record LettaHold(IReadOnlyList<HeldAgent> Agents, LettaHoldAct? Due, string? Problem)
{
    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Null where there is none, or another program wrote something else.</summary>
    public static LettaHold? Of(McpTool pin)
    {
        try
        {
            return pin.HeldAtLetta is { } json && JsonSerializer.Deserialize<LettaHold>(json, Shape) is { Agents: not null } hold
                ? hold
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// What is to be done at Letta now that the tool is in another state than before. What nobody may use is taken from agents, once; what may
    /// be used again is given back.
    /// </summary>
    internal static void Follow(McpTool pin, McpToolState? before)
    {
        var hold = Of(pin);
        if (pin.Kind != McpToolKind.Tool || pin.State == before)
        {
            return;
        }

        if (pin.State == McpToolState.Approved)
        {
            (hold is { Agents.Count: > 0 } ? hold with { Due = LettaHoldAct.Attach, Problem = null } : null).KeepIn(pin);
        }
        else if (before == McpToolState.Approved || hold is null)
        {
            new LettaHold(hold?.Agents ?? [], LettaHoldAct.Detach, null).KeepIn(pin);
        }
    }

    internal string ToJson() => JsonSerializer.Serialize(this, Shape);
}

internal static class LettaHolds
{
    public static void KeepIn(this LettaHold? hold, McpTool pin) => pin.HeldAtLetta = hold?.ToJson();
}
