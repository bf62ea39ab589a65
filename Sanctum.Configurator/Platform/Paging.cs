using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Platform;

/// <summary>The part of a list that is asked for. <see cref="Sort"/> is a key the list knows; null means its own order.</summary>
/// <param name="Cursor">Begins after the page that gave it, instead of at the beginning; null for the beginning.</param>
public sealed record PageRequest(
    int Skip,
    int Take,
    string? Sort = null,
    bool Descending = false,
    string? Search = null,
    string? Cursor = null
)
{
    /// <summary>Without what no database takes: PostgreSQL refuses NUL, and for SQLite the pattern ends there and finds everything.</summary>
    public string? Search { get; init; } = WholeText.OrNull(Search);
}

/// <summary>One page of a list, and how many rows the whole list has.</summary>
/// <param name="NextCursor">Where the next page begins; null where there is none, and where the list is read by numbers alone.</param>
public sealed record PageOf<T>(
    IReadOnlyList<T> Items,
    int Total,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor = null
)
{
    /// <summary>The same page of something else.</summary>
    public PageOf<TOther> As<TOther>(IReadOnlyList<TOther> items) => new(items, Total, NextCursor);

    public PageOf<TOther> Select<TOther>(Func<T, TOther> other) => As([.. Items.Select(other)]);
}
