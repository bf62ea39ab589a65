namespace Sanctum.Configurator.Platform;

/// <summary>The part of a list that is asked for. <see cref="Sort"/> is a key the list knows; null means its own order.</summary>
public sealed record PageRequest(int Skip, int Take, string? Sort = null, bool Descending = false, string? Search = null);

/// <summary>One page of a list, and how many rows the whole list has.</summary>
public sealed record PageOf<T>(IReadOnlyList<T> Items, int Total);
