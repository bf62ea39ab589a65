using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Tools;

internal static class ToolEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tools = routes.MapGroup("/api/tools").RequireAuthorization(Policies.ReadRegistry).WithTags("Tools");
        MapTools(tools);
        MapInstances(routes.MapGroup("/api/tool-instances").RequireAuthorization(Policies.ReadRegistry).WithTags("Tools"));
    }

    private static void MapTools(RouteGroupBuilder tools)
    {
        tools
            .MapGet(
                "/",
                (
                    ToolReader reader,
                    CancellationToken cancel,
                    string? q = null,
                    string? category = null,
                    [FromQuery(Name = "agent_id")] int? agentId = null,
                    string? type = null,
                    bool? enabled = null,
                    string? sort = null,
                    bool descending = false,
                    int skip = 0,
                    int take = 50,
                    string? cursor = null
                ) => reader.PageAsync(new(category, agentId, type, enabled), PageOf(q, sort, descending, skip, take, cursor), cancel)
            )
            .WithSummary("Lists tools; sort is name, status or updated, cursor is the next_cursor of the previous page");
        tools
            .MapGet(
                "/{id:int}",
                async (int id, ToolReader reader, HttpContext context, CancellationToken cancel) =>
                    await reader.FindAsync(id, cancel) is { } view
                        ? Answers.WithVersion(context, view.Tool.Version, TypedResults.Ok(view))
                        : Answers.NotFound()
            )
            .WithSummary("A tool with its schema; the ETag is its version")
            .Produces<ToolView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        tools
            .MapGet("/{id:int}/versions", (int id, ToolReader reader, CancellationToken cancel) => reader.VersionsAsync(id, cancel))
            .WithSummary("Former versions of a tool, newest first");
        tools
            .MapPost(
                "/",
                async (ToolForm form, ToolService service, CancellationToken cancel) =>
                    Answers.Of(await service.SaveAsync(form, cancel), row => TypedResults.Created($"/api/tools/{row.Id}", row))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds a tool")
            .OffersDryRun()
            .Produces<ToolRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        tools
            .MapPut("/{id:int}", SaveAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Changes a tool; If-Match names the version that was read")
            .OffersDryRun()
            .Produces<ToolRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        tools
            .MapPost(
                "/from-curl",
                async (CurlToolForm form, CurlTools curl, CancellationToken cancel, bool dryRun = false) =>
                    dryRun
                        ? Answers.Of(CurlTools.Describe(form), TypedResults.Ok)
                        : Answers.Of(await curl.CreateAsync(form, cancel), row => TypedResults.Created($"/api/tools/{row.Id}", row))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Creates a tool from a cURL command; with dryRun=true only returns what the command would send")
            .Produces<CurlAnswer>()
            .Produces<ToolRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        MapSwitch(tools, "enable", isEnabled: true);
        MapSwitch(tools, "disable", isEnabled: false);
        tools
            .MapDelete(
                "/{id:int}",
                async (int id, ToolService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Deletes a tool with its instances and their configurations")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapSwitch(RouteGroupBuilder tools, string verb, bool isEnabled) =>
        tools
            .MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, ToolService service, CancellationToken cancel) =>
                    Answers.Of(await service.EnableAsync(id, isEnabled, cancel), TypedResults.Ok)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary(isEnabled ? "Enables a tool" : "Disables a tool")
            .OffersDryRun()
            .Produces<ToolRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static void MapInstances(RouteGroupBuilder instances)
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
                ) => reader.InstancesAsync(toolId, agentId, PageOf(q, null, descending, skip, take, cursor), cancel)
            )
            .WithSummary("The instances, by name; cursor is the next_cursor of the previous page");
        instances
            .MapGet(
                "/{id:int}",
                async (int id, ToolReader reader, HttpContext context, CancellationToken cancel) =>
                    await reader.FindInstanceAsync(id, cancel) is { } row
                        ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row))
                        : Answers.NotFound()
            )
            .WithSummary("An instance; the ETag is its version")
            .Produces<InstanceRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        instances
            .MapPost(
                "/",
                async (InstanceForm form, InstanceService service, CancellationToken cancel) =>
                    Answers.Of(await service.SaveAsync(form, cancel), row => TypedResults.Created($"/api/tool-instances/{row.Id}", row))
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Adds an instance; its configuration is checked against the tool's schema")
            .OffersDryRun()
            .Produces<InstanceRow>(StatusCodes.Status201Created)
            .ProducesValidationProblem();
        instances
            .MapPut("/{id:int}", SaveInstanceAsync)
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Changes an instance; If-Match names the version that was read. Omitted secrets are kept")
            .OffersDryRun()
            .Produces<InstanceRow>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        instances
            .MapDelete(
                "/{id:int}",
                async (int id, InstanceService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .RequireAuthorization(Policies.WriteRegistry)
            .WithSummary("Deletes an instance with its configurations")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        MapActivation(instances, "activate", isActive: true);
        MapActivation(instances, "deactivate", isActive: false);
        instances
            .MapPost(
                "/{id:int}/run",
                async (int id, [FromBody] RunForm? form, ToolRunner runner, CancellationToken cancel) =>
                    Answers.Of(await runner.RunAsync(id, form?.Overrides, _ => { }, cancel), run => TypedResults.Ok(ToolRun.Of(run)))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Runs an instance and waits for the result")
            .CannotBeTried()
            .Produces<ToolRun>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapActivation(RouteGroupBuilder instances, string verb, bool isActive) =>
        instances
            .MapPost(
                $"/{{id:int}}/{verb}",
                async (int id, InstanceService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.ActivateAsync(id, isActive, Answers.VersionIn(request), cancel), TypedResults.Ok, row => row)
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary(isActive ? "Activates an instance" : "Deactivates an instance")
            .OffersDryRun()
            .Produces<InstanceRow>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> SaveAsync(int id, ToolForm form, ToolService service, HttpContext context, CancellationToken cancel)
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        (form.Id, form.Version) = (id, version);
        return refusal
            ?? Answers.Of(
                await service.SaveAsync(form, cancel),
                row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
                row => row
            );
    }

    private static async Task<IResult> SaveInstanceAsync(
        int id,
        InstanceForm form,
        InstanceService service,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        (form.Id, form.Version) = (id, version);
        return refusal
            ?? Answers.Of(
                await service.SaveAsync(form, cancel),
                row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
                row => row
            );
    }

    private static PageRequest PageOf(string? q, string? sort, bool descending, int skip, int take, string? cursor) =>
        new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), sort, descending, q, cursor);
}
