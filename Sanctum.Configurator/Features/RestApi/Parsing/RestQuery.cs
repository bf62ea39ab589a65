using Microsoft.AspNetCore.WebUtilities;

namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <summary>What an address asks of a table, or of one of its embedded resources.</summary>
internal sealed class RestPart
{
    public List<Filter> Filters { get; } = [];
    public IReadOnlyList<OrderTerm> Order { get; set; } = [];
    public long? Limit { get; set; }
    public long Offset { get; set; }

    /// <summary>An embedded resource that must be there, or must not; null where nobody says.</summary>
    public bool? IsThere { get; set; }

    /// <summary>A condition names the key of the rows.</summary>
    public bool FindsByKey()
    {
        foreach (var filter in Filters)
        {
            if (
                filter is Filter.Condition { IsNegated: false, Operator: "eq" or "in", Field.Path.Count: 0 } condition
                && condition.Field.Column is "id" or "conversation_id" or "message_id"
            )
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What an address asks for, after <c>/rest/v1/{table}?</c>.</summary>
internal sealed class RestQuery
{
    private const int MostParts = 200;

    /// <summary>Null where the address doesn't say.</summary>
    public IReadOnlyList<SelectItem>? Select { get; private set; }
    public RestPart Rows { get; } = new();

    /// <summary>By the name that the address gives an embedded resource.</summary>
    public Dictionary<string, RestPart> Embeds { get; } = [];
    public IReadOnlyList<string>? Columns { get; private set; }
    public IReadOnlyList<string>? OnConflict { get; private set; }

    /// <param name="queryString">With its question mark, as it was sent.</param>
    public static RestQuery Parse(string? queryString)
    {
        var (query, parts) = (new RestQuery(), 0);
        var seen = new HashSet<string>();
        foreach (var pair in new QueryStringEnumerable(queryString))
        {
            var (key, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            if (++parts > MostParts)
            {
                throw new RestFault(
                    StatusCodes.Status400BadRequest,
                    "PGRST100",
                    $"More than {MostParts} query parameters",
                    null,
                    "Use in.(…) for lists of values."
                );
            }

            CheckText(value);
            query.Add(key, value, seen);
        }

        return query;
    }

    private void Add(string key, string value, HashSet<string> seen)
    {
        if (key is "select" or "order" or "limit" or "offset" or "columns" or "on_conflict" && !seen.Add(key))
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST100",
                $"{key} is given twice",
                null,
                $"Give one {key}, with commas between its parts."
            );
        }

        switch (key)
        {
            case "select":
                Select = SelectParser.Parse(value);
                break;
            case "columns":
                Columns = Names(value, "columns parameter");
                break;
            case "on_conflict":
                OnConflict = Names(value, "on_conflict parameter");
                break;
            default:
                AddToPart(key, value);
                break;
        }
    }

    private void AddToPart(string key, string value)
    {
        var scanner = new Scanner(key, "query parameter");
        var part = Rows;
        var field = scanner.Field();
        var isNegated = false;
        while (scanner.Takes("."))
        {
            if (field is { Column: "not", Path.Count: 0 })
            {
                isNegated = true;
            }
            else if (part == Rows && field.Path.Count == 0)
            {
                part = PartOf(field.Column);
            }
            else
            {
                throw RestFault.NotSupported($"'{key}' names a resource that is embedded more than one level deep.", "Embed one level.");
            }

            field = scanner.Field();
        }

        scanner.ExpectEnd();
        Put(part, field, isNegated, value, key);
    }

    private static void Put(RestPart part, FieldName field, bool isNegated, string value, string key)
    {
        switch (field)
        {
            case { Column: "or" or "and", Path.Count: 0 }:
                part.Filters.Add(FilterParser.Tree(field.Column == "or", isNegated, value));
                break;
            case var _ when isNegated:
                throw new Scanner(key, "query parameter").Fault("or or and after not");
            case { Column: "order", Path.Count: 0 }:
                part.Order = OrderParser.Parse(value);
                break;
            case { Column: "limit", Path.Count: 0 }:
                part.Limit = Number(value, "limit");
                break;
            case { Column: "offset", Path.Count: 0 }:
                part.Offset = Number(value, "offset");
                break;
            default:
                part.Filters.Add(FilterParser.Condition(field, value));
                break;
        }
    }

    private RestPart PartOf(string embed)
    {
        if (!Embeds.TryGetValue(embed, out var part))
        {
            Embeds[embed] = part = new();
        }

        return part;
    }

    private static long Number(string text, string what)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw new Scanner(text, what).Fault("a number");
        }

        return number >= 0
            ? number
            : throw new RestFault(
                StatusCodes.Status416RangeNotSatisfiable,
                "PGRST103",
                "Requested range not satisfiable",
                $"{char.ToUpperInvariant(what[0])}{what[1..]} should be greater than or equal to zero."
            );
    }

    private static List<string> Names(string text, string what)
    {
        var scanner = new Scanner(text, what);
        var names = new List<string>();
        do
        {
            names.Add(scanner.Name("a column"));
        } while (scanner.Takes(","));

        scanner.ExpectEnd();
        return names;
    }

    private static void CheckText(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "22021",
                "invalid byte sequence for encoding \"UTF8\": 0x00",
                null,
                "Leave out the NUL."
            );
        }
    }
}
