using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>Something to see to, and the area that says so.</summary>
public sealed record AreaAttention(IOverviewArea Area, Attention Attention);

/// <summary>What the Overview shows, made of how the areas are.</summary>
/// <param name="States">Of the areas that have been read so far, in their order.</param>
internal sealed record OverviewContent(IReadOnlyList<AreaState> States)
{
    /// <summary>The worst first. An area without a tile says here that it could not be read.</summary>
    public IReadOnlyList<AreaAttention> Attention { get; } =
    [
        .. States
            .SelectMany(state => AttentionOf(state).Select(one => new AreaAttention(state.Area, one)))
            .OrderBy(one => one.Attention.Tone == Tone.Bad ? 0 : 1),
    ];

    /// <summary>Nothing needs attention, every area could be read, and no tile is worse than neutral.</summary>
    public bool IsWell =>
        Attention.Count == 0 && States.All(state => state.Reading is { } reading && reading.Tile?.Tone is not (Tone.Bad or Tone.Warning));

    public IReadOnlyList<FirstStep> Steps { get; } = [.. States.SelectMany(state => state.Reading?.Steps ?? [])];

    /// <summary>Some step is left that everybody needs.</summary>
    public bool HasStepsLeft => Steps.Any(step => !step.IsDone && !step.IsOptional);

    /// <summary>Nothing has been done yet: there is nothing to show but the first steps.</summary>
    public bool IsNew => Steps.Count > 0 && Steps.All(step => !step.IsDone);

    private static IReadOnlyList<Attention> AttentionOf(AreaState state) =>
        state.Reading?.Attention ?? (state.Area.HasTile ? [] : [Unread(state.Area)]);

    private static Attention Unread(IOverviewArea area) =>
        new(Tone.Warning, $"{area.Title}: could not be loaded", "See the console's log for details. The console retries automatically.");
}
