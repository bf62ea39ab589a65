using System.Text.Json;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Templates;

internal static class TemplateEndpoints
{
    private const int LongestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var templates = routes.MapGroup("/api/templates").RequireAuthorization(Policies.ReadRegistry).WithTags("Templates");
        templates
            .MapGet(
                "/",
                async (
                    TemplateService service,
                    CancellationToken cancel,
                    string? q = null,
                    string? kind = null,
                    int skip = 0,
                    int take = 50,
                    string? cursor = null
                ) =>
                    TypedResults.Ok(
                        await service.ListAsync(
                            kind,
                            new(Math.Max(skip, 0), Math.Clamp(take, 1, LongestPage), Search: q, Cursor: cursor),
                            cancel
                        )
                    )
            )
            .WithSummary(
                "Lists the shipped templates, then those of the registry by name; kind is tool or agent, cursor is the next_cursor of the previous page"
            );
        templates
            .MapGet(
                "/{id}",
                async (string id, TemplateService service, HttpContext context, CancellationToken cancel) =>
                    await service.FindAsync(id, cancel) is { } view
                        ? Answers.WithVersion(context, view.Template.Version, TypedResults.Ok(view))
                        : Answers.NotFound()
            )
            .WithSummary("A template with its content; the ETag is its version")
            .Produces<TemplateView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        templates
            .MapGet("/{id}/export", ExportAsync)
            .WithSummary("Exports a template as a file that can be imported")
            .ProducesProblem(StatusCodes.Status404NotFound);
        templates
            .MapPost(
                "/",
                async (TemplateForm form, TemplateService service, CancellationToken cancel) =>
                    Created(await service.CreateAsync(form, cancel))
            )
            .Writes("Adds a template, for example an exported one")
            .OffersDryRun()
            .Produces<TemplateRow>(StatusCodes.Status201Created);
        templates
            .MapPut("/{id}", SaveAsync)
            .Writes("Changes a template; If-Match names the version that was read")
            .OffersDryRun()
            .Produces<TemplateRow>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        templates
            .MapDelete(
                "/{id}",
                async (string id, TemplateService service, HttpRequest request, CancellationToken cancel) =>
                    Answers.Of(await service.DeleteAsync(id, Answers.VersionIn(request), cancel), _ => TypedResults.NoContent(), row => row)
            )
            .Writes("Deletes a template; what was created from it stays")
            .OffersDryRun()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        templates
            .MapPost(
                "/{id}/apply",
                async (string id, ApplyForm form, TemplateApplication application, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Of(
                        await application.ApplyAsync(id, form, dryRun, cancel),
                        made => dryRun ? TypedResults.Ok(made) : TypedResults.Created($"/api/{made.Kind}s/{made.Id}", made)
                    )
            )
            .Writes("Creates a tool or declares an agent; with dryRun=true only returns what would be created")
            .Produces<AppliedTemplate>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound);
        templates
            .MapPost(
                "/from-agent/{id:int}",
                async (int id, SaveAsForm form, TemplateMaker maker, CancellationToken cancel) =>
                    Created(await maker.FromAgentAsync(id, form, cancel))
            )
            .Writes("Creates a template from an agent's declared fields")
            .OffersDryRun()
            .Produces<TemplateRow>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound);
        templates
            .MapPost(
                "/from-tool/{id:int}",
                async (int id, SaveAsForm form, TemplateMaker maker, CancellationToken cancel) =>
                    Created(await maker.FromToolAsync(id, form, cancel))
            )
            .Writes("Creates a template from a tool and its first instance, without secrets")
            .OffersDryRun()
            .Produces<TemplateRow>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>For a browser, whose session does not count under /api.</summary>
    public static void MapFile(IEndpointRouteBuilder routes) =>
        routes.MapGet(Urls.TemplateFiles, ExportAsync).RequireAuthorization(Policies.ReadRegistry).ExcludeFromDescription();

    /// <summary>A template as the text of its file.</summary>
    internal static string TextOf(TemplateView view) =>
        ReadableJson.Of(JsonSerializer.SerializeToNode(TemplateForm.Of(view), ApiJson.Options)!);

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary).ProducesValidationProblem();

    private static IResult Created(Outcome<TemplateRow> outcome) =>
        Answers.Of(outcome, row => TypedResults.Created($"/api/templates/{row.Id}", row));

    private static async Task<IResult> ExportAsync(string id, TemplateService service, CancellationToken cancel) =>
        await service.FindAsync(id, cancel) is { } view
            ? TypedResults.File(System.Text.Encoding.UTF8.GetBytes(TextOf(view)), "application/json", $"template-{view.Template.Id}.json")
            : Answers.NotFound();

    private static async Task<IResult> SaveAsync(
        string id,
        TemplateForm form,
        TemplateService service,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var (version, refusal) = Answers.IfMatch(context.Request);
        if (refusal is not null)
        {
            return refusal;
        }

        form.Version = version;
        return Answers.Of(
            await service.SaveAsync(id, form, cancel),
            row => Answers.WithVersion(context, row.Version, TypedResults.Ok(row)),
            row => row
        );
    }
}
