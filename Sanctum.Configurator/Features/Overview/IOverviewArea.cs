namespace Sanctum.Configurator.Features.Overview;

/// <summary>
/// What an area of the console shows of itself on the Overview. Features register theirs as scoped services; the page knows none by name.
/// </summary>
public interface IOverviewArea
{
    /// <summary>The area's heading, and how the API names it.</summary>
    string Title { get; }

    /// <summary>The page that a tile leads to.</summary>
    string Url { get; }

    /// <summary>A name the Kit's icons know.</summary>
    string Icon { get; }

    /// <summary>The order of tiles and of first steps.</summary>
    int Order { get; }

    /// <summary>Who may see any of it.</summary>
    string Policy { get; }

    /// <summary>False for an area that has no tile, but things that need attention, or first steps.</summary>
    bool HasTile => true;

    /// <summary>The tables on whose changes it is read again; null for all there are.</summary>
    IReadOnlyCollection<string>? Follows => [];

    /// <summary>What else it is read again on; null where there is nothing.</summary>
    /// <param name="changed">Returns at once; may be called on any thread, and as often as there is something new.</param>
    IDisposable? Subscribe(Action changed) => null;

    /// <summary>Reads how the area is. It is asked often, by each open page: it must take milliseconds, however much there is.</summary>
    Task<AreaReading> ReadAsync(CancellationToken cancel);
}

/// <summary>How an area is.</summary>
public sealed record AreaReading
{
    /// <summary>Null where there is nothing to show yet.</summary>
    public OverviewTile? Tile { get; init; }

    /// <summary>What somebody should see to, the worst first.</summary>
    public IReadOnlyList<Attention> Attention { get; init; } = [];

    /// <summary>What makes a new installation a useful one.</summary>
    public IReadOnlyList<FirstStep> Steps { get; init; } = [];
}
