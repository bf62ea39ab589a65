namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <summary>Which rows are wanted.</summary>
internal abstract record Filter
{
    private Filter() { }

    public bool IsNegated { get; init; }

    /// <param name="Values">One, or those of a list.</param>
    /// <param name="Many">any or all of the values; null for one value.</param>
    public sealed record Condition(FieldName Field, string Operator, string? Many, IReadOnlyList<string> Values) : Filter;

    public sealed record Logic(bool IsOr, IReadOnlyList<Filter> Parts) : Filter;
}

/// <summary>Reads filters: <c>column=operator.value</c> and <c>or=(…)</c>.</summary>
internal static class FilterParser
{
    private const int MostDepth = 10;
    private const int MostParts = 200;
    private const int MostValues = 2000;

    /// <summary>Operators of one value.</summary>
    private static readonly string[] Plain =
    [
        "eq",
        "neq",
        "gte",
        "gt",
        "lte",
        "lt",
        "like",
        "ilike",
        "match",
        "imatch",
        "isdistinct",
        "is",
        "in",
        "cs",
        "cd",
        "ov",
    ];

    private static readonly string[] WithMany = ["eq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch"];

    private static readonly string[] Refused = ["fts", "plfts", "phfts", "wfts", "sl", "sr", "nxl", "nxr", "adj"];

    /// <summary>What stands after <c>column=</c>.</summary>
    public static Filter Condition(FieldName field, string text)
    {
        var scanner = new Scanner(text, "filter");
        var filter = Operation(scanner, field, isInTree: false);
        scanner.ExpectEnd();
        return filter;
    }

    /// <summary>What stands after <c>or=</c> and <c>and=</c>.</summary>
    public static Filter Tree(bool isOr, bool isNegated, string text)
    {
        var scanner = new Scanner(text, "logic tree");
        var parts = 0;
        var filter = Logic(scanner, isOr, isNegated, 1, ref parts);
        scanner.ExpectEnd();
        return filter;
    }

    private static Filter.Logic Logic(Scanner scanner, bool isOr, bool isNegated, int depth, ref int parts)
    {
        scanner.Expect("(");
        var filters = new List<Filter>();
        do
        {
            if (depth > MostDepth || ++parts > MostParts)
            {
                throw scanner.Fault($"at most {MostDepth} levels and {MostParts} conditions");
            }

            filters.Add(Part(scanner, depth, ref parts));
        } while (scanner.Takes(","));

        scanner.Expect(")");
        return new(isOr, filters) { IsNegated = isNegated };
    }

    private static Filter Part(Scanner scanner, int depth, ref int parts)
    {
        scanner.While(c => c == ' ');
        var isNegated = scanner.Sees("not.and(") || scanner.Sees("not.or(");
        if (isNegated)
        {
            scanner.Expect("not.");
        }

        if (scanner.Sees("and(") || scanner.Sees("or("))
        {
            var isOr = scanner.Takes("or");
            _ = isOr || scanner.Takes("and");
            return Logic(scanner, isOr, isNegated, depth + 1, ref parts);
        }

        var field = scanner.Field();
        scanner.Expect(".");
        return Operation(scanner, field, isInTree: true);
    }

    private static Filter.Condition Operation(Scanner scanner, FieldName field, bool isInTree)
    {
        var isNegated = scanner.Takes("not.");
        var name = scanner.While(char.IsAsciiLetter);
        if (Refused.Contains(name))
        {
            throw RestFault.NotSupported(
                $"The operator {name} is not offered.",
                "Search words by GET /api/conversations/search, or use ilike, match or imatch."
            );
        }

        if (!Plain.Contains(name))
        {
            throw scanner.Fault($"an operator ({string.Join(", ", Plain)}) or not");
        }

        string? many = null;
        if (scanner.Takes("("))
        {
            many = scanner.While(char.IsAsciiLetter);
            scanner.Expect(")");
            if (many is not ("any" or "all") || !WithMany.Contains(name))
            {
                throw scanner.Fault($"any or all, after one of {string.Join(", ", WithMany)}");
            }
        }

        scanner.Expect(".");
        IReadOnlyList<string> values =
            many is not null ? List(scanner, '{', '}')
            : name == "in" ? List(scanner, '(', ')')
            : [isInTree ? TreeValue(scanner) : scanner.Rest()];
        return new(field, name, many, values) { IsNegated = isNegated };
    }

    /// <summary>Ends at a comma or a closing parenthesis, but for what is quoted, or in braces or brackets.</summary>
    private static string TreeValue(Scanner scanner)
    {
        if (scanner.Next == '"')
        {
            return scanner.Quoted();
        }

        var (depth, isQuoted, isEscaped) = (0, false, false);
        return scanner.While(c =>
        {
            if (isEscaped)
            {
                isEscaped = false;
                return true;
            }

            (isEscaped, isQuoted) = (isQuoted && c == '\\', c == '"' && depth > 0 ? !isQuoted : isQuoted);
            depth +=
                isQuoted ? 0
                : c is '{' or '[' ? 1
                : c is '}' or ']' && depth > 0 ? -1
                : 0;
            return isQuoted || depth > 0 || c is not (',' or ')');
        });
    }

    private static List<string> List(Scanner scanner, char open, char close)
    {
        scanner.Expect($"{open}");
        var values = new List<string>();
        if (scanner.Takes($"{close}"))
        {
            return values;
        }

        do
        {
            values.Add(scanner.Next == '"' ? scanner.Quoted() : scanner.While(c => c != ',' && c != close));
            if (values.Count > MostValues)
            {
                throw scanner.Fault($"at most {MostValues} values");
            }
        } while (scanner.Takes(","));

        scanner.Expect($"{close}");
        return values;
    }

    /// <summary>The elements of an array as PostgreSQL writes it: <c>{a,"b c"}</c>.</summary>
    public static IReadOnlyList<(string Text, bool IsQuoted)> ArrayOf(string text)
    {
        var scanner = new Scanner(text, "array");
        scanner.Expect("{");
        var values = new List<(string, bool)>();
        if (!scanner.Takes("}"))
        {
            do
            {
                values.Add(scanner.Next == '"' ? (scanner.Quoted(), true) : (scanner.While(c => c is not (',' or '}')).Trim(), false));
            } while (scanner.Takes(","));

            scanner.Expect("}");
        }

        scanner.ExpectEnd();
        return values;
    }
}
