using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.Tools.Running;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>
/// Runs tools of the registry that are an MCP server's: of a server that the console knows, through the gateway, so that only what was approved
/// is called; or of an address of the tool's own.
/// </summary>
internal sealed class McpExecutor(McpConnector connector, McpGateway gateway, CurrentUser caller, TimeProvider clock) : IToolExecutor
{
    /// <summary>Of a configuration: the name of the server.</summary>
    internal const string ServerMember = "mcp_server";

    public string Kind => "mcp";

    public string Title => "MCP tool call";

    public IReadOnlyList<string> Overridable => ["arguments"];

    public string Schema =>
        """
            {"type": "object", "required": ["kind", "tool"], "anyOf": [{"required": ["mcp_server"]}, {"required": ["url"]}], "properties": {
              "kind": {"const": "mcp"},
              "mcp_server": {"type": "string", "title": "MCP server", "description": "The name of one of the console's MCP servers. Only approved tools are called.", "minLength": 1},
              "url": {"type": "string", "title": "Address of the MCP server", "description": "Instead of a name, such as http://127.0.0.1:8000/sse for SMCP. Nobody approves what it offers.", "format": "uri"},
              "tool": {"type": "string", "title": "Tool", "description": "Of SMCP: plugin__command.", "minLength": 1},
              "arguments": {"type": "object", "title": "Arguments", "default": {}},
              "token": {"type": "string", "title": "Token", "writeOnly": true, "description": "Sent as Authorization: Bearer, to an address only."},
              "timeout_seconds": {"type": "number", "title": "Time limit", "description": "In seconds.", "exclusiveMinimum": 0, "maximum": 3600}}}
            """;

    /// <summary>The name of the server that a configuration calls; null where it calls none by its name.</summary>
    internal static string? ServerIn(string? config) =>
        JsonText.FindObject(config) is { } parsed && new ToolCall(parsed, null) is var call && call.Text("kind") == "mcp"
            ? call.Text(ServerMember)
            : null;

    public string? TargetOf(JsonObject config) =>
        new ToolCall(config, null) is var call && call.Text("tool") is { } tool
            ? call.Text(ServerMember) is { Length: > 0 } server
                ? $"{tool} of {server}"
                : Uri.TryCreate(call.Text("url"), UriKind.Absolute, out var url)
                    ? $"{tool} at {url.Authority}"
                    : null
            : null;

    public async Task<RunResult> RunAsync(ToolCall run, Action<string> say, CancellationToken cancel)
    {
        if (run.Text("tool") is not { Length: > 0 } tool)
        {
            return RunResult.Failed("The configuration has no tool.");
        }

        var arguments = run.Config["arguments"] as JsonObject ?? [];
        return run.Text(ServerMember) is { Length: > 0 } server ? await CallKnownAsync(server, tool, arguments, say, cancel)
            : Uri.TryCreate(run.Text("url"), UriKind.Absolute, out var url)
                ? await CallAsync(new() { Url = url, Token = run.Text("token") }, tool, arguments, say, cancel)
            : RunResult.Failed("The configuration has no MCP server.");
    }

    private async Task<RunResult> CallKnownAsync(
        string server,
        string tool,
        JsonObject arguments,
        Action<string> say,
        CancellationToken cancel
    )
    {
        var outcome = await gateway.CallAsync(server, tool, arguments, caller.Id, cancel, new Heard(say));
        return outcome is Outcome<CallToolResult>.Ok done
            ? ResultOf(tool, done.Value)
            : RunResult.Failed(outcome.ProblemWith($"The MCP server {server}")!);
    }

    private async Task<RunResult> CallAsync(
        McpTarget target,
        string tool,
        JsonObject arguments,
        Action<string> say,
        CancellationToken cancel
    )
    {
        try
        {
            await using var connection = await connector.ConnectAsync(target, new McpNegotiation(clock), cancel);
            return ResultOf(tool, await connection.CallAsync(tool, arguments, new Heard(say), cancel));
        }
        catch (McpFailedException e)
        {
            return RunResult.Failed($"The call to {target.Place} failed: {e.Failure.Sentence}");
        }
        catch (McpException e)
        {
            return RunResult.Failed($"{target.Place} refused the call: {FailureText.Short(e)}.");
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // The library lets through whatever its transports throw.
            return RunResult.Failed($"The call to {target.Place} failed: {McpFailures.OfCall(e, target).Sentence}");
        }
    }

    private static RunResult ResultOf(string tool, CallToolResult result) =>
        RunResult.Of(result.IsError != true, result.IsError == true ? "The tool reported an error." : $"{tool} answered.", TextOf(result));

    /// <summary>What can be written of an answer. What it says in a form of its own counts where it says nothing in words.</summary>
    private static string TextOf(CallToolResult result)
    {
        var lines = result.Content.Select(block =>
            block switch
            {
                TextContentBlock said => said.Text,
                EmbeddedResourceBlock { Resource: TextResourceContents resource } => resource.Text,
                ResourceLinkBlock link => $"[{link.Type} {link.Uri}]",
                _ => $"[{block.Type}]",
            }
        );
        return string.Join(
            '\n',
            result.StructuredContent is { } structured && !result.Content.Any(block => block is TextContentBlock)
                ? lines.Append(structured.GetRawText())
                : lines
        );
    }

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
