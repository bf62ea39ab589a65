using Microsoft.AspNetCore.Mvc;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>The page of a sorted list that an address asks for.</summary>
internal sealed record PageQuery(
    [FromQuery(Name = "q")] string? Q = null,
    [FromQuery(Name = "sort")] string? Sort = null,
    [FromQuery(Name = "descending")] bool Descending = false,
    [FromQuery(Name = "skip")] int Skip = 0,
    [FromQuery(Name = "take")] int Take = 50,
    [FromQuery(Name = "cursor")] string? Cursor = null
)
{
    private const int Longest = 200;

    public PageRequest Page => Of(Skip, Take, Sort, Descending, Q, Cursor);

    /// <summary>A page no longer than the API gives at once.</summary>
    public static PageRequest Of(
        int skip,
        int take,
        string? sort = null,
        bool descending = false,
        string? search = null,
        string? cursor = null
    ) => new(Math.Max(skip, 0), Math.Clamp(take, 1, Longest), sort, descending, search, cursor);
}
