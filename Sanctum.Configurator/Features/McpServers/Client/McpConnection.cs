using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>A server and the console that understand each other. Disposing it ends the session, and the program where it is one.</summary>
public sealed class McpConnection : IAsyncDisposable
{
    private const int MostTools = 5000;
    private const int MostPages = 500;

    private readonly McpClient _client;
    private readonly McpProcess? _process;
    private readonly IDisposable? _held;

    internal McpConnection(McpClient client, McpTransport transport, McpProcess? process, IDisposable? held)
    {
        (_client, Transport, _process, _held) = (client, transport, process, held);
        Version = client.NegotiatedProtocolVersion ?? "";
        Server = ServerOf(client);
    }

    public McpTransport Transport { get; }

    /// <summary>Of the protocol.</summary>
    public string Version { get; }

    public string Era => McpEras.Of(Version);

    /// <summary>Its name and version as it says them; null where it does not.</summary>
    public Implementation? Server { get; }

    public string? Instructions => _client.ServerInstructions;

    public bool HasTools => _client.ServerCapabilities.Tools is not null;

    /// <summary>What a program has written to its output that is no message; null for nothing.</summary>
    public string? OtherOutput => _process?.OtherOutput;

    /// <summary>It can't be used any more: the server ended it.</summary>
    public bool IsClosed => _client.Completion.IsCompleted || _process?.HasEnded == true;

    /// <summary>
    /// All its tools, whatever pages they come on. A server that gives the same page for ever, or too much, is cut, which
    /// <see cref="ToolList.Cut"/> says.
    /// </summary>
    public async Task<ToolList> ListToolsAsync(CancellationToken cancel)
    {
        var tools = new ToolListing();
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var asked = JsonSerializer.SerializeToNode(new ListToolsRequestParams { Cursor = cursor }, McpJsonUtilities.DefaultOptions);
            var answer = await _client.SendRequestAsync(new() { Method = RequestMethods.ToolsList, Params = asked }, cancel);
            cursor = tools.Add(answer.Result);
            if (string.IsNullOrEmpty(cursor))
            {
                return tools.End(null);
            }

            if (tools.Count > MostTools)
            {
                return tools.End($"The server lists more than {MostTools} tools. The rest is left out.", MostTools);
            }

            if (!cursors.Add(cursor))
            {
                return tools.End("The server repeats a page of its list of tools for ever. What came until then is shown.");
            }
        }

        return tools.End($"The server lists its tools on more than {MostPages} pages. The rest is left out.");
    }

    /// <param name="tool">As it is listed: some of its arguments may be sent as headers.</param>
    public async Task<CallToolResult> CallAsync(
        Tool tool,
        JsonObject arguments,
        IProgress<ProgressNotificationValue>? progress,
        CancellationToken cancel
    )
    {
        try
        {
            _client.AddKnownTools([tool]);
        }
        catch (ArgumentException e)
        {
            throw new McpException(e.Message, e);
        }

        return await CallAsync(tool.Name, arguments, progress, cancel);
    }

    public async Task<CallToolResult> CallAsync(
        string tool,
        JsonObject arguments,
        IProgress<ProgressNotificationValue>? progress,
        CancellationToken cancel
    )
    {
        var result = await _client.CallToolAsync(
            tool,
            arguments.ToDictionary(pair => pair.Key, pair => (object?)JsonSerializer.SerializeToElement(pair.Value)),
            progress,
            cancellationToken: cancel
        );

        // Some say null where there is nothing, whatever the library's type promises.
        result.Content ??= [];
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _held?.Dispose();
    }

    /// <summary>The library throws where the server has not said who it is, which it need not.</summary>
    private static Implementation? ServerOf(McpClient client)
    {
        try
        {
            return client.ServerInfo;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
