namespace Sanctum.Configurator.Registry.Data;

internal static class BoundedCounts
{
    /// <summary>How many rows there are, but no more than so many: a long list is not read to its end to be counted.</summary>
    public static Task<int> CountUpToAsync<T>(this IQueryable<T> rows, int most, CancellationToken cancel) =>
        rows.OrderBy(_ => 0).Take(most).CountAsync(cancel); // Which of them are counted is all the same; EF Core warns where that isn't said.
}
