using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>Calls a tool of an MCP server over HTTP, in the newer transport or the older one (SSE), which SMCP speaks.</summary>
internal sealed class McpExecutor(OutboundHttp http) : IToolExecutor
{
    private const long LongestAnswer = 16L << 20;

    public string Kind => "mcp";

    public string Title => "MCP tool call";

    public IReadOnlyList<string> Overridable => ["arguments"];

    public string Schema =>
        """
            {"type": "object", "required": ["kind", "url", "tool"], "properties": {
              "kind": {"const": "mcp"},
              "url": {"type": "string", "title": "Address of the MCP server", "description": "Such as http://127.0.0.1:8000/sse for SMCP.", "format": "uri"},
              "tool": {"type": "string", "title": "Tool", "description": "Of SMCP: plugin__command.", "minLength": 1},
              "arguments": {"type": "object", "title": "Arguments", "default": {}},
              "token": {"type": "string", "title": "Token", "writeOnly": true, "description": "Sent as Authorization: Bearer."},
              "timeout_seconds": {"type": "number", "title": "Time limit", "description": "In seconds.", "exclusiveMinimum": 0, "maximum": 3600}}}
            """;

    public string? TargetOf(JsonObject config) =>
        new ToolCall(config, null) is var call
        && call.Text("tool") is { } tool
        && Uri.TryCreate(call.Text("url"), UriKind.Absolute, out var url)
            ? $"{tool} at {url.Authority}"
            : null;

    public async Task<RunResult> RunAsync(ToolCall run, Action<string> say, CancellationToken cancel)
    {
        if (run.Text("tool") is not { Length: > 0 } tool || !Uri.TryCreate(run.Text("url"), UriKind.Absolute, out var url))
        {
            return RunResult.Failed("The configuration has no MCP server address or no tool.");
        }

        try
        {
            using var client = http.CreateClient(new Uri(url.GetLeftPart(UriPartial.Authority)), run.Text("token"), LongestAnswer);
            client.Timeout = Timeout.InfiniteTimeSpan;
            var transport = new HttpClientTransport(
                new() { Endpoint = url, TransportMode = HttpTransportMode.AutoDetect },
                client,
                NullLoggerFactory.Instance,
                ownsHttpClient: false
            );
            await using var session = await McpClient.CreateAsync(transport, cancellationToken: cancel);
            var progress = new Heard(say);
            var result = await session.CallToolAsync(tool, ArgumentsOf(run.Config), progress, cancellationToken: cancel);
            var text = string.Join('\n', result.Content.Select(block => block is TextContentBlock said ? said.Text : $"[{block.Type}]"));
            return RunResult.Of(result.IsError != true, result.IsError == true ? "The tool reported an error." : $"{tool} answered.", text);
        }
        catch (Exception e) when (OutboundFailures.Find(e) is { } failed)
        {
            return RunResult.Failed($"The call to {url.Authority} failed: {failed.Message}");
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // The library lets through whatever its readers throw at what is no MCP.
            return RunResult.Failed(
                $"The call to {url.Authority} failed: {e.Message.TrimEnd('.')}. Check that the address is an MCP server's."
            );
        }
    }

    private static Dictionary<string, object?> ArgumentsOf(JsonObject config) =>
        config["arguments"] is JsonObject arguments
            ? arguments.ToDictionary(pair => pair.Key, pair => (object?)pair.Value?.DeepClone())
            : [];

    private sealed class Heard(Action<string> say) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value)
        {
            if (value.Message is { } message)
            {
                say($"{message}\n");
            }
        }
    }
}
