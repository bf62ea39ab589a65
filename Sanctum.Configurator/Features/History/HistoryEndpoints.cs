using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.History;

internal static class HistoryEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var history = routes.MapGroup("/api/history").RequireAuthorization(Policies.ReadHistory).WithTags("History");
        history
            .MapGet("/", ListAsync)
            .WithSummary(
                "Lists all changes of the registry, newest first. cursor is the next_cursor of the previous page; after names the last one that was read by its id"
            )
            .Produces<PageOf<ChangeRow>>();
        history
            .MapGet(
                "/counts",
                async ([AsParameters] Wanted wanted, HistoryService service, CancellationToken cancel) =>
                    TypedResults.Ok(await service.CountAsync(wanted.Filter, cancel))
            )
            .WithSummary("The number of changes over time");
        history
            .MapGet("/export", Export)
            .WithSummary($"The changes as a file; format is csv or json. At most the newest {HistoryExport.MostRows}")
            .ProducesValidationProblem();
        history
            .MapGet("/verify", async (ChangeAudit audit, CancellationToken cancel) => TypedResults.Ok(await audit.VerifyAsync(cancel)))
            .WithSummary("Verifies the chain and returns its faults.");
        history
            .MapPost(
                "/{id:long}/undo",
                async (long id, HistoryUndo undo, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await undo.UndoAsync(id, dryRun, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Undoes a change of an agent, a tool, an instance, a plugin, a job or a template, as a new change. With dryRun=true only returns what would change"
            )
            .Produces<UndoPlan>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>For a browser, whose session does not count under /api.</summary>
    public static void MapFile(IEndpointRouteBuilder routes) =>
        routes.MapGet(Urls.HistoryExport, Export).RequireAuthorization(Policies.ReadHistory).ExcludeFromDescription();

    private static async Task<IResult> ListAsync(
        [AsParameters] Wanted wanted,
        HistoryService service,
        CancellationToken cancel,
        int skip = 0,
        int take = 50,
        long? after = null,
        string? cursor = null
    ) =>
        TypedResults.Ok(
            await service.ListAsync(
                wanted.Filter,
                new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), Search: wanted.Q, Cursor: cursor),
                after,
                cancel
            )
        );

    private static IResult Export([AsParameters] Wanted wanted, HistoryExport export, HttpContext context, string? format = null)
    {
        if (EnumText<ExportFormat>.Find(format) is not { } wished)
        {
            return Answers.Refused(
                new Dictionary<string, string>
                {
                    ["format"] = $"The format must be one of {string.Join(", ", EnumText<ExportFormat>.All)}.",
                }
            );
        }

        return TypedResults.Stream(
            stream => export.WriteAsync(wanted.Filter, wished, stream, context.RequestAborted),
            HistoryExport.ContentTypeOf(wished),
            $"change-history.{EnumText<ExportFormat>.Of(wished)}"
        );
    }

    /// <summary>Which changes are wanted, as the address says it.</summary>
    internal sealed record Wanted(
        string? Table = null,
        string? Row = null,
        GivenTime? From = null,
        GivenTime? To = null,
        string? Actor = null,
        string? Act = null,
        string? Q = null
    )
    {
        internal ChangeFilter Filter => new(Table, Row, From?.Value, To?.Value, Actor, Act, Q);
    }
}
