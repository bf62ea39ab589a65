using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.History;

internal static class HistoryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var history = routes.MapLazyGroup("/api/history").RequireAuthorization(Policies.ReadHistory).WithTags("History");
        history
            .MapGet(
                "/",
                (
                    [AsParameters] Wanted wanted,
                    HistoryService service,
                    CancellationToken cancel,
                    int skip = 0,
                    int take = 50,
                    long? after = null,
                    string? cursor = null
                ) => service.ListAsync(wanted.Filter, PageQuery.Of(skip, take, search: wanted.Q, cursor: cursor), after, cancel)
            )
            .WithSummary(
                "Lists all changes of the registry, newest first. cursor is the next_cursor of the previous page; after names the last one that was read by its id"
            );
        history
            .MapGet(
                "/counts",
                ([AsParameters] Wanted wanted, HistoryService service, CancellationToken cancel) =>
                    service.CountAsync(wanted.Filter, cancel)
            )
            .WithSummary("The number of changes over time");
        history
            .MapGet("/export", Export)
            .WithSummary($"The changes as a file; format is csv or json. At most the newest {HistoryExport.MostRows}");
        history
            .MapGet("/verify", (ChangeAudit audit, CancellationToken cancel) => audit.VerifyAsync(cancel))
            .WithSummary("Verifies the chain and returns its faults.");
        history
            .MapPost(
                "/{id:long}/undo",
                async (long id, HistoryUndo undo, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await undo.UndoAsync(id, dryRun, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(
                "Undoes a change of an agent, a tool, an instance, a plugin, a job or a template, as a new change. With dryRun=true only returns what would change"
            );
    }

    /// <summary>For a browser, whose session does not count under /api.</summary>
    public static void MapFile(IEndpointRouteBuilder routes) =>
        routes.MapLazyGroup().MapGet(Urls.HistoryExport, Export).RequireAuthorization(Policies.ReadHistory).ExcludeFromDescription();

    private static Results<PushStreamHttpResult, ValidationProblem> Export(
        [AsParameters] Wanted wanted,
        HistoryExport export,
        HttpContext context,
        string? format = null
    ) =>
        EnumText<ExportFormat>.Find(format) is { } wished
            ? TypedResults.Stream(
                stream => export.WriteAsync(wanted.Filter, wished, stream, context.RequestAborted),
                HistoryExport.ContentTypeOf(wished),
                $"change-history.{EnumText<ExportFormat>.Of(wished)}"
            )
            : Answers.Refused("format", $"The format must be one of {string.Join(", ", EnumText<ExportFormat>.All)}.");

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
