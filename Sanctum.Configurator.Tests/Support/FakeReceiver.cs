using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>What came in, as it came.</summary>
public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The titles of a webhook's notifications.</summary>
    public IEnumerable<string> Titles => Json["notifications"]!.AsArray().Select(n => (string)n!["title"]!);
}

/// <summary>A webhook's receiver, and an ntfy server: it takes whatever is posted, or answers as it is told.</summary>
public sealed class FakeReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly TaskCompletionSource _stopped = new();
    private WebApplication _server = null!;

    public Uri Address => new(_server.Urls.Single());

    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>The status of the answer; null to hang.</summary>
    public int? Status { get; set; } = 200;

    /// <summary>Another status for some of what comes in; null to go by <see cref="Status"/>.</summary>
    public Func<Received, int?>? Judge { get; set; }

    /// <summary>What it says of a request; null for a few words.</summary>
    public Func<HttpRequest, string>? Says { get; set; }

    /// <summary>A header of the answers that are no success.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>Completes when the first request hangs.</summary>
    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<FakeReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new FakeReceiver { _server = builder.Build() };
        receiver._server.MapPost("/{**path}", receiver.TakeAsync);
        await receiver._server.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        _stopped.TrySetResult();
        await _server.DisposeAsync();
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        var received = new Received(
            request.Path,
            request.Headers.ToDictionary(h => h.Key, h => $"{h.Value}", StringComparer.OrdinalIgnoreCase),
            body
        );
        _received.Enqueue(received);
        if (Status is null)
        {
            Hanging.TrySetResult();
            await _stopped.Task.WaitAsync(request.HttpContext.RequestAborted);
        }

        var status = Judge?.Invoke(received) ?? Status ?? 200;
        if (status >= 300 && RetryAfter is not null)
        {
            request.HttpContext.Response.Headers.RetryAfter = RetryAfter;
        }

        return Results.Text(Says?.Invoke(request) ?? "as it was told", statusCode: status);
    }
}
