using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.Proposals;

/// <summary>What a dry run answered: rows and their columns, or a shape of the operation's own.</summary>
internal static class ProposalDifference
{
    private const string Changes = "changes";
    private static readonly JsonSerializerOptions AsTheApi = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What each trial writes anew.</summary>
    private static readonly HashSet<string> Moments = ["created_at", "updated_at"];

    /// <summary>It says by rows that there are none.</summary>
    public static bool IsEmpty(JsonNode? difference) =>
        difference is JsonObject { Count: 1 } said && said[Changes] is JsonArray { Count: 0 };

    /// <summary>The rows that would change; none where it has another shape.</summary>
    public static IReadOnlyList<RowChange> RowsIn(JsonNode? difference) =>
        (difference as JsonObject)?[Changes] is JsonArray rows
        && rows.All(row => row is JsonObject one && one[Changes] is JsonArray && one["table_name"] is not null)
            ? rows.Deserialize<List<RowChange>>(AsTheApi) ?? []
            : [];

    /// <summary>Whether it is still the same, but for when it was made.</summary>
    public static bool IsSame(JsonNode? before, JsonNode? now) => JsonNode.DeepEquals(Timeless(before), Timeless(now));

    private static JsonNode? Timeless(JsonNode? difference)
    {
        var said = difference?.DeepClone();
        foreach (var row in (said as JsonObject)?[Changes] as JsonArray ?? [])
        {
            if (row is JsonObject change && change[Changes] is JsonArray columns)
            {
                foreach (var moment in columns.Where(column => Moments.Contains(column?["column"]?.ToString() ?? "")).ToList())
                {
                    columns.Remove(moment);
                }
            }
        }

        return said;
    }
}
