using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.RestApi;

internal static class RestEndpoints
{
    /// <summary>Says that the table has rows that whoever asks does not see.</summary>
    public const string HiddenHeader = "Sanctum-Rows-Hidden";

    private const string Root = "/rest/v1";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PATCH", "DELETE"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var rest = routes.MapGroup(Root).RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        rest.MapMethods("/", ["GET", "HEAD"], (RequestDelegate)DescribeAsync);
        rest.MapMethods("/{table}", Methods, (RequestDelegate)(context => AnswerAsync(context, RowsAsync)));
        rest.MapMethods(
            "/rpc/{function}",
            ["GET", "HEAD", "POST"],
            (RequestDelegate)(context => AnswerAsync(context, RefuseFunctionAsync))
        );
        routes
            .MapLazyGroup("/api/rest")
            .RequireAuthorization(Policies.UseConversations)
            .WithTags("REST for other tools")
            .MapGet("/tools", (HttpRequest request) => MakerTools.For($"{request.Scheme}://{request.Host}{request.PathBase}"))
            .WithSummary("The seven calls of /rest/v1 that tools are made of, each as a cURL command for the import");
    }

    private static Task DescribeAsync(HttpContext context) =>
        AnswerAsync(
            context,
            async (_, cancel) =>
            {
                await context.RequestServices.GetRequiredService<RestDescription>().WriteAsync(context, cancel);
                return null;
            }
        );

    private static Task<RestAnswer?> RefuseFunctionAsync(HttpContext context, CancellationToken cancel) =>
        throw new RestFault(
            StatusCodes.Status404NotFound,
            "PGRST202",
            $"Could not find the function public.{RestFault.Shorten($"{context.Request.RouteValues["function"]}")} in the schema cache",
            null,
            "Functions are not offered. Use the tables, or the endpoints that GET /api/openapi.json lists."
        );

    /// <summary>Does what is asked, and tells what went wrong as PostgREST would.</summary>
    private static async Task AnswerAsync(HttpContext context, Func<HttpContext, CancellationToken, Task<RestAnswer?>> answer)
    {
        RestRefusal? refusal = null;
        try
        {
            if (await answer(context, context.RequestAborted) is { } done)
            {
                await WriteAsync(context, done);
            }
        }
        catch (RestFault fault)
        {
            refusal = fault.Refusal;
            context.Response.Headers[HeaderNames.ContentRange] = fault.ContentRange;
        }
        catch (Exception e) when (StoreFaults.Of(e, $"{context.Request.RouteValues["table"]}") is { } found)
        {
            refusal = found;
        }

        if (refusal is not null)
        {
            if (refusal.Status == StatusCodes.Status403Forbidden)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"";
            }

            await refusal.WriteAsync(context);
        }
    }

    private static async Task<RestAnswer?> RowsAsync(HttpContext context, CancellationToken cancel)
    {
        var (request, services) = (context.Request, context.RequestServices);
        RefuseSchemas(request);
        var catalog = services.GetRequiredService<RestDescription>().Catalog;
        var table = catalog.Table($"{request.RouteValues["table"]}");
        services.GetRequiredService<RestAccess>().Require(table);
        var query = RestQuery.Parse(request.QueryString.Value);
        var shape = RestShape.Of(request.Headers.Accept);
        var call = new RestCall(
            catalog,
            table,
            query,
            PreferHeader.Parse(request.Headers["Prefer"]),
            shape,
            RowRange.Of(request.Headers.Range.ToString(), query.Rows)
        );
        context.Response.ContentType = shape.ContentType;
        if (request.Method is "GET" or "HEAD")
        {
            return await services.GetRequiredService<RestReader>().ReadAsync(call, cancel);
        }

        var writer = services.GetRequiredService<RestWriter>();
        switch (request.Method)
        {
            case "POST":
                using (var body = await BodyAsync(request, services, cancel))
                {
                    return await writer.InsertAsync(call, body.RootElement, cancel);
                }
            case "PATCH":
                using (var body = await BodyAsync(request, services, cancel))
                {
                    return await writer.UpdateAsync(call, body.RootElement, cancel);
                }
            default:
                return await writer.DeleteAsync(call, cancel);
        }
    }

    private static async Task WriteAsync(HttpContext context, RestAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers[HeaderNames.ContentRange] = answer.ContentRange;
        response.Headers["Preference-Applied"] = answer.Applied;
        response.Headers.Location = answer.Location is null ? default : $"{context.Request.PathBase}{Root}{answer.Location}";
        if (answer.HidesRows)
        {
            response.Headers[HiddenHeader] = "true";
        }

        if (answer.Body is not { } body)
        {
            response.ContentType = null;
            return;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentLength = body.Length;
            await response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }

    private static async Task<JsonDocument> BodyAsync(HttpRequest request, IServiceProvider services, CancellationToken cancel)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var said) ? said.MediaType.Value?.ToLowerInvariant() : null;
        if (
            type is not (null or "application/json" or "application/vnd.pgrst.object+json" or "application/vnd.pgrst.array+json")
            || (type is null && !string.IsNullOrEmpty(request.ContentType))
        )
        {
            throw new RestFault(
                StatusCodes.Status415UnsupportedMediaType,
                "PGRST102",
                $"Content-Type not acceptable: {RestFault.Shorten(request.ContentType ?? "")}",
                null,
                "Send application/json."
            );
        }

        var most = services.GetRequiredService<IOptions<RestApiOptions>>().Value.MostBodyBytes;
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancel)) > 0; )
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > most)
            {
                throw new RestFault(
                    StatusCodes.Status413PayloadTooLarge,
                    "54000",
                    $"the body is larger than {most} bytes",
                    null,
                    "Send it in parts."
                );
            }
        }

        try
        {
            return JsonDocument.Parse(
                BodyText.Decode(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), request.ContentType),
                new() { MaxDepth = 64, AllowDuplicateProperties = false }
            );
        }
        catch (JsonException e)
        {
            throw new RestFault(
                StatusCodes.Status400BadRequest,
                "PGRST102",
                "Empty or invalid json",
                e.Message,
                "Send an object, or an array of objects, with each name once."
            );
        }
    }

    private static void RefuseSchemas(HttpRequest request)
    {
        foreach (var header in new[] { "Accept-Profile", "Content-Profile" })
        {
            if (request.Headers[header].ToString() is { Length: > 0 } schema and not "public")
            {
                throw new RestFault(
                    StatusCodes.Status406NotAcceptable,
                    "PGRST106",
                    $"Invalid schema: {RestFault.Shorten(schema)}",
                    null,
                    "Only the following schemas are exposed: public"
                );
            }
        }
    }
}
