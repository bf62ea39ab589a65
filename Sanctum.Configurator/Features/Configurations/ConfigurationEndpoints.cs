using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Configurations;

namespace Sanctum.Configurator.Features.Configurations;

internal static class ConfigurationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var all = routes.MapLazyGroup("/api/configurations").RequireAuthorization(Policies.ReadRegistry).WithTags("Configurations");
        all.MapGet("/", ListAsync)
            .WithSummary("The values as they are stored; sort is key or updated, cursor is the next_cursor of the previous page");
        all.MapGet(
                "/{id:int}",
                async (int id, ConfigurationReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A value; the ETag is its version");
        all.MapGet("/effective", EffectiveAsync)
            .WithSummary(
                "The values in force for an agent, a tool, an instance or a user, with what each shadows; at names a moment of the past"
            );
        all.MapGet("/compare", CompareAsync)
            .WithSummary(
                "The differences between two holders (scope, scope_id and other_scope, other_scope_id), two times (at, other_at), or both"
            );
        all.MapGet("/history", HistoryAsync).WithSummary("The changes, newest first; cursor is the next_cursor of the previous page");
        all.MapGet("/export", ExportAsync).WithSummary("The values as text, without secrets; of all holders, or of one");
        MapWrites(all);
    }

    private static void MapWrites(LazyGroup all)
    {
        all.MapPost(
                "/",
                async (ConfigurationForm form, ConfigurationService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    form.Version = 0;
                    return Answers.Created(await service.SaveAsync(form, dryRun, cancel), dryRun, _ => null);
                }
            )
            .Writes("Adds a value");
        all.MapPut("/{id:int}", ChangeAsync)
            .Writes("Changes a value; If-Match names the version that was read. Without a value, a secret keeps its own");
        all.MapDelete("/{id:int}", RemoveAsync).Writes("Removes a value, so that the inherited one applies");
        all.MapPost(
                "/rollback",
                async (RollbackForm form, ConfigurationHistory history, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await history.RollBackAsync(form, dryRun, cancel))
            )
            .Writes("Rolls everything, one holder or one key back to a point in time, as a new change");
        all.MapPost(
                "/undo/{change:long}",
                async (long change, ConfigurationHistory history, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await history.UndoAsync(change, dryRun, cancel))
            )
            .Writes("Undoes one change, as a new change");
        all.MapPost(
                "/import",
                async (ImportForm form, ConfigurationTransfer transfer, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await transfer.ImportAsync(form, dryRun, cancel))
            )
            .Writes("Imports values from text, all or none");
        all.MapGet(
                "/{id:int}/secret",
                async (int id, ConfigurationService service, CancellationToken cancel) =>
                    Answers.Of(await service.RevealAsync(id, cancel), secret => Answers.Show(new ConfigurationSecret(id, secret)))
            )
            .RequireAuthorization(Policies.RevealSecrets)
            .WithSummary("The plain text of a secret. Recorded in the history");
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary($"{summary}. With dryRun=true only returns what would change, and for how many");

    private static async Task<Results<Shown<PageOf<ConfigurationRow>>, ValidationProblem>> ListAsync(
        [AsParameters] PageQuery query,
        ConfigurationReader reader,
        CancellationToken cancel,
        string? scope = null,
        [FromQuery(Name = "scope_id")] int? scopeId = null,
        string? key = null
    )
    {
        var (known, problem) = ScopeOf(scope);
        return problem is null ? Answers.Show(await reader.RowsAsync(new(known, scopeId, key), query.Page, cancel)) : problem;
    }

    private static async Task<Answer<Shown<Dictionary<string, EffectiveAnswer>>>> EffectiveAsync(
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
        var chains = from is Outcome<Viewpoint>.Ok known ? await reader.ExplainAsync(known.Value, at, cancel) : [];
        return Answers.Of(from, _ => Answers.Show(chains.ToDictionary(chain => chain[0].Key, chain => new EffectiveAnswer(chain))));
    }

    private static async Task<Results<Shown<IReadOnlyList<ComparedValue>>, ValidationProblem>> CompareAsync(
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
        return (problem ?? otherProblem) is { } refusal
            ? refusal
            : Answers.Show(await reader.CompareAsync(new(left!.Value, at), new(right!.Value, otherAt), cancel));
    }

    private static async Task<Results<Shown<PageOf<ConfigurationChangeRow>>, ValidationProblem>> HistoryAsync(
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
        return problem is null
            ? Answers.Show(await history.PageAsync(holder, key, PageQuery.Of(skip, take, cursor: cursor), cancel))
            : problem;
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> ExportAsync(
        ConfigurationTransfer transfer,
        CancellationToken cancel,
        string? scope = null,
        [FromQuery(Name = "scope_id")] int? scopeId = null
    )
    {
        var (holder, problem) = HolderOf(scope, scopeId);
        return problem is null
            ? TypedResults.File(
                Encoding.UTF8.GetBytes(await transfer.ExportAsync(holder, cancel)),
                "application/json",
                "configurations.json"
            )
            : problem;
    }

    private static async Task<Answer<Shown<ConfigurationPlan>>> ChangeAsync(
        int id,
        ConfigurationForm form,
        NeededIfMatch seen,
        ConfigurationService service,
        ConfigurationReader reader,
        CancellationToken cancel,
        bool dryRun = false
    )
    {
        if (await reader.FindAsync(id, cancel) is not { } row)
        {
            return new Missing();
        }

        if (EnumText<ConfigurationScope>.Find(row.Scope) is not { } scope || (form.Key.Length > 0 && form.Key != row.Key))
        {
            return Answers.Refused(
                nameof(form.Key),
                "The key and the holder of a value can't be changed. Add a new value and delete this one."
            );
        }

        (form.Key, form.Scope, form.ScopeId, form.Version) = (row.Key, scope, row.ScopeId, seen.Version);
        return Answers.Of(await service.SaveAsync(form, dryRun, cancel));
    }

    private static async Task<Answer<Shown<ConfigurationPlan>>> RemoveAsync(
        int id,
        IfMatch seen,
        ConfigurationService service,
        ConfigurationReader reader,
        CancellationToken cancel,
        bool dryRun = false
    ) =>
        await reader.FindAsync(id, cancel) is { } row && ScopeHolder.Find(row.Scope, row.ScopeId) is { } holder
            ? Answers.Of(await service.ResetAsync(new(row.Key, holder), seen.Version, dryRun, cancel))
            : new Missing();

    private static (ConfigurationScope? Scope, ValidationProblem? Problem) ScopeOf(string? scope) =>
        scope is null ? (null, null)
        : EnumText<ConfigurationScope>.Find(scope) is { } known ? (known, null)
        : (null, Answers.Refused("scope", $"The scope must be one of {string.Join(", ", EnumText<ConfigurationScope>.All)}."));

    private static (ScopeHolder? Holder, ValidationProblem? Problem) HolderOf(string? scope, int? id)
    {
        var (known, problem) = ScopeOf(scope);
        return problem is not null || known is null ? (null, problem)
            : known == ConfigurationScope.System ? (ScopeHolder.System, null)
            : id is { } holder ? (new(known.Value, holder), null)
            : (null, Answers.Refused("scope_id", $"Choose the {scope}."));
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

    internal sealed record ConfigurationSecret(int Id, string Value);
}
