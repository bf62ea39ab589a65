using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Sanctum.Configurator.Platform.Requests;

/// <summary>
/// The one reader of what is sent to the API. It unpacks a body, reads its charset, keeps to the route's size, takes an empty one as an
/// empty
/// object, and holds JSON against the type that the route takes; only then comes the route. So all of them refuse alike, and by name.
/// </summary>
public static class RequestBodies
{
    /// <summary>How long a body may be, unpacked, where a route says nothing else.</summary>
    public const long MostBytes = 4_000_000;

    private const string Json = "application/json";

    public static IServiceCollection AddRequestBodies(this IServiceCollection services)
    {
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // So that what is bad about a request can be said.
        return services.AddRequestDecompression(options =>
            options.DecompressionProviders["x-gzip"] = options.DecompressionProviders["gzip"]
        );
    }

    /// <summary>Before the routes are looked for: a call without a body and its type is taken as one with an empty object.</summary>
    public static IApplicationBuilder UseEmptyBodies(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var request = context.Request;
                if (
                    Schemes.IsApi(request.Path)
                    && string.IsNullOrEmpty(request.ContentType)
                    && !CanHaveBody(context)
                    && !HttpMethods.IsGet(request.Method)
                    && !HttpMethods.IsDelete(request.Method)
                )
                {
                    request.ContentType = Json;
                }

                return next(context);
            }
        );

    /// <summary>After it is known who calls, so that a stranger makes no work.</summary>
    public static IApplicationBuilder UseRequestBodies(this IApplicationBuilder app) =>
        app.UseWhen(
            context => Schemes.IsApi(context.Request.Path),
            api =>
                api.UseRequestDecompression()
                    .Use(
                        async (context, next) =>
                        {
                            if (RefuseEncoding(context.Request) is { } encoding)
                            {
                                await encoding.ExecuteAsync(context);
                            }
                            else if (await ReadAsync(context) is { } refusal)
                            {
                                await refusal.ExecuteAsync(context);
                            }
                            else
                            {
                                await next(context);
                            }
                        }
                    )
        );

    /// <summary>Lets a route take another size than the usual.</summary>
    public static RouteHandlerBuilder TakesUpTo(this RouteHandlerBuilder route, long bytes) =>
        route.WithMetadata(new RequestSizeLimitAttribute(bytes));

    /// <summary>The body of a route that takes JSON or lines of it, as UTF-8.</summary>
    public static ReadOnlyMemory<byte> BodyOf(HttpRequest request) => request.HttpContext.Features.Get<ReadBody>()?.Text ?? default;

    /// <summary>What unpacks bodies leaves the header where it can't.</summary>
    private static IResult? RefuseEncoding(HttpRequest request) =>
        request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding
        && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? TypedResults.Problem(
                $"The Content-Encoding {encoding} is not supported. Use gzip, deflate or br, or send the body uncompressed.",
                statusCode: StatusCodes.Status415UnsupportedMediaType
            )
            : null;

    private static async Task<IResult?> ReadAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (QueryCheck.Find(context.Request, endpoint) is { } query)
        {
            return query;
        }

        if (
            endpoint?.Metadata.GetMetadata<IAcceptsMetadata>() is not { RequestType: { } type } accepts
            || !accepts.ContentTypes.Contains(Json)
        )
        {
            return null;
        }

        var limit = endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? MostBytes;
        var text = BodyText.Decode(await BytesAsync(context.Request, limit), context.Request.ContentType);
        if (type == typeof(JsonElement))
        {
            Replace(context, text); // Its route reads it as it comes, line by line.
            return null;
        }

        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            if (type == typeof(JsonObject) && !accepts.IsOptional)
            {
                throw new BadHttpRequestException("The body is missing. Send a JSON object.");
            }

            text = "{}"u8.ToArray();
        }

        Replace(context, text);
        var reasons = BodyCheck.Find(
            text,
            type,
            context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions
        );
        return reasons.Count == 0 ? null : Answers.RefusedAt(reasons);
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpRequest request, long limit)
    {
        var bytes = new MemoryStream();
        try
        {
            if (request.ContentLength is { } length && length <= limit)
            {
                bytes.Capacity = (int)length;
            }

            var buffer = new byte[81920];
            for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0; )
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > limit)
                {
                    throw TooLong(limit);
                }
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLong(limit);
        }
        catch (InvalidDataException e)
        {
            throw new BadHttpRequestException("The body can't be decompressed: it is damaged, or its Content-Encoding is wrong.", e);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static BadHttpRequestException TooLong(long limit) =>
        new(
            $"The body is larger than {Sizes.Of(limit)} uncompressed, the limit of this call. Send it in parts.",
            StatusCodes.Status413PayloadTooLarge
        );

    private static void Replace(HttpContext context, ReadOnlyMemory<byte> text)
    {
        var body = new ReadBody(text);
        context.Features.Set(body);
        context.Features.Set<IHttpRequestBodyDetectionFeature>(body);
        context.Request.Body = new MemoryStream(text.ToArray(), writable: false);
        context.Request.ContentLength = text.Length;
        context.Request.ContentType = context.Request.ContentType?.Split(';')[0]; // It is UTF-8 now, whatever it was.
    }

    private static bool CanHaveBody(HttpContext context) =>
        context.Request.ContentLength is null or > 0 && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;

    /// <summary>A body that was read, and is there to be read again.</summary>
    private sealed record ReadBody(ReadOnlyMemory<byte> Text) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
