using System.Text.Encodings.Web;

namespace Sanctum.Configurator.Features.OpenAiApi;

/// <summary>
/// Writes an answer as it is made, or when it is whole. What fails before the first word has a status; what fails later is told in the stream.
/// </summary>
internal sealed class ChatResult(IAsyncEnumerable<ChatPiece> pieces, ChatShapes shapes, ChatCall call, TimeProvider clock) : IResult
{
    /// <summary>Proxies take a connection for dead that says nothing for a minute or less.</summary>
    private static readonly TimeSpan BetweenComments = TimeSpan.FromSeconds(15);

    private const string EventStream = "text/event-stream";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        var reader = pieces.GetAsyncEnumerator(cancel);
        await using (reader)
        {
            try
            {
                var isThere = await NextAsync(httpContext, reader);
                await (call.Streams ? StreamAsync(httpContext, reader, isThere) : WriteAsync(httpContext, reader, isThere));
            }
            catch (Exception e) when (ChatAnswers.ErrorOf(e, cancel) is { } error)
            {
                await FailAsync(httpContext, error);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // The caller has gone. The call of the model ended with him.
            }
        }
    }

    public static async Task FailAsync(HttpContext context, OpenAiError error)
    {
        if (context.Response.HasStarted)
        {
            await EventAsync(context, error.ToJson());
            return;
        }

        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json";
        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(error.ToJson().ToJsonString(Json), context.RequestAborted);
    }

    private async Task WriteAsync(HttpContext context, IAsyncEnumerator<ChatPiece> reader, bool isThere)
    {
        var (text, thought, tools) = (new StringBuilder(), new StringBuilder(), new JsonArray());
        var (finish, usage) = ("stop", (JsonObject?)null);
        for (; isThere; isThere = await reader.MoveNextAsync())
        {
            switch (reader.Current)
            {
                case ChatPiece.Text said:
                    text.Append(said.Said);
                    break;
                case ChatPiece.Reasoning thinking:
                    thought.Append(thinking.Thought);
                    break;
                case ChatPiece.Tool tool:
                    tools.Add((JsonNode)ChatShapes.Call(tool.Call, null));
                    break;
                case ChatPiece.Counted counted:
                    usage = ChatShapes.Usage(counted);
                    break;
                case ChatPiece.Ended ended:
                    finish = ended.Reason;
                    break;
            }
        }

        var answer = shapes.Whole(
            text.Length == 0 && tools.Count > 0 ? null : text.ToString(),
            thought.Length == 0 ? null : thought.ToString(),
            tools,
            finish,
            usage
        );
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(Json), context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context, IAsyncEnumerator<ChatPiece> reader, bool isThere)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = EventStream;
        }

        await ChunkAsync(context, new() { ["role"] = "assistant", ["content"] = "" });
        var (calls, finish, usage) = (0, "stop", (JsonObject?)null);
        for (; isThere; isThere = await NextAsync(context, reader))
        {
            switch (reader.Current)
            {
                case ChatPiece.Text said:
                    await ChunkAsync(context, new() { ["content"] = said.Said });
                    break;
                case ChatPiece.Reasoning thinking:
                    await ChunkAsync(context, new() { ["reasoning_content"] = thinking.Thought });
                    break;
                case ChatPiece.Tool tool:
                    await ChunkAsync(context, new() { ["tool_calls"] = new JsonArray((JsonNode)ChatShapes.Call(tool.Call, calls++)) });
                    break;
                case ChatPiece.Counted counted:
                    usage = ChatShapes.Usage(counted);
                    break;
                case ChatPiece.Ended ended:
                    finish = ended.Reason;
                    break;
            }
        }

        await EventAsync(context, shapes.Chunk([], finish, call.IncludesUsage));
        if (call.IncludesUsage)
        {
            await EventAsync(context, shapes.LastChunk(usage));
        }

        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    /// <summary>The next piece. While there is none, a stream says that it lives, in comments that no client reads.</summary>
    private async Task<bool> NextAsync(HttpContext context, IAsyncEnumerator<ChatPiece> reader)
    {
        var next = reader.MoveNextAsync().AsTask();
        while (call.Streams && !next.IsCompleted)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            var first = await Task.WhenAny(next, Task.Delay(BetweenComments, clock, stop.Token));
            await stop.CancelAsync();
            if (first == next || context.RequestAborted.IsCancellationRequested)
            {
                break;
            }

            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = EventStream;
            }

            // Whoever went away is noticed by the next piece, which must not be left behind.
            await context.Response.WriteAsync(": waiting\n\n", CancellationToken.None);
            await context.Response.Body.FlushAsync(CancellationToken.None);
        }

        return await next;
    }

    private Task ChunkAsync(HttpContext context, JsonObject delta) => EventAsync(context, shapes.Chunk(delta, null, call.IncludesUsage));

    private static async Task EventAsync(HttpContext context, JsonNode data)
    {
        await context.Response.WriteAsync($"data: {data.ToJsonString(Json)}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
