using Microsoft.AspNetCore.Http.HttpResults;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Templates;

internal static class TemplateEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var templates = routes.MapLazyGroup("/api/templates").RequireAuthorization(Policies.ReadRegistry).WithTags("Templates");
        templates
            .MapGet(
                "/",
                (
                    TemplateService service,
                    CancellationToken cancel,
                    string? q = null,
                    string? kind = null,
                    int skip = 0,
                    int take = 50,
                    string? cursor = null
                ) => service.ListAsync(kind, PageQuery.Of(skip, take, search: q, cursor: cursor), cancel)
            )
            .WithSummary(
                "Lists the shipped templates, then those of the registry by name; kind is tool or agent, cursor is the next_cursor of the previous page"
            );
        templates
            .MapGet(
                "/{id}",
                async (string id, TemplateService service, CancellationToken cancel) => Answers.Found(await service.FindAsync(id, cancel))
            )
            .WithSummary("A template with its content; the ETag is its version");
        templates.MapGet("/{id}/export", ExportAsync).WithSummary("Exports a template as a file that can be imported");
        templates
            .MapPost(
                "/",
                async (TemplateForm form, TemplateService service, CancellationToken cancel) =>
                    Created(await service.CreateAsync(form, cancel))
            )
            .Writes("Adds a template, for example an exported one")
            .OffersDryRun();
        templates
            .MapPut(
                "/{id}",
                async (string id, TemplateForm form, NeededIfMatch seen, TemplateService service, CancellationToken cancel) =>
                {
                    form.Version = seen.Version;
                    return Answers.Of(await service.SaveAsync(id, form, cancel));
                }
            )
            .Writes("Changes a template; If-Match names the version that was read")
            .OffersDryRun();
        templates
            .MapDelete(
                "/{id}",
                async (string id, TemplateService service, IfMatch seen, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .Writes("Deletes a template; what was created from it stays")
            .OffersDryRun();
        templates
            .MapPost(
                "/{id}/apply",
                async (string id, ApplyForm form, TemplateApplication application, CancellationToken cancel, bool dryRun = false) =>
                    Answers.Created(await application.ApplyAsync(id, form, dryRun, cancel), dryRun, made => $"/api/{made.Kind}s/{made.Id}")
            )
            .Writes("Creates a tool or declares an agent; with dryRun=true only returns what would be created");
        templates
            .MapPost(
                "/from-agent/{id:int}",
                async (int id, SaveAsForm form, TemplateMaker maker, CancellationToken cancel) =>
                    Created(await maker.FromAgentAsync(id, form, cancel))
            )
            .Writes("Creates a template from an agent's declared fields")
            .OffersDryRun();
        templates
            .MapPost(
                "/from-tool/{id:int}",
                async (int id, SaveAsForm form, TemplateMaker maker, CancellationToken cancel) =>
                    Created(await maker.FromToolAsync(id, form, cancel))
            )
            .Writes("Creates a template from a tool and its first instance, without secrets")
            .OffersDryRun();
    }

    /// <summary>For a browser, whose session does not count under /api.</summary>
    public static void MapFile(IEndpointRouteBuilder routes) =>
        routes.MapLazyGroup().MapGet(Urls.TemplateFiles, ExportAsync).RequireAuthorization(Policies.ReadRegistry).ExcludeFromDescription();

    /// <summary>A template as the text of its file.</summary>
    internal static string TextOf(TemplateView view) =>
        ReadableJson.Of(JsonSerializer.SerializeToNode(TemplateForm.Of(view), ApiJson.Options)!);

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary);

    private static Answer<Made<TemplateRow>> Created(Outcome<TemplateRow> outcome) =>
        Answers.Created(outcome, row => $"/api/templates/{row.Id}");

    private static async Task<Results<FileContentHttpResult, Missing>> ExportAsync(
        string id,
        TemplateService service,
        CancellationToken cancel
    ) =>
        await service.FindAsync(id, cancel) is { } view
            ? TypedResults.File(System.Text.Encoding.UTF8.GetBytes(TextOf(view)), "application/json", $"template-{view.Template.Id}.json")
            : new Missing();
}
