namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <summary>What is wanted of a row.</summary>
internal abstract record SelectItem
{
    private SelectItem() { }

    /// <summary>All columns.</summary>
    public sealed record Star : SelectItem;

    public sealed record Column(FieldName Field, string? Alias, string? Cast) : SelectItem;

    /// <summary>Rows of another table that belong to it.</summary>
    /// <param name="Hint">By which of several relations: a column or a constraint.</param>
    /// <param name="IsInner">Rows without any are left out.</param>
    /// <param name="IsSpread">Its columns stand among those of the row.</param>
    public sealed record Embed(string Target, string? Alias, string? Hint, bool IsInner, bool IsSpread, IReadOnlyList<SelectItem> Items)
        : SelectItem
    {
        public string Label => Alias ?? Target;
    }
}

/// <summary>Reads <c>select=</c>.</summary>
internal static class SelectParser
{
    private const int MostItems = 200;

    private static readonly string[] Aggregates = ["avg", "count", "max", "min", "sum"];

    public static IReadOnlyList<SelectItem> Parse(string text)
    {
        var scanner = new Scanner(text, "select parameter");
        var items = Items(scanner, depth: 0);
        scanner.ExpectEnd();
        return items;
    }

    private static List<SelectItem> Items(Scanner scanner, int depth)
    {
        var items = new List<SelectItem>();
        if (scanner.IsEnd || scanner.Next == ')')
        {
            return items;
        }

        do
        {
            items.Add(Item(scanner, depth));
            if (items.Count > MostItems)
            {
                throw scanner.Fault($"at most {MostItems} columns");
            }
        } while (scanner.Takes(","));

        return items;
    }

    private static SelectItem Item(Scanner scanner, int depth)
    {
        scanner.While(c => c == ' ');
        if (scanner.Takes("*"))
        {
            return new SelectItem.Star();
        }

        var isSpread = scanner.Takes("...");
        var (name, alias) = (scanner.Name("a column, a table or *"), (string?)null);
        if (scanner.Next == ':' && !scanner.Sees("::"))
        {
            scanner.Expect(":");
            (alias, name) = (name, scanner.Name("a column or a table"));
        }

        if (scanner.Next is '!' or '(')
        {
            return Embed(scanner, name, alias, isSpread, depth);
        }

        if (isSpread)
        {
            throw scanner.Fault("\"(\"");
        }

        var path = scanner.Path();
        if (scanner.Next == '.')
        {
            throw NoAggregates();
        }

        return new SelectItem.Column(new(name, path), alias, scanner.Takes("::") ? scanner.Name("a type") : null);
    }

    private static SelectItem.Embed Embed(Scanner scanner, string name, string? alias, bool isSpread, int depth)
    {
        var (hint, isInner) = ((string?)null, false);
        while (scanner.Takes("!"))
        {
            var word = scanner.Name("inner, left or a relation");
            (hint, isInner) = word is "inner" or "left" ? (hint, word == "inner") : (word, isInner);
        }

        scanner.Expect("(");
        if (hint is null && scanner.Next == ')' && Aggregates.Contains(name))
        {
            throw NoAggregates();
        }

        if (depth > 0)
        {
            throw RestFault.NotSupported(
                $"'{name}' is embedded in an embedded resource.",
                "Embed one level, and ask for the next level by a call of its own."
            );
        }

        var items = Items(scanner, depth + 1);
        scanner.Expect(")");
        return new(name, alias, hint, isInner, isSpread, items);
    }

    private static RestFault NoAggregates() =>
        new(
            StatusCodes.Status400BadRequest,
            "PGRST123",
            "Use of aggregate functions is not allowed",
            null,
            "Count rows by Prefer: count=exact, and add up the rest after reading the rows."
        );
}
