using System.Text.Encodings.Web;

namespace Sanctum.Configurator.Registry.History;

/// <summary>One column of a recorded change. Values are text as a person reads it; null for nothing.</summary>
public sealed record ColumnChange(string Column, string? From, string? To);

/// <summary>Reads and writes the before and after of records.</summary>
public static class RowDifference
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The columns that differ, in the order of their names.</summary>
    public static IReadOnlyList<ColumnChange> Between(string? before, string? after)
    {
        var (old, current) = (Parse(before), Parse(after));
        return
        [
            .. old
                .Keys.Union(current.Keys)
                .Order(StringComparer.Ordinal)
                .Select(column => new ColumnChange(column, old.GetValueOrDefault(column), current.GetValueOrDefault(column)))
                .Where(change => change.From != change.To),
        ];
    }

    /// <summary>
    /// A column that holds a JSON object, told apart into its keys, of which those that differ; any other column as it is.
    /// </summary>
    public static IEnumerable<ColumnChange> Apart(ColumnChange change)
    {
        var (from, to) = (ObjectIn(change.From), ObjectIn(change.To));
        if ((from is null && change.From is not null) || (to is null && change.To is not null))
        {
            return [change];
        }

        return from key in (@from ?? []).Select(k => k.Key).Union((to ?? []).Select(k => k.Key)).Order(StringComparer.Ordinal)
            where !JsonNode.DeepEquals(@from?[key], to?[key])
            select new ColumnChange($"{change.Column}.{key}", @from?[key]?.ToString(), to?[key]?.ToString());
    }

    public static string Write(IReadOnlyDictionary<string, object?> values) => JsonSerializer.Serialize(values, Readable);

    /// <summary>Leaves out what is the same on both sides.</summary>
    internal static (string Before, string After) Trim(string before, string after)
    {
        var changed = Between(before, after).Select(c => c.Column).ToHashSet();
        return (Keep(before, changed), Keep(after, changed));
    }

    private static string Keep(string json, HashSet<string> columns)
    {
        var values = JsonNode.Parse(json)!.AsObject();
        foreach (var column in values.Select(v => v.Key).Where(c => !columns.Contains(c)).ToList())
        {
            values.Remove(column);
        }

        return values.ToJsonString(Readable);
    }

    private static JsonObject? ObjectIn(string? text)
    {
        try
        {
            return text?.TrimStart() is ['{', ..] ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, string?> Parse(string? json) =>
        json is null ? [] : JsonNode.Parse(json)!.AsObject().ToDictionary(v => v.Key, v => v.Value?.ToString());
}
