using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>The Overview, for scripts: of each area as much as the caller may see.</summary>
internal static class OverviewEndpoints
{
    private const string Summary =
        "What needs attention, a tile for each area that the caller can see, and the first steps on a new installation. "
        + "Each item has the API call and the page that help";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapLazyGroup("/api")
            .MapGet("/overview", ReadAsync)
            .RequireAuthorization(Policies.SignedIn)
            .WithTags("Overview")
            .WithSummary(Summary);

    private static async Task<Ok<OverviewAnswer>> ReadAsync(OverviewService overview, CancellationToken cancel)
    {
        var states = new List<AreaState>();
        foreach (var area in await overview.AreasAsync())
        {
            states.Add(await overview.ReadAsync(area, cancel));
        }

        return TypedResults.Ok(OverviewAnswer.Of(new(states)));
    }

    internal sealed record OverviewAnswer(
        IReadOnlyList<AttentionAnswer> Attention,
        IReadOnlyList<TileAnswer> Tiles,
        IReadOnlyList<FirstStep> FirstSteps
    )
    {
        public static OverviewAnswer Of(OverviewContent content) =>
            new(
                [.. content.Attention.Select(AttentionAnswer.Of)],
                [.. content.States.Where(state => state.ShowsTile).Select(TileAnswer.Of)],
                content.Steps
            );
    }

    internal sealed record AttentionAnswer(string Area, Tone Tone, string Sentence, string? Detail, AttentionAct? Act)
    {
        public static AttentionAnswer Of(AreaAttention one) =>
            new(one.Area.Title, one.Attention.Tone, one.Attention.Sentence, one.Attention.Detail, one.Attention.Act);
    }

    /// <param name="HasFailed">It could not be read; the log says why.</param>
    internal sealed record TileAnswer(string Area, string Url, bool HasFailed, OverviewTile? Tile)
    {
        public static TileAnswer Of(AreaState state) => new(state.Area.Title, state.Area.Url, state.HasFailed, state.Reading?.Tile);
    }
}
