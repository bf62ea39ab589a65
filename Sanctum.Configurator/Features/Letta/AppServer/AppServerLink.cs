using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>
/// One WebSocket to a Letta App Server. Commands go out with a number, and their answers come back with it, in any order; everything else
/// that comes is an event of a conversation. It is always receiving: the server cuts off whoever does not answer its pings.
/// </summary>
/// <remarks>
/// The server drops a command that it does not know without a word, so that every call has a time limit of its own.
/// </remarks>
public sealed class AppServerLink : IDisposable
{
    /// <summary>Of one message of the server's. A list of agents with their prompts has a few.</summary>
    public const int MostBytes = 48 << 20;

    private const int MostHeadBytes = 4096;
    private readonly ClientWebSocket _socket;
    private readonly TimeSpan _patience;
    private readonly Shown _shown;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, Awaited> _awaited = new();
    private readonly ConcurrentDictionary<long, AppServerListener> _listeners = new();
    private long _last;
    private volatile bool _isGarbled;

    private AppServerLink(ClientWebSocket socket, LettaPlace server)
    {
        (_socket, _patience, _shown) = (socket, server.Patience, new(server.Token));
        Received = ReceiveAsync();
    }

    public bool IsOpen => _socket.State == WebSocketState.Open && !_end.IsCancellationRequested;

    /// <summary>Ends when the connection does.</summary>
    public Task Received { get; }

    /// <exception cref="AppServerRefusedException">The server, or a proxy before it, answered, but did not open a WebSocket.</exception>
    /// <exception cref="OutboundFailedException">There was no answer, or no way there.</exception>
    public static async Task<AppServerLink> ConnectAsync(OutboundHttp outbound, LettaPlace server, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(server.Patience);
        var (socket, status) = await outbound.ConnectAsync(AddressOf(server.BaseAddress), server.Token, limit.Token);
        return socket is null ? throw new AppServerRefusedException(status) : new(socket, server);
    }

    /// <summary>Over a WebSocket that is open already, which ends with the link.</summary>
    public static AppServerLink Over(ClientWebSocket socket, LettaPlace server) => new(socket, server);

    /// <summary>The address of the WebSocket below a server's address.</summary>
    public static Uri AddressOf(Uri server) =>
        new UriBuilder(new Uri(server, "ws")) { Scheme = server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs }.Uri;

    /// <summary>Gives a command, and waits for its answer.</summary>
    /// <exception cref="LettaCallException">The server refused it, did not answer in time, or the connection was lost.</exception>
    public async Task<JsonElement> AskAsync(string command, JsonObject? parameters, CancellationToken cancel) =>
        (await AskAsync(command, parameters, static _ => true, cancel))[^1];

    /// <summary>The same for a command that is answered in several messages.</summary>
    /// <param name="isLast">Whether an answer is the last one.</param>
    public async Task<IReadOnlyList<JsonElement>> AskAsync(
        string command,
        JsonObject? parameters,
        Func<JsonElement, bool> isLast,
        CancellationToken cancel
    )
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"console-{Interlocked.Increment(ref _last)}");
        var message = new JsonObject { ["type"] = command, ["request_id"] = id };
        foreach (var (name, value) in parameters ?? [])
        {
            message[name] = value?.DeepClone();
        }

        var awaited = new Awaited(isLast);
        _awaited[id] = awaited;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        try
        {
            await SendAsync(message, limit.Token);
            return await awaited.Answers.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LettaCallException(
                $"the App Server did not answer the command {command} within {_patience.TotalSeconds:0.##} s. It may be busy, or too old to know the command."
            );
        }
        finally
        {
            _awaited.TryRemove(id, out _);
        }
    }

    /// <summary>Gives a command that is never answered.</summary>
    public async Task TellAsync(string command, JsonObject parameters, CancellationToken cancel)
    {
        parameters["type"] = command;
        await SendAsync(parameters, cancel);
    }

    /// <summary>Hears the events of one conversation of an agent, from now on.</summary>
    public AppServerListener Listen(AppServerScope scope)
    {
        var number = Interlocked.Increment(ref _last);
        var listener = new AppServerListener(scope, () => _listeners.TryRemove(number, out _));
        _listeners[number] = listener;
        if (!IsOpen)
        {
            listener.End(WhyEnded());
        }

        return listener;
    }

    /// <summary>Text of the server's without the token, in case it says it back.</summary>
    public string Hide(string text) => _shown.HideToken(text);

    public void Dispose()
    {
        _end.Cancel();
        _socket.Abort();
        _socket.Dispose();
    }

    private async Task SendAsync(JsonObject message, CancellationToken cancel)
    {
        var bytes = Encoding.UTF8.GetBytes(message.ToJsonString());
        await _sending.WaitAsync(cancel);
        try
        {
            // A message that is stopped half way would end the connection for everybody: once begun, it is sent to its end.
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, _end.Token);
        }
        catch (Exception e)
            when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            throw WhyEnded(e);
        }
        finally
        {
            _sending.Release();
        }
    }

    private LettaCallException WhyEnded(Exception? inner = null) =>
        _isGarbled ? new AppServerGarbledException(inner) : new AppServerLostException(inner);

    private async Task ReceiveAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        try
        {
            while (true)
            {
                buffer.ResetWrittenCount();
                var (isClosed, isTooLong) = await ReceiveAsync(buffer);
                if (isClosed)
                {
                    break;
                }

                if (isTooLong)
                {
                    Refuse(buffer.WrittenSpan);
                }
                else
                {
                    Take(buffer.WrittenMemory);
                }
            }
        }
        catch (Exception e)
            when (e is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The other side has gone, or this one has closed the link.
        }
        finally
        {
            await _end.CancelAsync();
            foreach (var awaited in _awaited.Values)
            {
                awaited.Fail(WhyEnded());
            }

            foreach (var listener in _listeners.Values)
            {
                listener.End(WhyEnded());
            }
        }
    }

    /// <summary>One whole message; of one that is too long its head, and the rest is read over.</summary>
    private async Task<(bool IsClosed, bool IsTooLong)> ReceiveAsync(ArrayBufferWriter<byte> buffer)
    {
        var isTooLong = false;
        while (true)
        {
            var space = isTooLong ? _skipped.AsMemory() : buffer.GetMemory(64 << 10);
            var part = await _socket.ReceiveAsync(space, _end.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return (true, false);
            }

            if (!isTooLong)
            {
                buffer.Advance(part.Count);
                isTooLong = buffer.WrittenCount > MostBytes;
            }

            if (part.EndOfMessage)
            {
                return (false, isTooLong);
            }
        }
    }

    private readonly byte[] _skipped = new byte[64 << 10];

    private void Take(ReadOnlyMemory<byte> message)
    {
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(message);
            json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // The server sends nothing else: something else has answered, and nothing more that it says counts.
            _isGarbled = true;
            _end.Cancel();
            return;
        }

        if (LettaAgent.TextOf(json, "request_id") is { } id && _awaited.TryGetValue(id, out var awaited))
        {
            if (
                LettaAgent.TextOf(json, "type") is { } type
                && (type.EndsWith("_response", StringComparison.Ordinal) || type == "input_accepted")
            )
            {
                awaited.Take(json, WhyRefused(json));
                return;
            }
        }

        if (AppServerScope.Find(json) is { } scope)
        {
            foreach (var listener in _listeners.Values.Where(listener => listener.Scope == scope))
            {
                listener.Hear(json);
            }
        }
    }

    /// <summary>Tells whoever waits for the message that is too long.</summary>
    private void Refuse(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head[..Math.Min(head.Length, MostHeadBytes)]);
        var why = new LettaCallException(
            $"the App Server's answer is larger than {MostBytes >> 20} MiB, the most that the console takes. Shorten what it holds, such as a long memory file."
        );
        foreach (var (id, awaited) in _awaited)
        {
            if (text.Contains($"\"{id}\"", StringComparison.Ordinal))
            {
                awaited.Fail(why);
                return;
            }
        }

        foreach (var listener in _listeners.Values.Where(listener => text.Contains(listener.Scope.Conversation, StringComparison.Ordinal)))
        {
            listener.End(why);
        }
    }

    /// <summary>The server's words where it says no; null where it says yes.</summary>
    private LettaCallException? WhyRefused(JsonElement answer)
    {
        var isRefused =
            (answer.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False)
            || (answer.TryGetProperty("accepted", out var accepted) && accepted.ValueKind == JsonValueKind.False);
        if (!isRefused)
        {
            return null;
        }

        var error = answer.TryGetProperty("error", out var said)
            ? said.ValueKind == JsonValueKind.String
                ? said.GetString()
                : LettaMessage.ErrorOf(said)
            : null;
        var words = _shown.Clean(error, 300).TrimEnd('.');
        return new AppServerSaidNoException(words.Length == 0 ? "The server gave no reason" : words);
    }

    /// <summary>The answers to one command that have come so far.</summary>
    private sealed class Awaited(Func<JsonElement, bool> isLast)
    {
        private readonly List<JsonElement> _sofar = [];
        private readonly TaskCompletionSource<IReadOnlyList<JsonElement>> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<JsonElement>> Answers => _all.Task;

        public void Fail(LettaCallException why) => _all.TrySetException(why);

        public void Take(JsonElement answer, LettaCallException? refusal)
        {
            if (refusal is not null)
            {
                Fail(refusal);
                return;
            }

            _sofar.Add(answer);
            if (isLast(answer))
            {
                _all.TrySetResult(_sofar);
            }
        }
    }
}
