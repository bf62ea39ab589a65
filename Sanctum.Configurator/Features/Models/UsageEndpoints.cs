using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Models;

internal static class UsageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var usage = routes.MapLazyGroup("/api/llm-usage").RequireAuthorization(Policies.ReadRegistry).WithTags("Models");
        usage
            .MapGet(
                "/",
                async (UsageReader reader, CancellationToken cancel, string? q = null, int skip = 0, int take = 50) =>
                    Answers.Show(await reader.PageAsync(PageQuery.Of(skip, take, null, true, q), cancel))
            )
            .WithSummary("Lists calls of models, newest first: the caller's own, or everybody's with users:manage");
        usage
            .MapGet("/sums", SumAsync)
            .WithSummary(
                "Sums calls of the last days, today among them; by is day, model, user or outcome; costs are in millionths of a dollar"
            );
        usage
            .MapGet("/limits/mine", (LimitService limits, CancellationToken cancel) => limits.MineAsync(cancel))
            .WithSummary("What the caller has used of his limits");
        MapPrices(routes.MapLazyGroup("/api/llm-prices").RequireAuthorization(Policies.ReadRegistry).WithTags("Models"));
        MapLimits(routes.MapLazyGroup("/api/llm-limits").RequireAuthorization(Policies.ReadRegistry).WithTags("Models"));
    }

    private static async Task<Results<Shown<IReadOnlyList<UsageSum>>, ValidationProblem>> SumAsync(
        UsageReader reader,
        CancellationToken cancel,
        string by = "day",
        int days = 30
    ) =>
        EnumText<UsageGroup>.Find(by) is { } group
            ? Answers.Show(await reader.SumAsync(group, days, cancel))
            : Answers.Refused("by", "The calls can be summed by day, model, user or outcome.");

    private static void MapPrices(LazyGroup prices)
    {
        prices
            .MapGet("/", (PriceService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the prices that were entered");
        prices
            .MapGet(
                "/{id:int}",
                async (int id, PriceService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A price; the ETag is its version");
        prices
            .MapPost(
                "/",
                async (PriceForm form, PriceService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, dryRun, cancel), dryRun, row => $"/api/llm-prices/{row.Id}");
                }
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds a price; with dryRun=true only returns what it would be");
        prices
            .MapPut(
                "/{id:int}",
                async (int id, PriceForm form, NeededIfMatch seen, PriceService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, dryRun, cancel));
                }
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Changes a price; If-Match names the version that was read; with dryRun=true only returns what it would be");
        prices
            .MapDelete(
                "/{id:int}",
                async Task<Results<Answer<Shown<PriceRow>>, Answer<NoContent>>> (
                    int id,
                    IfMatch seen,
                    PriceService service,
                    CancellationToken cancel,
                    bool dryRun = false
                ) =>
                {
                    var deleted = await service.DeleteAsync(id, seen.Version, dryRun, cancel);
                    return dryRun ? Answers.Of(deleted) : Answers.Deleted(deleted);
                }
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Deletes a price; with dryRun=true only returns what would be deleted");
    }

    private static void MapLimits(LazyGroup limits)
    {
        limits
            .MapGet("/", (LimitService service, CancellationToken cancel) => service.ListAsync(cancel))
            .WithSummary("Lists the limits: everybody's and the caller's own, or all with users:manage");
        limits
            .MapPost(
                "/",
                async (LimitForm form, LimitService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, dryRun, cancel), dryRun, row => $"/api/llm-limits/{row.Id}");
                }
            )
            .RequireAuthorization(Policies.ManageUsers)
            .WithSummary("Adds a limit; with dryRun=true only returns what it would be");
        limits
            .MapPut(
                "/{id:int}",
                async (int id, LimitForm form, NeededIfMatch seen, LimitService service, CancellationToken cancel, bool dryRun = false) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, dryRun, cancel));
                }
            )
            .RequireAuthorization(Policies.ManageUsers)
            .WithSummary("Changes a limit; If-Match names the version that was read; with dryRun=true only returns what it would be");
        limits
            .MapDelete(
                "/{id:int}",
                async Task<Results<Answer<Shown<LimitRow>>, Answer<NoContent>>> (
                    int id,
                    IfMatch seen,
                    LimitService service,
                    CancellationToken cancel,
                    bool dryRun = false
                ) =>
                {
                    var deleted = await service.DeleteAsync(id, seen.Version, dryRun, cancel);
                    return dryRun ? Answers.Of(deleted) : Answers.Deleted(deleted);
                }
            )
            .RequireAuthorization(Policies.ManageUsers)
            .WithSummary("Deletes a limit; with dryRun=true only returns what would be deleted");
    }
}
