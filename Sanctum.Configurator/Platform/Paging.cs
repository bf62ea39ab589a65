namespace Sanctum.Configurator.Platform;

/// <summary>Which rows of a list are wanted.</summary>
public sealed record PageRequest(int Skip, int Take, string? Sort = null, bool Descending = false, string? Search = null);

/// <summary>Some rows of a list, and how many there are in all.</summary>
public sealed record PageOf<T>(IReadOnlyList<T> Items, int Total);
