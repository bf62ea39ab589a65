using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

internal static class PluginEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var plugins = routes.MapGroup("/api/plugins").RequireAuthorization(Policies.ReadRegistry).WithTags("Plugins");
        plugins
            .MapGet("/", ListAsync)
            .WithSummary("Lists plugins; sort is name, type, status or updated, cursor is the next_cursor of the previous page")
            .Produces<PageOf<PluginRow>>()
            .ProducesValidationProblem();
        plugins
            .MapGet("/{id:int}", FindAsync)
            .WithSummary("A plugin with its requirements and description; the ETag is its version")
            .Produces<PluginView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        plugins
            .MapPost("/", CreateAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds a plugin")
            .OffersDryRun()
            .Produces<PluginRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        Writes<PluginView>(plugins.MapPut("/{id:int}", SaveAsync), "Changes a plugin; If-Match names the version that was read")
            .OffersDryRun()
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        plugins
            .MapDelete(
                "/{id:int}",
                async (int id, PluginService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Deletes a plugin that nothing depends on, with its configuration keys and earlier versions")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        MapSwitch(plugins);
        MapParts(plugins);
        MapDiscovery(plugins);
    }

    private static void MapSwitch(RouteGroupBuilder plugins)
    {
        plugins
            .MapPost(
                "/{id:int}/enable",
                async (
                    int id,
                    PluginSwitch switches,
                    HttpRequest request,
                    CancellationToken cancel,
                    [FromQuery(Name = "with_needed")] bool withNeeded = false,
                    bool dryRun = false
                ) =>
                    Answers.Of(
                        dryRun
                            ? await switches.PlanAsync(id, true, cancel)
                            : await switches.EnableAsync(id, withNeeded, Answers.VersionIn(request), cancel),
                        TypedResults.Ok,
                        plan => plan.Plugin
                    )
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Enables a plugin, with_needed also its requirements; with dryRun returns the plan")
            .Produces<SwitchPlan>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        plugins
            .MapPost(
                "/{id:int}/disable",
                async (
                    int id,
                    PluginSwitch switches,
                    HttpRequest request,
                    CancellationToken cancel,
                    [FromQuery(Name = "with_dependants")] bool withDependants = false,
                    bool dryRun = false
                ) =>
                    Answers.Of(
                        dryRun
                            ? await switches.PlanAsync(id, false, cancel)
                            : await switches.DisableAsync(id, withDependants, Answers.VersionIn(request), cancel),
                        TypedResults.Ok,
                        plan => plan.Plugin
                    )
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Disables a plugin, with_dependants also the plugins and tools that need it; with dryRun returns the plan")
            .Produces<SwitchPlan>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }

    private static void MapParts(RouteGroupBuilder plugins)
    {
        plugins
            .MapGet(
                "/{id:int}/versions",
                async (int id, PluginService service, CancellationToken cancel) => TypedResults.Ok(await service.VersionsAsync(id, cancel))
            )
            .WithSummary("Earlier versions of a plugin, newest first");
        plugins
            .MapGet(
                "/{id:int}/config",
                async (int id, PluginKeys keys, CancellationToken cancel) => Found(await keys.ListAsync(id, cancel))
            )
            .WithSummary("The keys of a plugin's own configuration")
            .Produces<IReadOnlyList<PluginKeyRow>>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        Writes<PluginKeyRow>(
                plugins.MapPut(
                    "/{id:int}/config/{key}",
                    async (int id, string key, PluginKeyForm form, PluginKeys keys, HttpContext context, CancellationToken cancel) =>
                    {
                        form.Key = key;
                        return Answers.Of(
                            await keys.SetAsync(id, form, Answers.VersionIn(context.Request), cancel),
                            row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
                            row => row
                        );
                    }
                ),
                "Sets a key; its type is string, number, boolean or json"
            )
            .OffersDryRun();
        plugins
            .MapDelete(
                "/{id:int}/config/{key}",
                async (int id, string key, PluginKeys keys, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(
                        await keys.DeleteAsync(id, key, Answers.VersionIn(request), cancel),
                        _ => TypedResults.NoContent(),
                        row => row
                    )
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Deletes a key")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        plugins
            .MapGet(
                "/{id:int}/links",
                async (int id, PluginLinks links, CancellationToken cancel) => Found(await links.ListAsync(id, cancel))
            )
            .WithSummary("The agents and tools that use a plugin")
            .Produces<IReadOnlyList<PluginLinkRow>>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        plugins
            .MapPost(
                "/{id:int}/links",
                async (int id, PluginLinkForm form, PluginLinks links, CancellationToken cancel) =>
                    Answers.Of(
                        await links.AddAsync(id, form, cancel),
                        row => TypedResults.Created($"/api/plugins/{id}/links/{row.Id}", row)
                    )
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Links an agent or a tool to a plugin")
            .OffersDryRun()
            .Produces<PluginLinkRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        plugins
            .MapDelete(
                "/{id:int}/links/{link:int}",
                async (int id, int link, PluginLinks links, CancellationToken cancel) =>
                    Answers.Of(await links.DeleteAsync(id, link, cancel), _ => TypedResults.NoContent())
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Removes a link")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapDiscovery(RouteGroupBuilder plugins)
    {
        plugins
            .MapPost(
                "/scan",
                async (PluginScan scan, CancellationToken cancel) => Answers.Of(await scan.ScanAsync(cancel), TypedResults.Ok)
            )
            .WritesNothing()
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Compares the plugins in the Sanctum folder with the registry; changes and runs nothing")
            .Produces<ScanResult>()
            .ProducesValidationProblem();
        plugins
            .MapPost(
                "/adopt",
                async (AdoptPluginsForm form, PluginScan scan, CancellationToken cancel) =>
                    Answers.Of(await scan.AdoptAsync(form.Folders, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds found plugins to the registry; changes are held until they are approved")
            .OffersDryRun()
            .Produces<AdoptedPlugins>()
            .ProducesValidationProblem();
        Writes<PluginView>(
            plugins.MapPost(
                "/{id:int}/describe",
                async (int id, PluginDescriber describer, HttpContext context, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await describer.DescribeAsync(id, dryRun, cancel), view => Versioned(context, view), view => view)
            ),
            "Runs an SMCP plugin to get its description, which is held for approval; with dryRun only returns the difference"
        );
        Writes<PluginView>(
                plugins.MapPost(
                    "/{id:int}/approve",
                    async (int id, PluginDescriber describer, HttpContext context, CancellationToken cancel) =>
                        Answers.Of(
                            await describer.ApproveAsync(id, Answers.VersionIn(context.Request), cancel),
                            view => Versioned(context, view),
                            view => view
                        )
                ),
                "Approves the held changes"
            )
            .OffersDryRun();
        Writes<PluginView>(
                plugins.MapPost(
                    "/{id:int}/reject",
                    async (int id, PluginDescriber describer, HttpContext context, CancellationToken cancel) =>
                        Answers.Of(
                            await describer.RejectAsync(id, Answers.VersionIn(context.Request), cancel),
                            view => Versioned(context, view),
                            view => view
                        )
                ),
                "Rejects the held changes"
            )
            .OffersDryRun();
    }

    private static RouteHandlerBuilder Writes<T>(RouteHandlerBuilder route, string summary) =>
        route
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary(summary)
            .Produces<T>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);

    private static async Task<IResult> ListAsync(
        PluginService service,
        CancellationToken cancel,
        string? q = null,
        string? status = null,
        string? type = null,
        bool? enabled = null,
        string? sort = null,
        bool descending = false,
        int skip = 0,
        int take = 50,
        string? cursor = null
    )
    {
        var wanted = EnumText<PluginStatus>.Find(status);
        return status is { Length: > 0 } && wanted is null
            ? Answers.Refused(
                new Dictionary<string, string>
                {
                    ["status"] = $"The status must be one of {string.Join(", ", EnumText<PluginStatus>.All)}.",
                }
            )
            : TypedResults.Ok(
                await service.PageAsync(
                    new(wanted, type, enabled),
                    new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, descending, q, cursor),
                    cancel
                )
            );
    }

    private static async Task<IResult> FindAsync(int id, PluginService service, HttpContext context, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } view ? Versioned(context, view) : Answers.NotFound();

    private static async Task<IResult> CreateAsync(PluginForm form, PluginService service, CancellationToken cancel)
    {
        form.Id = null;
        return Answers.Of(await service.SaveAsync(form, cancel), row => TypedResults.Created($"/api/plugins/{row.Id}", row));
    }

    private static async Task<IResult> SaveAsync(
        int id,
        PluginForm form,
        PluginService service,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        (form.Id, form.Version) = (id, version);
        var saved = await service.SaveAsync(form, cancel);
        return saved is Outcome<PluginRow>.Ok
            ? await FindAsync(id, service, context, cancel)
            : Answers.Of(saved, TypedResults.Ok, row => row);
    }

    private static IResult Found<T>(T? found)
        where T : class => found is null ? Answers.NotFound() : TypedResults.Ok(found);

    private static IResult Versioned(HttpContext context, PluginView view) =>
        Answers.WithVersion(context, view.Plugin.Version, TypedResults.Ok(view));
}
