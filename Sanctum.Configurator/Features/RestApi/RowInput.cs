using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>Reads the rows that somebody sends.</summary>
internal sealed class RowInput(RestTable table, RestQuery query, PreferHeader preferences, RestAccess access)
{
    private const string MessageCount = "message_count";

    /// <summary>Rows to add; each has what is to be stored by column.</summary>
    public List<Dictionary<string, object?>> ForInsert(JsonElement body, int most)
    {
        var rows = body.ValueKind == JsonValueKind.Array ? [.. body.EnumerateArray()] : new List<JsonElement> { body };
        if (rows.Count > most)
        {
            throw new RestFault(StatusCodes.Status400BadRequest, "54000", $"more than {most} rows", null, "Send them in parts.");
        }

        if (rows.Any(row => row.ValueKind != JsonValueKind.Object))
        {
            throw NotRows("Send an object, or an array of objects.");
        }

        var columns = query.Columns ?? [.. rows.FirstOrDefault() is { ValueKind: JsonValueKind.Object } first ? NamesOf(first) : []];
        if (query.Columns is null && rows.Any(row => !NamesOf(row).ToHashSet().SetEquals(columns)))
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST102",
                "All object keys must match",
                null,
                "Name the columns by columns=, and say by Prefer: missing=default what stands for those that are left out."
            );
        }

        var known = columns.Distinct().Select(name => Known(name, RestWriting.Once)).ToList();
        return [.. rows.Select(row => RowOf(row, known))];
    }

    /// <summary>What is to be changed, by column.</summary>
    public Dictionary<string, object?> ForUpdate(JsonElement body)
    {
        var row = body is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == 1 ? array[0] : body;
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw NotRows("Send an object with the columns that change.");
        }

        var names = NamesOf(row).Where(name => query.Columns?.Contains(name) != false);
        if (preferences.FillsDefaults && query.Columns?.FirstOrDefault(name => !row.TryGetProperty(name, out _)) is { } missing)
        {
            throw RestFault.NotSupported(
                $"A change doesn't put {missing} back to its default.",
                "Send the value, or leave it out of columns."
            );
        }

        var values = new Dictionary<string, object?>();
        foreach (var name in names.Concat(query.Columns ?? []).Distinct())
        {
            var column = Known(name, name == RestAccess.Owner ? RestWriting.Once : RestWriting.Always);
            Put(values, column, row);
        }

        values.Remove(RestAccess.Owner); // It is the caller, or was refused.
        return values;
    }

    private Dictionary<string, object?> RowOf(JsonElement row, List<RestColumn> columns)
    {
        var values = new Dictionary<string, object?>();
        foreach (var column in columns)
        {
            Put(values, column, row);
        }

        values.Remove(MessageCount); // It is 0, or was refused.
        return values;
    }

    private void Put(Dictionary<string, object?> values, RestColumn column, JsonElement row)
    {
        if (!row.TryGetProperty(column.Name, out var given))
        {
            if (!preferences.FillsDefaults && column.Name != RestAccess.Owner)
            {
                values[column.Name] = null;
            }

            return;
        }

        var value = RestValue.Of(column, given);
        if (column.Name == RestAccess.Owner && value is not null && !access.Me.Equals(value))
        {
            throw new RestFault(
                StatusCodes.Status403Forbidden,
                "42501",
                $"new row violates row-level security policy for table \"{table.Resource}\"",
                "user_id is somebody else's.",
                $"Leave user_id out, or send \"{access.Me}\", the owner of the key."
            );
        }

        if (column.Name == MessageCount && value is not 0L)
        {
            throw ConsolesOwn(column);
        }

        if (column is { Name: "settings", Kind: RestKind.Json } && value is JsonParameter json && given.ValueKind != JsonValueKind.Object)
        {
            throw RestFault.Value("json object", json.Text, "settings is an object.", "22023");
        }

        if (value is not null || column.Name != RestAccess.Owner)
        {
            values[column.Name] = value;
        }
    }

    private RestColumn Known(string name, RestWriting needed)
    {
        var column =
            table.Find(name)
            ?? throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST204",
                $"Could not find the '{RestFault.Shorten(name)}' column of '{table.Resource}' in the schema cache",
                null,
                NearestName.Find(name, table.Columns.Select(column => column.Name)) is { } near ? $"Perhaps you meant '{near}'." : null
            );
        return column.Writing >= needed || (column.Name == MessageCount && needed == RestWriting.Once)
            ? column
            : throw (column.Writing == RestWriting.Never ? ConsolesOwn(column) : OnlyOnce(column));
    }

    private static RestFault ConsolesOwn(RestColumn column) =>
        new(
            StatusCodes.Status400BadRequest,
            "428C9",
            $"column \"{column.Name}\" can only be set by the console",
            null,
            $"Leave {column.Name} out."
        );

    private static RestFault OnlyOnce(RestColumn column) =>
        new(
            StatusCodes.Status400BadRequest,
            "428C9",
            $"column \"{column.Name}\" can only be set when a row is added",
            null,
            $"Leave {column.Name} out."
        );

    private static RestFault NotRows(string hint) => new(StatusCodes.Status400BadRequest, "PGRST102", "Empty or invalid json", null, hint);

    private static IEnumerable<string> NamesOf(JsonElement row) => row.EnumerateObject().Select(member => member.Name);
}
