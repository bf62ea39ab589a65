namespace Sanctum.Configurator.Features.Tools.Schemas;

/// <summary>What schemas ask of numbers, of counts and of types.</summary>
internal static class SchemaFacts
{
    public static void CheckNumber(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems)
    {
        var number = value.GetDouble();
        var broken = (
            Number(schema, "minimum"),
            Number(schema, "maximum"),
            Number(schema, "exclusiveMinimum"),
            Number(schema, "exclusiveMaximum")
        ) switch
        {
            ({ } least, _, _, _) when number < least => $"at least {Shown(least)}",
            (_, { } most, _, _) when number > most => $"at most {Shown(most)}",
            (_, _, { } above, _) when number <= above => $"above {Shown(above)}",
            (_, _, _, { } below) when number >= below => $"below {Shown(below)}",
            _ => null,
        };
        if (broken is not null)
        {
            problems.Add(new(path, $"This must be {broken}."));
        }

        if (Number(schema, "multipleOf") is { } step && !IsMultiple(value, number, step))
        {
            problems.Add(new(path, $"This must be a multiple of {Shown(step)}."));
        }
    }

    /// <summary>In decimals where they reach: 0.3 is a multiple of 0.1.</summary>
    private static bool IsMultiple(JsonElement value, double number, double step)
    {
        if (value.TryGetDecimal(out var exact) && step is < 1e20 and > 1e-20)
        {
            return exact % (decimal)step == 0;
        }

        return number % step == 0;
    }

    public static void CheckCount(
        JsonElement schema,
        string least,
        string most,
        int count,
        string what,
        string path,
        List<SchemaProblem> problems
    )
    {
        if (Number(schema, least) is { } few && count < few)
        {
            problems.Add(new(path, $"This must have at least {Shown(few)} {what}."));
        }

        if (Number(schema, most) is { } many && count > many)
        {
            problems.Add(new(path, $"This must have at most {Shown(many)} {what}."));
        }
    }

    public static double? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : null;

    public static bool Is(string type, JsonElement value) =>
        (type, value.ValueKind) switch
        {

            ("null", JsonValueKind.Null)
            or
            ("object", JsonValueKind.Object)
            or
            ("array", JsonValueKind.Array)
            or
            ("number", JsonValueKind.Number)
            or ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("integer", JsonValueKind.Number) => value.GetDouble() is var number && number == Math.Floor(number),
            _ => false,
        };

    public static string Named(string type) =>
        type switch
        {
            "null" => "nothing",
            "object" or "array" or "integer" => $"an {type}",
            "string" => "text",
            _ => $"a {type}",
        };

    private static string Shown(double number) => number.ToString(CultureInfo.InvariantCulture);
}
