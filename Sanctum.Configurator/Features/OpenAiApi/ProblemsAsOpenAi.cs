using Microsoft.AspNetCore.Http.Features;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>
/// Whatever refuses a call before its route does (the key, the size, the database) answers with problem+json. For these addresses it is put
/// into the shape that their clients read; everything else passes as it is.
/// </summary>
internal static class ProblemsAsOpenAi
{
    private const string Problem = "application/problem+json";

    /// <summary>Where OpenTelemetry's exporters send to, which read problems as they are.</summary>
    private static readonly string[] OfTelemetry = ["/v1/logs", "/v1/traces", "/v1/metrics"];

    private static readonly PathString[] Offered = ["/v1/models", "/v1/chat/completions"];

    public static bool IsOurs(PathString path) =>
        path.StartsWithSegments("/v1") && !OfTelemetry.Any(other => path.StartsWithSegments(other));

    public static async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var held = new HeldProblem(context.Response, original.Stream);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(held, original));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(original);
        }

        if (held.Text is { Length: > 0 } text && !context.Response.HasStarted)
        {
            var error = ErrorOf(context, MessageIn(text.ToArray()));
            context.Response.StatusCode = error.Status;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = null;
            await context.Response.WriteAsync(error.ToJson().ToJsonString(), context.RequestAborted);
        }
    }

    /// <summary>What is here for other methods only, such as the console's pages, is not there for a program that calls this API.</summary>
    private static OpenAiError ErrorOf(HttpContext context, string message)
    {
        var (status, path) = (context.Response.StatusCode, context.Request.Path);
        if (
            status is not (StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            || Offered.Any(ours => path.StartsWithSegments(ours))
        )
        {
            return OpenAiError.OfStatus(status, message);
        }

        context.Response.Headers.Remove("Allow");
        return OpenAiError.UnknownUrl(path);
    }

    private static string MessageIn(byte[] text)
    {
        try
        {
            var problem = JsonNode.Parse(text)!;
            return (string?)problem["detail"] ?? (string?)problem["title"] ?? "The call failed.";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "The call failed.";
        }
    }

    /// <summary>Keeps a problem back, and lets everything else through.</summary>
    private sealed class HeldProblem(HttpResponse response, Stream inner) : Stream
    {
        /// <summary>Null where there was none.</summary>
        public MemoryStream? Text { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        private bool IsProblem => response.ContentType?.StartsWith(Problem, StringComparison.OrdinalIgnoreCase) == true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (IsProblem)
            {
                await (Text ??= new()).WriteAsync(buffer, cancellationToken);
            }
            else
            {
                await inner.WriteAsync(buffer, cancellationToken);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (IsProblem)
            {
                (Text ??= new()).Write(buffer, offset, count);
            }
            else
            {
                inner.Write(buffer, offset, count);
            }
        }

        public override Task FlushAsync(CancellationToken cancellationToken) =>
            IsProblem ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

        public override void Flush()
        {
            if (!IsProblem)
            {
                inner.Flush();
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
