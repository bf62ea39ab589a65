using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Tools;

internal static class ToolEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tools = routes.MapGroup("/api/tools").RequireAuthorization(Policies.ReadRegistry).WithTags("Tools");
        tools.MapGet("/", (ToolService service, CancellationToken cancel, string? q = null, int skip = 0, int take = 50) =>
            service.ListAsync(new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), Search: q), cancel)).WithSummary("The tools, by name");
        tools.MapGet("/{id:int}", async (int id, ToolService service, HttpContext context, CancellationToken cancel) =>
            await service.FindAsync(id, cancel) is { } row ? Answers.WithVersion(context, row.Version, TypedResults.Ok(row)) : Answers.NotFound())
            .WithSummary("A tool; the ETag is its version").Produces<ToolRow>().ProducesProblem(StatusCodes.Status404NotFound);
        tools.MapPost("/from-curl", async (CurlToolForm form, ToolService service, CancellationToken cancel, bool dryRun = false) =>
            dryRun
                ? Answers.Of(ToolService.Describe(form), TypedResults.Ok)
                : Answers.Of(await service.CreateAsync(form, cancel), row => TypedResults.Created($"/api/tools/{row.Id}", row)))
            .RequireAuthorization(Policies.WriteRegistry).WithSummary("Makes a tool of a cURL command, or with dryRun=true only says what the command would send")
            .Produces<CurlAnswer>().Produces<ToolRow>(StatusCodes.Status201Created).ProducesValidationProblem();
        tools.MapPost("/{id:int}/enable", (int id, ToolService service, CancellationToken cancel) => EnableAsync(id, true, service, cancel))
            .RequireAuthorization(Policies.OperateRegistry).WithSummary("Lets a tool be run").Produces<ToolRow>().ProducesProblem(StatusCodes.Status404NotFound);
        tools.MapPost("/{id:int}/disable", (int id, ToolService service, CancellationToken cancel) => EnableAsync(id, false, service, cancel))
            .RequireAuthorization(Policies.OperateRegistry).WithSummary("Keeps a tool from being run").Produces<ToolRow>().ProducesProblem(StatusCodes.Status404NotFound);
        tools.MapDelete("/{id:int}", async (int id, ToolService service, HttpRequest request, CancellationToken cancel) =>
            Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row))
            .RequireAuthorization(Policies.WriteRegistry).WithSummary("Deletes a tool with its instances and their configurations")
            .Produces(StatusCodes.Status204NoContent).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);

        var instances = routes.MapGroup("/api/tool-instances").RequireAuthorization(Policies.OperateRegistry).WithTags("Tools");
        instances.MapPost("/{id:int}/run", async (int id, ToolRunner runner, CancellationToken cancel) => Answers.Of(await runner.RunAsync(id, cancel), TypedResults.Ok))
            .WithSummary("Runs a tool instance and waits for its end").Produces<ToolRun>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> EnableAsync(int id, bool isEnabled, ToolService service, CancellationToken cancel) =>
        Answers.Of(await service.EnableAsync(id, isEnabled, cancel), TypedResults.Ok);
}
