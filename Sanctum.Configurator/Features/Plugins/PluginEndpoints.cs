using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Plugins;

namespace Sanctum.Configurator.Features.Plugins;

internal static class PluginEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var plugins = routes.MapLazyGroup("/api/plugins").RequireAuthorization(Policies.ReadRegistry).WithTags("Plugins");
        plugins
            .MapGet("/", ListAsync)
            .WithSummary("Lists plugins; sort is name, type, status or updated, cursor is the next_cursor of the previous page");
        plugins
            .MapGet(
                "/{id:int}",
                async (int id, PluginService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A plugin with its requirements and description; the ETag is its version");
        plugins
            .MapPost(
                "/",
                async (PluginForm form, PluginService service, CancellationToken cancel) =>
                {
                    form.Id = null;
                    return Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/plugins/{row.Id}");
                }
            )
            .Writes("Adds a plugin")
            .OffersDryRun();
        plugins.MapPut("/{id:int}", SaveAsync).Writes("Changes a plugin; If-Match names the version that was read").OffersDryRun();
        plugins
            .MapDelete(
                "/{id:int}",
                async (int id, PluginService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .Writes("Deletes a plugin that nothing depends on, with its configuration keys and earlier versions")
            .OffersDryRun();
        MapSwitch(plugins);
        MapParts(plugins);
        MapDiscovery(plugins);
    }

    private static void MapSwitch(LazyGroup plugins)
    {
        plugins
            .MapPost(
                "/{id:int}/enable",
                async (
                    int id,
                    PluginSwitch switches,
                    IfMatch seen,
                    CancellationToken cancel,
                    [FromQuery(Name = "with_needed")] bool withNeeded = false,
                    bool dryRun = false
                ) =>
                    Answers.Of(
                        dryRun
                            ? await switches.PlanAsync(id, true, cancel)
                            : await switches.EnableAsync(id, withNeeded, seen.Version, cancel),
                        current: plan => plan.Plugin
                    )
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Enables a plugin, with_needed also its requirements; with dryRun returns the plan");
        plugins
            .MapPost(
                "/{id:int}/disable",
                async (
                    int id,
                    PluginSwitch switches,
                    IfMatch seen,
                    CancellationToken cancel,
                    [FromQuery(Name = "with_dependants")] bool withDependants = false,
                    bool dryRun = false
                ) =>
                    Answers.Of(
                        dryRun
                            ? await switches.PlanAsync(id, false, cancel)
                            : await switches.DisableAsync(id, withDependants, seen.Version, cancel),
                        current: plan => plan.Plugin
                    )
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Disables a plugin, with_dependants also the plugins and tools that need it; with dryRun returns the plan");
    }

    private static void MapParts(LazyGroup plugins)
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
                async (int id, PluginKeys keys, CancellationToken cancel) => Answers.Found(await keys.ListAsync(id, cancel))
            )
            .WithSummary("The keys of a plugin's own configuration");
        plugins
            .MapPut(
                "/{id:int}/config/{key}",
                async (int id, string key, PluginKeyForm form, PluginKeys keys, IfMatch seen, CancellationToken cancel) =>
                {
                    form.Key = key;
                    return Answers.Of(await keys.SetAsync(id, form, seen.Version, cancel));
                }
            )
            .Writes("Sets a key; its type is string, number, boolean or json")
            .OffersDryRun();
        plugins
            .MapDelete(
                "/{id:int}/config/{key}",
                async (int id, string key, PluginKeys keys, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await keys.DeleteAsync(id, key, seen.Version, cancel))
            )
            .Writes("Deletes a key")
            .OffersDryRun();
        plugins
            .MapGet(
                "/{id:int}/links",
                async (int id, PluginLinks links, CancellationToken cancel) => Answers.Found(await links.ListAsync(id, cancel))
            )
            .WithSummary("The agents and tools that use a plugin");
        plugins
            .MapPost(
                "/{id:int}/links",
                async (int id, PluginLinkForm form, PluginLinks links, CancellationToken cancel) =>
                    Answers.Created(await links.AddAsync(id, form, cancel), row => $"/api/plugins/{id}/links/{row.Id}")
            )
            .Writes("Links an agent or a tool to a plugin")
            .OffersDryRun();
        plugins
            .MapDelete(
                "/{id:int}/links/{link:int}",
                async (int id, int link, PluginLinks links, CancellationToken cancel) =>
                    Answers.Deleted(await links.DeleteAsync(id, link, cancel))
            )
            .Writes("Removes a link")
            .OffersDryRun();
    }

    private static void MapDiscovery(LazyGroup plugins)
    {
        plugins
            .MapPost("/scan", async (PluginScan scan, CancellationToken cancel) => Answers.Of(await scan.ScanAsync(cancel)))
            .WritesNothing()
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Compares the plugins in the Sanctum folder with the registry; changes and runs nothing");
        plugins
            .MapPost(
                "/adopt",
                async (AdoptPluginsForm form, PluginScan scan, CancellationToken cancel) =>
                    Answers.Of(await scan.AdoptAsync(form.Folders, cancel))
            )
            .Writes("Adds found plugins to the registry; changes are held until they are approved")
            .OffersDryRun();
        plugins
            .MapPost(
                "/{id:int}/describe",
                async (int id, PluginDescriber describer, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(await describer.DescribeAsync(id, dryRun, cancel))
            )
            .Writes("Runs an SMCP plugin to get its description, which is held for approval; with dryRun only returns the difference")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        plugins
            .MapPost(
                "/{id:int}/approve",
                async (int id, PluginDescriber describer, IfMatch seen, CancellationToken cancel) =>
                    Answers.Of(await describer.ApproveAsync(id, seen.Version, cancel))
            )
            .ForPeopleOnly()
            .Writes("Approves the held changes")
            .OffersDryRun();
        plugins
            .MapPost(
                "/{id:int}/reject",
                async (int id, PluginDescriber describer, IfMatch seen, CancellationToken cancel) =>
                    Answers.Of(await describer.RejectAsync(id, seen.Version, cancel))
            )
            .ForPeopleOnly()
            .Writes("Rejects the held changes")
            .OffersDryRun();
    }

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary);

    private static async Task<Results<Shown<PageOf<PluginRow>>, ValidationProblem>> ListAsync(
        [AsParameters] PageQuery query,
        PluginService service,
        CancellationToken cancel,
        string? status = null,
        string? type = null,
        bool? enabled = null
    )
    {
        var wanted = EnumText<PluginStatus>.Find(status);
        return status is { Length: > 0 } && wanted is null
            ? Answers.Refused("status", $"The status must be one of {string.Join(", ", EnumText<PluginStatus>.All)}.")
            : Answers.Show(await service.PageAsync(new(wanted, type, enabled), query.Page, cancel));
    }

    private static async Task<Answer<Shown<PluginView>>> SaveAsync(
        int id,
        PluginForm form,
        NeededIfMatch seen,
        PluginService service,
        CancellationToken cancel
    )
    {
        (form.Id, form.Version) = (id, seen.Version);
        return await Answers.AfterAsync(await service.SaveAsync(form, cancel), () => service.FindAsync(id, cancel));
    }
}
