namespace Sanctum.Configurator.Features.Overview;

/// <summary>How an area was when it was read.</summary>
/// <param name="Reading">Without what the reader may not do or see; null where it could not be read.</param>
public sealed record AreaState(IOverviewArea Area, AreaReading? Reading)
{
    public bool HasFailed => Reading is null;

    /// <summary>There is a tile, or it could not be read whether there is.</summary>
    public bool ShowsTile => Reading is null ? Area.HasTile : Reading.Tile is not null;
}

/// <summary>Reads the areas for somebody, each by itself: one that fails takes no other with it.</summary>
public sealed partial class OverviewService(IEnumerable<IOverviewArea> areas, CurrentUser caller, ILogger<OverviewService> log)
{
    /// <summary>The areas that the caller may see, in order.</summary>
    public async Task<IReadOnlyList<IOverviewArea>> AreasAsync()
    {
        var seen = new List<IOverviewArea>();
        foreach (var area in areas.OrderBy(area => area.Order))
        {
            if (await caller.MayAsync(area.Policy))
            {
                seen.Add(area);
            }
        }

        return seen;
    }

    /// <summary>Reads an area. Whoever lost the right to it since the page was opened sees nothing of it.</summary>
    public async Task<AreaState> ReadAsync(IOverviewArea area, CancellationToken cancel)
    {
        if (!await caller.MayAsync(area.Policy))
        {
            return new(area, new());
        }

        try
        {
            return new(area, await ForCallerAsync(await area.ReadAsync(cancel)));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogFailed(e, area.Title);
            return new(area, null);
        }
    }

    /// <summary>Does what helps, if the caller still may.</summary>
    public async Task<Outcome<string>> RunAsync(AttentionAct act, CancellationToken cancel) =>
        act.RunAsync is not { } run ? new Outcome<string>.NotFound()
        : !await caller.MayAsync(act.Policy)
            ? new Outcome<string>.Invalid("", "You no longer have permission to do this. Ask an administrator.")
        : await run(cancel);

    private async Task<AreaReading> ForCallerAsync(AreaReading reading)
    {
        var attention = new List<Attention>();
        foreach (var one in reading.Attention)
        {
            attention.Add(one.Act is { } act && !await caller.MayAsync(act.Policy) ? one with { Act = null } : one);
        }

        var steps = new List<FirstStep>();
        foreach (var step in reading.Steps)
        {
            if (await caller.MayAsync(step.Policy))
            {
                steps.Add(step);
            }
        }

        return reading with
        {
            Attention = attention,
            Steps = steps,
        };
    }

    [LoggerMessage(LogLevel.Error, "The overview could not load the area {Area}")]
    private partial void LogFailed(Exception exception, string area);
}
