using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>
/// Keeps what is tried until a server and the console understand each other: each request of the negotiation with its own answer. Ends
/// itself when they do.
/// </summary>
public sealed class McpNegotiation(TimeProvider clock, Action<McpAttempt>? onAttempt = null)
{
    private const int LongestSaid = 200;
    private static readonly string[] Methods = [RequestMethods.ServerDiscover, RequestMethods.Initialize];

    private readonly Lock _lock = new();
    private readonly List<McpAttempt> _attempts = [];
    private (string Method, RequestId Id, long Since)? _open;

    public IReadOnlyList<McpAttempt> Attempts
    {
        get
        {
            lock (_lock)
            {
                return [.. _attempts];
            }
        }
    }

    /// <summary>The last answer of HTTP; null where there was none.</summary>
    internal HttpAnswer? Http { get; private set; }

    /// <summary>Where something is being tried.</summary>
    internal McpTransport Transport
    {
        get;
        set => (field, Http) = (value, null);
    }

    /// <summary>Everything after it is no negotiation any more.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Whether the server has answered as an MCP server does.</summary>
    internal bool HasSpoken { get; private set; }

    internal void Begin(JsonRpcRequest request)
    {
        if (!IsOver && Methods.Contains(request.Method))
        {
            lock (_lock)
            {
                (_open, Http) = ((request.Method, request.Id, clock.GetTimestamp()), null);
            }
        }
    }

    internal void Answer(HttpAnswer answer) => Http = IsOver ? Http : answer;

    /// <summary>A stream of events that was opened, or not.</summary>
    internal void Opened(HttpAnswer answer, long since)
    {
        Answer(answer);
        Add(new(Transport.Text(), "GET", answer.Text, answer.IsSuccess, clock.GetElapsedTime(since).TotalMilliseconds));
    }

    internal void Answer(JsonRpcMessage message)
    {
        switch (message)
        {
            case JsonRpcResponse response:
                HasSpoken = true;
                End(response.Id, VersionIn(response), isOk: true);
                break;
            case JsonRpcError error:
                HasSpoken = true;
                End(error.Id, $"error {error.Error.Code}: {Cut(error.Error.Message)}", isOk: false);
                break;
        }
    }

    /// <summary>What is open was not answered, or in words of HTTP.</summary>
    internal void Fail(Exception e)
    {
        HasSpoken |= e is McpProtocolException;
        if (_open is { } open)
        {
            var why = e is OperationCanceledException ? "no answer in time" : FailureText.Short(e);
            End(
                open.Id,
                Http is { IsSuccess: false } http ? $"{http.Text}{(http.Said is { Length: > 0 } said ? $": {said}" : "")}" : why,
                false
            );
        }
    }

    private static string Cut(string text) => text.Length > LongestSaid ? $"{text[..LongestSaid]}…" : text;

    private static string VersionIn(JsonRpcResponse response) =>
        response.Result is System.Text.Json.Nodes.JsonObject result
            ? result["protocolVersion"] is { } version
                ? $"protocol {version}"
                : result["supportedVersions"] is System.Text.Json.Nodes.JsonArray versions
                    ? $"supports {string.Join(", ", versions.Select(each => $"{each}"))}"
                    : "an answer without a version"
            : "an empty answer";

    private void End(RequestId id, string answer, bool isOk)
    {
        McpAttempt attempt;
        lock (_lock)
        {
            if (_open is not { } open || !open.Id.Equals(id))
            {
                return;
            }

            _open = null;
            var verb = Transport == McpTransport.Stdio ? "" : "POST ";
            attempt = new(Transport.Text(), verb + open.Method, Cut(answer), isOk, clock.GetElapsedTime(open.Since).TotalMilliseconds);
        }

        Add(attempt);
    }

    private void Add(McpAttempt attempt)
    {
        if (IsOver)
        {
            return;
        }

        lock (_lock)
        {
            _attempts.Add(attempt);
        }

        onAttempt?.Invoke(attempt);
    }
}

/// <summary>What HTTP answered, as far as it matters.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, string? ContentType, Uri? Location, string? Challenge, string? Said)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public string Text =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)Status} {ReasonPhrases.GetReasonPhrase((int)Status)}{(ContentType is null ? "" : $", {ContentType}")}{(Location is null ? "" : $", to {Location}")}"
        );
}
