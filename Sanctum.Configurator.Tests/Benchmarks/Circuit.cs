using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Sanctum.Configurator.Tests.Benchmarks;

/// <summary>
/// An open page without a browser, of which a test can hold hundreds: a circuit that shows the page's components, answers what the server
/// asks
/// of a browser, and changes one control as a click does. It says what blazor.web.js says (src/Components/Web.JS in dotnet/aspnetcore,
/// mainly
/// Platform/Circuits/CircuitManager.ts) to ComponentHub.cs (src/Components/Server), over a web socket and in SignalR's framework-internal
/// protocol "blazorpack". The page's own scripts do not run: each call of one is answered with null, as by an empty browser.
/// </summary>
internal sealed partial class Circuit : IAsyncDisposable
{
    private const string ChangeAttribute = "onchange";

    /// <summary>The server ends a connection that is silent for 30 s; the browser speaks after half of that.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly IHubProtocol Protocol = (IHubProtocol)
        Activator.CreateInstance(
            typeof(CircuitOptions).Assembly.GetType(
                "Microsoft.AspNetCore.Components.Server.BlazorPack.BlazorPackHubProtocol",
                throwOnError: true
            )!
        )!;

    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly WebSocketStream _stream;
    private readonly PipeReader _input;
    private readonly string _control;
    private readonly TaskCompletionSource _started = Expected();
    private readonly TaskCompletionSource<long> _renderer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _shown = Expected();
    private TaskCompletionSource<long> _answer = new();
    private TaskCompletionSource _handled = Expected();
    private ReceivedBatch.Handler? _handler;
    private Task _listening = Task.CompletedTask;
    private Task _pinging = Task.CompletedTask;
    private int _calls;

    private Circuit(WebSocket socket, string control)
    {
        _stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        _input = PipeReader.Create(_stream);
        _control = control;
    }

    /// <summary>Opens the circuit of a page and waits until it shows the control.</summary>
    /// <param name="html">What the server sent for the page, which serves for one circuit.</param>
    /// <param name="control">The id or label of an element that can be changed.</param>
    public static async Task<Circuit> OpenAsync(Uri page, string html, CookieContainer cookies, string control)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = cookies;
        socket.Options.SetRequestHeader("Origin", page.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(
            new UriBuilder(page)
            {
                Scheme = "ws",
                Path = "/_blazor",
                Query = "",
            }.Uri,
            CancellationToken.None
        );
        var circuit = new Circuit(socket, control);
        try
        {
            await circuit.StartAsync(page, html);
            return circuit;
        }
        catch
        {
            await circuit.DisposeAsync();
            throw;
        }
    }

    /// <summary>Switches the control on or off, and waits until the server has done all of it.</summary>
    /// <returns>How long the first rendering of the change took to arrive.</returns>
    public async Task<TimeSpan> ChangeAsync(bool value)
    {
        var (answer, handled) = (new TaskCompletionSource<long>(), Expected());
        (_answer, _handled) = (answer, handled);
        var start = Stopwatch.GetTimestamp();
        await WriteAsync(output => Protocol.WriteMessage(ChangeTo(value), output));
        await ArriveAsync(answer.Task);
        await ArriveAsync(handled.Task);
        return Stopwatch.GetElapsedTime(start, await answer.Task);
    }

    /// <summary>Leaves as a browser that is cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Task.WhenAll(_listening, _pinging).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stream.DisposeAsync();
        _closing.Dispose();
        _turn.Dispose();
    }

    private static TaskCompletionSource Expected() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task StartAsync(Uri page, string html)
    {
        await WriteAsync(output => HandshakeProtocol.WriteRequestMessage(new(Protocol.Name, Protocol.Version), output));
        await ReadHandshakeAsync();
        _listening = ListenAsync();
        _pinging = PingAsync();
        var state = StateComment().Match(html).Groups["state"].Value;
        await WriteAsync(output =>
            Protocol.WriteMessage(
                new InvocationMessage("1", "StartCircuit", [new Uri(page, "/").ToString(), page.ToString(), "[]", state]),
                output
            )
        );
        await ArriveAsync(_started.Task);
        await ArriveAsync(_renderer.Task);
        await SendAsync("UpdateRootComponents", OperationsOf(html), state);
        await ArriveAsync(_shown.Task);
    }

    private InvocationMessage ChangeTo(bool value)
    {
        var handler = _handler!.Value;
        var what = JsonSerializer.Serialize(
            new object[]
            {
                new
                {
                    eventHandlerId = handler.Id,
                    eventName = "change",
                    eventFieldInfo = new { componentId = handler.Component, fieldValue = value },
                },
                new { value },
            }
        );
        return new("BeginInvokeDotNetFromJS", [$"{++_calls}", null, "DispatchEventAsync", _renderer.Task.Result, what]);
    }

    /// <summary>Asks for all components that the page leaves to the circuit.</summary>
    private static string OperationsOf(string html)
    {
        var operations =
            from comment in ComponentComment().Matches(html)
            let marker = JsonNode.Parse(comment.Groups["marker"].Value)!
            where (string?)marker["type"] == "server"
            orderby (int)marker["sequence"]!
            select marker;
        return new JsonObject
        {
            ["batchId"] = 1,
            ["operations"] = new JsonArray([
                .. operations.Select(
                    (marker, at) =>
                        new JsonObject
                        {
                            ["type"] = "add",
                            ["ssrComponentId"] = at + 1,
                            ["marker"] = marker,
                        }
                ),
            ]),
        }.ToJsonString();
    }

    private async Task ReadHandshakeAsync()
    {
        while (true)
        {
            var buffer = (await _input.ReadAsync(_closing.Token).AsTask().WaitAsync(Patience)).Buffer;
            var isWhole = HandshakeProtocol.TryParseResponseMessage(ref buffer, out var answer);
            _input.AdvanceTo(buffer.Start, buffer.End);
            if (isWhole)
            {
                Assert.Null(answer!.Error);
                return;
            }
        }
    }

    private async Task ListenAsync()
    {
        var targets = new Targets();
        while (true)
        {
            var read = await _input.ReadAsync(_closing.Token);
            var buffer = read.Buffer;
            while (Protocol.TryParseMessage(ref buffer, targets, out var message))
            {
                await TakeAsync(message);
            }

            _input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                throw new IOException("The server closed the connection.");
            }
        }
    }

    private Task TakeAsync(HubMessage message)
    {
        switch (message)
        {
            case InvocationMessage { Target: "JS.RenderBatch", Arguments: [long id, byte[] batch] }:
                Take(new ReceivedBatch(batch), Stopwatch.GetTimestamp());
                return SendAsync("OnRenderCompleted", id, null);
            case InvocationMessage { Target: "JS.BeginInvokeJS", Arguments: [long call, string function, string arguments, ..] }:
                if (function == "Blazor._internal.attachWebRendererInterop")
                {
                    _renderer.TrySetResult((long)JsonNode.Parse(arguments)![1]!["__dotNetObject"]!);
                }

                return call > 0 ? SendAsync("EndInvokeJSFromDotNet", call, true, $"[{call},true,null]") : Task.CompletedTask;
            case InvocationMessage { Target: "JS.EndInvokeDotNet", Arguments: [_, bool isDone, var result] }:
                return isDone ? Task.FromResult(_handled.TrySetResult()) : throw new InvalidOperationException($"{result}");
            case CompletionMessage { Result: string { Length: > 0 } }:
                _started.TrySetResult();
                return Task.CompletedTask;
            case CompletionMessage or CloseMessage or InvocationMessage { Target: "JS.Error" }:
                throw new IOException(
                    $"The server ended the circuit: {(message as CloseMessage)?.Error}{(message as CompletionMessage)?.Error}{(message as InvocationMessage)?.Arguments[0]}"
                );
            case InvocationBindingFailureMessage failure:
                failure.BindingFailure.Throw();
                return Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    }

    private void Take(ReceivedBatch batch, long arrived)
    {
        if (batch.FindHandler(_control, ChangeAttribute) is { } handler)
        {
            _handler = handler;
            _shown.TrySetResult();
        }
        else if (_handler is { } former && batch.FindNext(former, ChangeAttribute) is { } next)
        {
            _handler = next;
            _answer.TrySetResult(arrived);
        }
    }

    private async Task PingAsync()
    {
        using var timer = new PeriodicTimer(LongestSilence);
        while (await timer.WaitForNextTickAsync(_closing.Token))
        {
            await WriteAsync(output => Protocol.WriteMessage(PingMessage.Instance, output));
        }
    }

    /// <summary>Waits for what the server owes; a failure of the connection ends the waiting.</summary>
    private async Task ArriveAsync(Task expected)
    {
        if (await Task.WhenAny(expected, _listening).WaitAsync(Patience) == _listening)
        {
            await _listening;
        }
    }

    private Task SendAsync(string target, params object?[] arguments) =>
        WriteAsync(output => Protocol.WriteMessage(new InvocationMessage(target, arguments), output));

    private async Task WriteAsync(Action<IBufferWriter<byte>> write)
    {
        await _turn.WaitAsync(_closing.Token);
        try
        {
            // Only now, so that an event never names a handler whose replacement has been acknowledged: the server has forgotten it.
            var output = new ArrayBufferWriter<byte>();
            write(output);
            await _stream.WriteAsync(output.WrittenMemory, _closing.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    [GeneratedRegex("<!--Blazor:(?<marker>{.*?})-->")]
    private static partial Regex ComponentComment();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>[a-zA-Z0-9+/=]+)-->")]
    private static partial Regex StateComment();

    /// <summary>What the server may call, and with what.</summary>
    private sealed class Targets : IInvocationBinder
    {
        private static readonly Dictionary<string, Type[]> Parameters = new()
        {
            ["JS.AttachComponent"] = [typeof(int), typeof(string)],
            ["JS.BeginInvokeJS"] = [typeof(long), typeof(string), typeof(string), typeof(int), typeof(long), typeof(int)],
            ["JS.EndInvokeDotNet"] = [typeof(string), typeof(bool), typeof(string)],
            ["JS.EndUpdateRootComponents"] = [typeof(long)],
            ["JS.Error"] = [typeof(string)],
            ["JS.RenderBatch"] = [typeof(long), typeof(byte[])],
        };

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => Parameters[methodName];

        public Type GetReturnType(string invocationId) => typeof(string);

        public Type GetStreamItemType(string streamId) => throw new NotSupportedException();
    }
}
