using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Features.McpEndpoint.Operations;

/// <summary>Finds operations by words, for agents that don't have all of them in their list of tools.</summary>
internal static partial class OperationSearch
{
    private const int Most = 15;
    private const int MostWithInput = 4;

    /// <summary>The areas and what is in each, where nothing is asked for.</summary>
    public static JsonObject Index(IEnumerable<ApiOperation> operations) =>
        new()
        {
            ["areas"] = new JsonObject(
                operations
                    .GroupBy(operation => operation.Area)
                    .OrderBy(area => area.Key, StringComparer.Ordinal)
                    .Select(area =>
                        KeyValuePair.Create(
                            area.Key,
                            (JsonNode?)new JsonArray([.. area.Select(operation => JsonValue.Create(operation.Name))])
                        )
                    )
            ),
            ["hint"] = "Search for one by its name to see what it takes.",
        };

    public static JsonObject Find(IReadOnlyCollection<ApiOperation> operations, string query)
    {
        if (operations.FirstOrDefault(operation => operation.Name == query.Trim()) is { } exact)
        {
            return new() { ["operations"] = new JsonArray(RowOf(exact, withInput: true)) };
        }

        var words = Words(query);
        List<ApiOperation> found =
        [
            .. operations
                .Select(operation => (Operation: operation, Score: ScoreOf(operation, words)))
                .Where(hit => hit.Score > 0)
                .OrderByDescending(hit => hit.Score)
                .ThenBy(hit => hit.Operation.Name, StringComparer.Ordinal)
                .Select(hit => hit.Operation),
        ];
        var answer = new JsonObject
        {
            ["operations"] = new JsonArray([.. found.Take(Most).Select((operation, at) => (JsonNode)RowOf(operation, at < MostWithInput))]),
        };
        if (found.Count > Most)
        {
            answer["more"] = found.Count - Most;
        }

        if (found.Count == 0)
        {
            answer["hint"] = "Nothing fits. Try other words, or leave query out for a list of all areas.";
        }
        else if (found.Count > MostWithInput)
        {
            answer["hint"] = "The first ones are shown with their input. Search for another by its exact name to see what it takes.";
        }

        return answer;
    }

    private static JsonObject RowOf(ApiOperation operation, bool withInput)
    {
        var row = new JsonObject
        {
            ["operation"] = operation.Name,
            ["does"] = operation.Does,
            ["kind"] = operation.IsRead ? "read" : "write",
        };
        if (!operation.IsRead && !operation.OffersTrial)
        {
            row["note"] = "Acts at once outside of the registry: it has no dry run, so it can't be proposed.";
        }

        if (withInput)
        {
            row["arguments"] = operation.Input.DeepClone();
        }

        return row;
    }

    /// <summary>A word of the name counts most, then the area and what it does.</summary>
    private static int ScoreOf(ApiOperation operation, IReadOnlyList<string> words)
    {
        var (name, does) = (Words(operation.Name), Words($"{operation.Does} {operation.Area}"));
        return words.Sum(word =>
            name.Contains(word) ? 5
            : does.Contains(word) ? 2
            : word.Length > 3 && (name.Concat(does)).Any(other => other.StartsWith(word, StringComparison.Ordinal)) ? 1
            : 0
        );
    }

    private static List<string> Words(string text) =>
        [.. Word().Matches(text.ToLowerInvariant()).Select(word => word.Value.TrimEnd('s')).Distinct()];

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex Word();
}
