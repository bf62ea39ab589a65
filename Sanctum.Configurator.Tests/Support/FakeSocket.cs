using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>One connection to a <see cref="FakeAppServer"/>.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "Without a wait handle it holds nothing."
)]
internal sealed class FakeSocket(WebSocket socket)
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<(string, string), byte> _heard = new();
    private readonly ConcurrentQueue<JsonObject> _posted = new();
    private readonly Lock _ending = new();
    private bool _isOver;

    public void Subscribe(string agent, string conversation) => _heard[(agent, conversation)] = 0;

    public bool Hears(string agent, string conversation) => _heard.ContainsKey((agent, conversation));

    public void Abort()
    {
        lock (_ending)
        {
            if (!_isOver)
            {
                socket.Abort();
            }
        }
    }

    /// <summary>Its request is about to end: what stands behind the socket is another request's afterwards, and must not be aborted.</summary>
    public void End()
    {
        lock (_ending)
        {
            _isOver = true;
        }
    }

    /// <summary>Sends it in its turn, before whatever is sent after it.</summary>
    public void Post(JsonObject message)
    {
        _posted.Enqueue((JsonObject)message.DeepClone());
        _ = FlushAsync(null);
    }

    public Task SendAsync(JsonObject message) => FlushAsync(message);

    public async Task<string?> ReadAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                whole.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    return Encoding.UTF8.GetString(whole.ToArray());
                }
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    private async Task FlushAsync(JsonObject? last)
    {
        await _sending.WaitAsync();
        try
        {
            while (_posted.TryDequeue(out var posted))
            {
                await SendNowAsync(posted);
            }

            if (last is not null)
            {
                await SendNowAsync(last);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // The other side has gone.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>As where the server could not set the connection up.</summary>
    public Task CloseAsync() => socket.CloseOutputAsync(WebSocketCloseStatus.InternalServerError, "no connection", CancellationToken.None);

    /// <summary>Sends a text that is no message.</summary>
    public Task SendAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    private Task SendNowAsync(JsonObject message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
}
