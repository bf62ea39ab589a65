namespace Sanctum.Configurator.Features.RestApi.Parsing;

/// <summary>Which rows of all that were found.</summary>
/// <param name="Most">Null for as many as are given at most.</param>
internal readonly record struct RowRange(long From, long? Most)
{
    /// <summary>No table has as many rows; beyond it, sums would overflow.</summary>
    private const long Farthest = 1L << 53;

    /// <summary>By the header Range where there is one, and by the address; the narrower of them counts.</summary>
    public static RowRange Of(string? header, RestPart rows)
    {
        var (from, most) = (Math.Min(rows.Offset, Farthest), rows.Limit);
        if (Read(header) is var (first, last))
        {
            from += first;
            most = last is null ? most : Math.Min(most ?? long.MaxValue, last.Value - first + 1);
        }

        return new(from, most);
    }

    private static (long First, long? Last)? Read(string? header)
    {
        var text = header?.Trim() ?? "";
        text = text.StartsWith("items=", StringComparison.OrdinalIgnoreCase) ? text["items=".Length..] : text;
        if (
            text.Split('-') is not [var first, var last]
            || !long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            || (last.Length > 0 && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        )
        {
            return null; // As with PostgREST, and RFC 9110: a range in other units is none.
        }

        var from = Math.Min(given, Farthest);
        long? to = last.Length > 0 ? Math.Min(long.Parse(last, CultureInfo.InvariantCulture), Farthest) : null;
        return to < from
            ? throw new RestFault(
                StatusCodes.Status416RangeNotSatisfiable,
                "PGRST103",
                "Requested range not satisfiable",
                "The lower boundary must be lower than or equal to the upper boundary in the Range header."
            )
            : (from, to);
    }
}
