using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Tools;

internal static class ToolEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var tools = routes.MapLazyGroup("/api/tools").RequireAuthorization(Policies.ReadRegistry).WithTags("Tools");
        MapTools(tools);
        MapInstances(routes.MapLazyGroup("/api/tool-instances").RequireAuthorization(Policies.ReadRegistry).WithTags("Tools"));
    }

    private static void MapTools(LazyGroup tools)
    {
        tools
            .MapGet(
                "/",
                (
                    [AsParameters] PageQuery query,
                    ToolReader reader,
                    CancellationToken cancel,
                    string? category = null,
                    [FromQuery(Name = "agent_id")] int? agentId = null,
                    string? type = null,
                    bool? enabled = null
                ) => reader.PageAsync(new(category, agentId, type, enabled), query.Page, cancel)
            )
            .WithSummary("Lists tools; sort is name, status or updated, cursor is the next_cursor of the previous page");
        tools
            .MapGet(
                "/{id:int}",
                async (int id, ToolReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A tool with its schema; the ETag is its version");
        tools
            .MapGet("/{id:int}/versions", (int id, ToolReader reader, CancellationToken cancel) => reader.VersionsAsync(id, cancel))
            .WithSummary("Former versions of a tool, newest first");
        tools
            .MapPost(
                "/",
                async (ToolForm form, ToolService service, CancellationToken cancel) =>
                    Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/tools/{row.Id}")
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds a tool")
            .OffersDryRun();
        tools
            .MapPut(
                "/{id:int}",
                async (int id, ToolForm form, NeededIfMatch seen, ToolService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Changes a tool; If-Match names the version that was read")
            .OffersDryRun();
        tools
            .MapPost(
                "/from-curl",
                async Task<Results<Answer<Shown<CurlAnswer>>, Answer<Made<ToolRow>>>> (
                    CurlToolForm form,
                    CurlTools curl,
                    CancellationToken cancel,
                    bool dryRun = false
                ) =>
                    dryRun
                        ? Answers.Of(CurlTools.Describe(form))
                        : Answers.Created(await curl.CreateAsync(form, cancel), row => $"/api/tools/{row.Id}")
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Creates a tool from a cURL command; with dryRun=true only returns what the command would send");
        MapSwitch(tools, "enable", isEnabled: true);
        MapSwitch(tools, "disable", isEnabled: false);
        tools
            .MapDelete(
                "/{id:int}",
                async (int id, ToolService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Deletes a tool with its instances and their configurations")
            .OffersDryRun();
    }

    private static void MapSwitch(LazyGroup tools, string verb, bool isEnabled) =>
        tools
            .MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, ToolService service, CancellationToken cancel) =>
                    Answers.Of(await service.EnableAsync(id, isEnabled, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary(isEnabled ? "Enables a tool" : "Disables a tool")
            .OffersDryRun();

    private static void MapInstances(LazyGroup instances)
    {
        instances
            .MapGet(
                "/",
                (
                    ToolReader reader,
                    CancellationToken cancel,
                    string? q = null,
                    [FromQuery(Name = "tool_id")] int? toolId = null,
                    [FromQuery(Name = "agent_id")] int? agentId = null,
                    bool descending = false,
                    int skip = 0,
                    int take = 50,
                    string? cursor = null
                ) => reader.InstancesAsync(toolId, agentId, PageQuery.Of(skip, take, null, descending, q, cursor), cancel)
            )
            .WithSummary("The instances, by name; cursor is the next_cursor of the previous page");
        instances
            .MapGet(
                "/{id:int}",
                async (int id, ToolReader reader, CancellationToken cancel) => Answers.Found(await reader.FindInstanceAsync(id, cancel))
            )
            .WithSummary("An instance; the ETag is its version");
        instances
            .MapPost(
                "/",
                async (InstanceForm form, InstanceService service, CancellationToken cancel) =>
                    Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/tool-instances/{row.Id}")
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds an instance; its configuration is checked against the tool's schema")
            .OffersDryRun();
        instances
            .MapPut(
                "/{id:int}",
                async (int id, InstanceForm form, NeededIfMatch seen, InstanceService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Changes an instance; If-Match names the version that was read. Omitted secrets are kept")
            .OffersDryRun();
        instances
            .MapDelete(
                "/{id:int}",
                async (int id, InstanceService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Deletes an instance with its configurations")
            .OffersDryRun();
        MapActivation(instances, "activate", isActive: true);
        MapActivation(instances, "deactivate", isActive: false);
        instances
            .MapPost(
                "/{id:int}/run",
                async (int id, [FromBody] RunForm? form, ToolRunner runner, CancellationToken cancel) =>
                    Answers.Of(await runner.RunAsync(id, form?.Overrides, _ => { }, cancel), run => Answers.Show(ToolRun.Of(run)))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Runs an instance and waits for the result")
            .CannotBeTried();
    }

    private static void MapActivation(LazyGroup instances, string verb, bool isActive) =>
        instances
            .MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, InstanceService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Of(await service.ActivateAsync(id, isActive, seen.Version, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary(isActive ? "Activates an instance" : "Deactivates an instance")
            .OffersDryRun();
}
