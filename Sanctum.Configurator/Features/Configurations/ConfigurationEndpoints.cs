using System.Text;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.Configurations;

internal static class ConfigurationEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/configurations").RequireAuthorization(Policies.ReadRegistry).WithTags("Configurations");
        all.MapGet("/", ListAsync)
            .WithSummary("The values as they are stored; sort is key or updated, cursor is the next_cursor of the previous page")
            .Produces<PageOf<ConfigurationRow>>()
            .ProducesValidationProblem();
        all.MapGet("/{id:int}", FindAsync)
            .WithSummary("A value; the ETag is its version")
            .Produces<ConfigurationRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        all.MapGet("/effective", EffectiveAsync)
            .WithSummary(
                "The values in force for an agent, a tool, an instance or a user, with what each shadows; at names a moment of the past"
            )
            .ProducesValidationProblem();
        all.MapGet("/compare", CompareAsync)
            .WithSummary(
                "The differences between two holders (scope, scope_id and other_scope, other_scope_id), two times (at, other_at), or both"
            )
            .ProducesValidationProblem();
        all.MapGet("/history", HistoryAsync)
            .WithSummary("The changes, newest first; cursor is the next_cursor of the previous page")
            .Produces<PageOf<ConfigurationChangeRow>>()
            .ProducesValidationProblem();
        all.MapGet("/export", ExportAsync)
            .WithSummary("The values as text, without secrets; of all holders, or of one")
            .ProducesValidationProblem();
        MapWrites(all);
    }

    private static void MapWrites(RouteGroupBuilder all)
    {
        all.MapPost(
                "/",
                async (ConfigurationForm form, ConfigurationService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    form.Version = 0;
                    return Answers.Of(
                        await service.SaveAsync(form, dryRun, cancel),
                        plan => dryRun ? TypedResults.Ok(plan) : TypedResults.Json(plan, statusCode: StatusCodes.Status201Created)
                    );
                }
            )
            .Writes("Adds a value")
            .Produces<ConfigurationPlan>(StatusCodes.Status201Created);
        all.MapPut("/{id:int}", ChangeAsync)
            .Writes("Changes a value; If-Match names the version that was read. Without a value, a secret keeps its own")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        all.MapDelete(
                "/{id:int}",
                async (
                    int id,
                    ConfigurationService service,
                    ConfigurationReader reader,
                    HttpRequest request,
                    CancellationToken cancel,
                    bool dryRun = false
                ) =>
                    await reader.FindAsync(id, cancel) is { } row && ScopeHolder.Find(row.Scope, row.ScopeId) is { } holder
                        ? Answers.Of(
                            await service.ResetAsync(new(row.Key, holder), Answers.VersionIn(request), dryRun, cancel),
                            TypedResults.Ok,
                            plan => plan
                        )
                        : Answers.NotFound()
            )
            .Writes("Removes a value, so that the inherited one applies")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        all.MapPost(
                "/rollback",
                async (RollbackForm form, ConfigurationHistory history, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await history.RollBackAsync(form, dryRun, cancel), TypedResults.Ok)
            )
            .Writes("Rolls everything, one holder or one key back to a point in time, as a new change");
        all.MapPost(
                "/undo/{change:long}",
                async (long change, ConfigurationHistory history, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await history.UndoAsync(change, dryRun, cancel), TypedResults.Ok)
            )
            .Writes("Undoes one change, as a new change")
            .ProducesProblem(StatusCodes.Status404NotFound);
        all.MapPost(
                "/import",
                async (ImportForm form, ConfigurationTransfer transfer, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await transfer.ImportAsync(form, dryRun, cancel), TypedResults.Ok)
            )
            .Writes("Imports values from text, all or none");
        all.MapGet(
                "/{id:int}/secret",
                async (int id, ConfigurationService service, CancellationToken cancel) =>
                    Answers.Of(await service.RevealAsync(id, cancel), secret => TypedResults.Ok(new { id, value = secret }))
            )
            .RequireAuthorization(Policies.RevealSecrets)
            .WithSummary("The plain text of a secret. Recorded in the history")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary($"{summary}. With dryRun=true only returns what would change, and for how many")
            .Produces<ConfigurationPlan>()
            .ProducesValidationProblem();

    private static async Task<IResult> ListAsync(
        ConfigurationReader reader,
        CancellationToken cancel,
        string? q = null,
        string? scope = null,
        [FromQuery(Name = "scope_id")] int? scopeId = null,
        string? key = null,
        string? sort = null,
        bool descending = false,
        int skip = 0,
        int take = 50,
        string? cursor = null
    ) =>
        ScopeOf(scope) is { Problem: { } problem }
            ? problem
            : TypedResults.Ok(
                await reader.RowsAsync(
                    new(ScopeOf(scope).Scope, scopeId, key),
                    new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, descending, q, cursor),
                    cancel
                )
            );

    private static async Task<IResult> FindAsync(int id, ConfigurationReader reader, HttpContext context, CancellationToken cancel) =>
        await reader.FindAsync(id, cancel) is { } row
            ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row))
            : Answers.NotFound();

    private static async Task<IResult> EffectiveAsync(
        ConfigurationReader reader,
        CancellationToken cancel,
        [FromQuery(Name = "agent_id")] int? agentId = null,
        [FromQuery(Name = "tool_id")] int? toolId = null,
        [FromQuery(Name = "instance_id")] int? instanceId = null,
        [FromQuery(Name = "user_id")] int? userId = null,
        DateTimeOffset? at = null
    )
    {
        var from = await reader.CompleteAsync(new(agentId, toolId, instanceId, userId), cancel);
        return from is Outcome<Viewpoint>.Ok known
            ? TypedResults.Ok(
                (await reader.ExplainAsync(known.Value, at, cancel)).ToDictionary(
                    chain => chain[0].Key,
                    chain => new EffectiveAnswer(chain)
                )
            )
            : Answers.Of(from, TypedResults.Ok);
    }

    private static async Task<IResult> CompareAsync(
        ConfigurationReader reader,
        CancellationToken cancel,
        string? scope = null,
        [FromQuery(Name = "scope_id")] int? scopeId = null,
        DateTimeOffset? at = null,
        [FromQuery(Name = "other_scope")] string? otherScope = null,
        [FromQuery(Name = "other_scope_id")] int? otherScopeId = null,
        [FromQuery(Name = "other_at")] DateTimeOffset? otherAt = null
    )
    {
        var ((left, problem), (right, otherProblem)) = (
            HolderOf(scope ?? "system", scopeId),
            HolderOf(otherScope ?? scope ?? "system", otherScopeId ?? (otherScope is null ? scopeId : null))
        );
        return problem
            ?? otherProblem
            ?? TypedResults.Ok(await reader.CompareAsync(new(left!.Value, at), new(right!.Value, otherAt), cancel));
    }

    private static async Task<IResult> HistoryAsync(
        ConfigurationHistory history,
        CancellationToken cancel,
        string? scope = null,
        [FromQuery(Name = "scope_id")] int? scopeId = null,
        string? key = null,
        int skip = 0,
        int take = 50,
        string? cursor = null
    )
    {
        var (holder, problem) = HolderOf(scope, scopeId);
        return problem
            ?? TypedResults.Ok(
                await history.PageAsync(holder, key, new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), Cursor: cursor), cancel)
            );
    }

    private static async Task<IResult> ExportAsync(
        ConfigurationTransfer transfer,
        CancellationToken cancel,
        string? scope = null,
        [FromQuery(Name = "scope_id")] int? scopeId = null
    )
    {
        var (holder, problem) = HolderOf(scope, scopeId);
        return problem
            ?? TypedResults.File(
                Encoding.UTF8.GetBytes(await transfer.ExportAsync(holder, cancel)),
                "application/json",
                "configurations.json"
            );
    }

    private static async Task<IResult> ChangeAsync(
        int id,
        ConfigurationForm form,
        ConfigurationService service,
        ConfigurationReader reader,
        HttpContext context,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null || await reader.FindAsync(id, cancel) is not { } row)
        {
            return refusal ?? Answers.NotFound();
        }

        if (EnumText<ConfigurationScope>.Find(row.Scope) is not { } scope || (form.Key.Length > 0 && form.Key != row.Key))
        {
            return Answers.Refused(
                new Dictionary<string, string>
                {
                    [nameof(form.Key)] = "The key and the holder of a value can't be changed. Add a new value and delete this one.",
                }
            );
        }

        (form.Key, form.Scope, form.ScopeId, form.Version) = (row.Key, scope, row.ScopeId, version);
        var saved = await service.SaveAsync(form, dryRun, cancel);
        return Answers.Of(saved, TypedResults.Ok, plan => plan);
    }

    private static (ConfigurationScope? Scope, IResult? Problem) ScopeOf(string? scope) =>
        scope is null ? (null, null)
        : EnumText<ConfigurationScope>.Find(scope) is { } known ? (known, null)
        : (
            null,
            Answers.Refused(
                new Dictionary<string, string>
                {
                    ["scope"] = $"The scope must be one of {string.Join(", ", EnumText<ConfigurationScope>.All)}.",
                }
            )
        );

    private static (ScopeHolder? Holder, IResult? Problem) HolderOf(string? scope, int? id)
    {
        var (known, problem) = ScopeOf(scope);
        return problem is not null || known is null ? (null, problem)
            : known == ConfigurationScope.System ? (ScopeHolder.System, null)
            : id is { } holder ? (new(known.Value, holder), null)
            : (null, Answers.Refused(new Dictionary<string, string> { ["scope_id"] = $"Choose the {scope}." }));
    }

    /// <summary>A value in force. A number, a boolean or JSON is told as such; of a secret only whether it is set.</summary>
    internal sealed record EffectiveAnswer(
        object? Value,
        ConfigurationScope Scope,
        int? ScopeId,
        bool IsEncrypted,
        bool IsSet,
        IReadOnlyList<ShadowAnswer> Shadows
    )
    {
        public EffectiveAnswer(IReadOnlyList<ConfigurationValue> chain)
            : this(
                ConfigurationRules.Typed(chain[0].Type, chain[0].Value),
                chain[0].Holder.Scope,
                chain[0].Holder.Id,
                chain[0].IsSecret,
                chain[0].IsSet,
                [
                    .. chain
                        .Skip(1)
                        .Select(value => new ShadowAnswer(
                            ConfigurationRules.Typed(value.Type, value.Value),
                            value.Holder.Scope,
                            value.Holder.Id
                        )),
                ]
            ) { }
    }

    internal sealed record ShadowAnswer(object? Value, ConfigurationScope Scope, int? ScopeId);
}
