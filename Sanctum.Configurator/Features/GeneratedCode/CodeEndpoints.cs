using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.GeneratedCode;

internal static class CodeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var code = routes.MapLazyGroup("/api/code").RequireAuthorization(Policies.UseConversations).WithTags("Generated code");
        code.MapGet("/", ListAsync)
            .WithSummary("Lists the caller's generated code, the newest first; q has words, \"phrases\", begin* and -without");
        code.MapGet("/choices", (CodeReader reader, CancellationToken cancel) => reader.ChoicesAsync(cancel))
            .WithSummary("The languages and names of the caller's code");
        code.MapGet(
                "/{id:guid}",
                async (Guid id, CodeReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("A block of code with its question and other blocks of the same component");
        code.MapGet("/{id:guid}/file", FileAsync).WithSummary("A block of code as a file");
        code.MapDelete(
                "/{id:guid}",
                async (Guid id, CodeService service, CancellationToken cancel) => Answers.Deleted(await service.DeleteAsync(id, cancel))
            )
            .WithSummary("Deletes a block of code; the answer that it came from keeps it")
            .CannotBeTried();
        var pages = routes.MapLazyGroup();
        pages
            .MapGet(Urls.GeneratedCodeFiles, FileAsync)
            .RequireAuthorization(Policies.UseConversations)
            .ForPeopleOnly()
            .ExcludeFromDescription();
        pages
            .MapGet(Urls.GeneratedCodePreviews, PreviewAsync)
            .RequireAuthorization(Policies.UseConversations)
            .ForPeopleOnly()
            .ExcludeFromDescription();
    }

    private static async Task<Answer<Shown<PageOf<CodeRow>>>> ListAsync(
        CodeReader reader,
        CancellationToken cancel,
        string? q = null,
        string? language = null,
        string? name = null,
        Guid? conversation = null,
        Guid? message = null,
        int skip = 0,
        int take = 50
    ) => Answers.Of(await reader.ListAsync(new(q, language, name, conversation, message), PageQuery.Of(skip, take), cancel));

    /// <summary>Always to be saved, never to be opened: what a browser would make of it is for the frame of the preview.</summary>
    private static async Task<Results<FileContentHttpResult, Missing>> FileAsync(Guid id, CodeReader reader, CancellationToken cancel) =>
        await reader.FindAsync(id, cancel) is { } code
            ? TypedResults.File(
                Encoding.UTF8.GetBytes(code.Code),
                "text/plain; charset=utf-8",
                CodeLanguages.FileNameOf(code.Row.ComponentName, code.Row.Language)
            )
            : new Missing();

    private static async Task<Results<ContentHttpResult, Missing>> PreviewAsync(
        Guid id,
        CodePreviews previews,
        HttpContext context,
        [FromHeader(Name = "Sec-Fetch-Dest")] string? destination = null
    )
    {
        if (await previews.FindAsync(id, context.RequestAborted) is not { } shown)
        {
            return new Missing("There is no preview of this.");
        }

        if (destination is not (null or "" or "iframe"))
        {
            // By itself the page could lead its reader elsewhere, which the page around it forbids its frames.
            return new Missing("A preview is shown on the page of its code only.");
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = CodePreview.Policy;
        headers.XFrameOptions = "SAMEORIGIN";
        headers["X-DNS-Prefetch-Control"] = "off";
        headers["Referrer-Policy"] = "no-referrer";
        return TypedResults.Content(shown.Page, "text/html", Encoding.UTF8);
    }
}
