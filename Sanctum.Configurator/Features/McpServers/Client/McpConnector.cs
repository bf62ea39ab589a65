using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>
/// Comes to an understanding with an MCP server of either era, over whichever transport it speaks: the one way by which the console calls
/// MCP servers.
/// </summary>
public sealed class McpConnector(OutboundHttp http, McpProcesses processes, TimeProvider clock)
{
    private const long LongestAnswer = 16L << 20;

    /// <summary>Servers of the older era may answer the newer one's question with silence.</summary>
    private static readonly TimeSpan Discovery = TimeSpan.FromSeconds(3);

    /// <summary>For a stream of events to say where messages go.</summary>
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(5);

    private static readonly Implementation Self = new()
    {
        Name = "sanctum-configurator",
        Title = "Sanctum Configurator",
        Version = typeof(McpConnector).Assembly.GetName().Version?.ToString(3) ?? "1.0.0",
    };

    /// <param name="negotiation">Keeps what was tried.</param>
    /// <param name="elicit">Asks a person what the server wants to know; null where nobody is there to be asked.</param>
    /// <exception cref="McpFailedException">It could not be reached, is none, or refuses.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<McpConnection> ConnectAsync(
        McpTarget target,
        McpNegotiation negotiation,
        CancellationToken cancel,
        Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>>? elicit = null
    )
    {
        McpFailedException? first = null;
        foreach (var (transport, skipsDiscover) in PlansFor(target))
        {
            if (first is not null && !IsWorthwhile(transport, skipsDiscover, negotiation, first.Failure))
            {
                continue;
            }

            negotiation.Transport = transport;
            try
            {
                var connection =
                    transport == McpTransport.Stdio
                        ? await StartAsync(target, negotiation, elicit, cancel)
                        : await CallAsync(target, transport, skipsDiscover, negotiation, elicit, cancel);
                negotiation.IsOver = true;
                return connection;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                var failed = e as McpFailedException ?? new(McpFailures.Explain(e, target, transport, negotiation), e);
                first = Better(first, failed);
            }
        }

        throw first!;
    }

    private static IReadOnlyList<(McpTransport Transport, bool SkipsDiscover)> PlansFor(McpTarget target) =>
        target switch
        {
            { Command: not null } => [(McpTransport.Stdio, false)],
            { Transport: McpTransport.StreamableHttp } => [(McpTransport.StreamableHttp, false), (McpTransport.StreamableHttp, true)],
            { Transport: McpTransport.Sse } => [(McpTransport.Sse, true)],

            // Some take a message there as well, answer it with a stream of events, and say nothing in it.
            { Url: { } url } when url.AbsolutePath.TrimEnd('/').EndsWith("/sse", StringComparison.OrdinalIgnoreCase) =>
            [
                (McpTransport.Sse, true),
                (McpTransport.StreamableHttp, false),
                (McpTransport.StreamableHttp, true),
            ],
            _ => [(McpTransport.StreamableHttp, false), (McpTransport.StreamableHttp, true), (McpTransport.Sse, true)],
        };

    /// <summary>
    /// Whether another way may lead where this one did not: the server was reached, and did not ask who calls, or to come later.
    /// </summary>
    private static bool IsWorthwhile(McpTransport transport, bool skipsDiscover, McpNegotiation negotiation, McpFailure failure)
    {
        if (failure.Verdict is not (McpVerdict.NotFound or McpVerdict.NotMcp or McpVerdict.ServerError or McpVerdict.ProtocolError))
        {
            return false;
        }

        // The library goes on to the older era by itself where the newer question was refused in a way that it knows.
        return transport != McpTransport.StreamableHttp
            || !skipsDiscover
            || !negotiation.Attempts.Any(attempt => attempt.Request.EndsWith(RequestMethods.Initialize, StringComparison.Ordinal));
    }

    /// <summary>The failure that tells more of the server: one that wants a key, for example, is an MCP server most likely.</summary>
    private static McpFailedException Better(McpFailedException? first, McpFailedException next) =>
        first is null
        || (
            first.Failure.Verdict is McpVerdict.NotFound or McpVerdict.NotMcp
            && next.Failure.Verdict is not (McpVerdict.NotFound or McpVerdict.NotMcp)
        )
            ? next
            : first;

    private static McpClientOptions OptionsFor(Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>>? elicit) =>
        new()
        {
            ClientInfo = Self,
            InitializationTimeout = TimeSpan.FromMinutes(2),
            DiscoverProbeTimeout = Discovery,
            Handlers = new()
            {
                ElicitationHandler = elicit is null
                    ? null
                    : (asked, cancel) => asked is null ? ValueTask.FromResult(new ElicitResult()) : elicit(asked, cancel),
            },
        };

    private async Task<McpConnection> CallAsync(
        McpTarget target,
        McpTransport transport,
        bool skipsDiscover,
        McpNegotiation negotiation,
        Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>>? elicit,
        CancellationToken cancel
    )
    {
        var url = target.Url ?? throw new InvalidOperationException("The server has no address.");
        HttpHeaderRules.Check(target.Headers);
        var secrets = target.Secrets;
        var oauth = target.OAuth is { } signIn ? await signIn.OptionsAsync(cancel) : null;
        var guarded = oauth is null ? http.CreateHandler(url, target.Token, LongestAnswer) : http.CreateHandler(LongestAnswer);
        var client = new HttpClient(
            new RecordingHandler(guarded, url, negotiation, target.OAuth?.StepUp, secrets, clock),
            disposeHandler: false
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            var inner = new HttpClientTransport(
                new()
                {
                    Endpoint = url,
                    TransportMode = transport == McpTransport.Sse ? HttpTransportMode.Sse : HttpTransportMode.StreamableHttp,
                    AdditionalHeaders = target.Headers.ToDictionary(),
                    ConnectionTimeout = Opening,
                    OAuth = oauth,
                },
                client,
                NullLoggerFactory.Instance
            );
            var session = await McpClient.CreateAsync(
                new WatchedTransport(inner, negotiation, secrets, skipsDiscover),
                OptionsFor(elicit),
                cancellationToken: cancel
            );
            return new(session, transport, null, client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private async Task<McpConnection> StartAsync(
        McpTarget target,
        McpNegotiation negotiation,
        Func<ElicitRequestParams, CancellationToken, ValueTask<ElicitResult>>? elicit,
        CancellationToken cancel
    )
    {
        var secrets = target.Secrets;
        var process = processes.Start(target.Command!, secrets);
        try
        {
            var session = await McpClient.CreateAsync(
                new WatchedTransport(new StdioTransport(process), negotiation, secrets, skipsDiscover: false),
                OptionsFor(elicit),
                cancellationToken: cancel
            );
            return new(session, McpTransport.Stdio, process, null);
        }
        catch (Exception e)
        {
            await process.DisposeAsync();
            if (e is OperationCanceledException && cancel.IsCancellationRequested)
            {
                throw;
            }

            throw new McpFailedException(McpFailures.OfProgram(e, target.Command!, process), e);
        }
    }
}
