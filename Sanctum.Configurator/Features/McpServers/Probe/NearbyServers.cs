using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Probe;

/// <summary>
/// Looks for the MCP server that an address nearly names: another path of the same server, where it redirects to, or with the other scheme.
/// What it finds has answered as an MCP server does, so that the hint works.
/// </summary>
public sealed class NearbyServers(McpConnector connector, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly string[] Paths = ["/mcp", "/sse"];

    /// <summary>Null where there is none, or the failure is not of the address.</summary>
    public async Task<Uri?> FindAsync(McpTarget target, McpFailure failure, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        var candidates = CandidatesFor(target.Url!, failure)
            .Where(each => each != target.Url && (target.InAddress.Count == 0 || IsSafe(target, each)))
            .Distinct()
            .ToList();
        var found = await Task.WhenAll(candidates.Select(each => AnswersAsync(Moved(target, each), either.Token)));
        return candidates.Where((_, at) => found[at]).FirstOrDefault();
    }

    private static IEnumerable<Uri> CandidatesFor(Uri url, McpFailure failure)
    {
        if (failure is { Verdict: McpVerdict.Redirect, Location: { } place })
        {
            return [place];
        }

        if (failure.Verdict is McpVerdict.TlsFailed or McpVerdict.Cut or McpVerdict.NotMcp && OtherScheme(url) is { } other)
        {
            return [other, .. failure.Verdict == McpVerdict.NotMcp ? OtherPaths(url) : []];
        }

        return failure.Verdict is McpVerdict.NotFound or McpVerdict.NotMcp or McpVerdict.Forbidden ? OtherPaths(url) : [];
    }

    /// <summary>Below the path first, then beside it, then at the root.</summary>
    private static IEnumerable<Uri> OtherPaths(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        foreach (var each in Paths)
        {
            yield return WithPath(url, path + each);
        }

        yield return WithPath(url, url.AbsolutePath.EndsWith('/') && path.Length > 0 ? path : $"{path}/");
        foreach (var each in Paths)
        {
            yield return WithPath(url, path.LastIndexOf('/') is > 0 and var at ? path[..at] + each : each);
        }

        foreach (var each in Paths)
        {
            yield return WithPath(url, each);
        }
    }

    private static Uri WithPath(Uri url, string path) => new UriBuilder(url) { Path = path }.Uri;

    private static Uri? OtherScheme(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps
            ? new UriBuilder(url) { Scheme = Uri.UriSchemeHttp, Port = url.Port }.Uri
            : new UriBuilder(url) { Scheme = Uri.UriSchemeHttps, Port = url.Port }.Uri;

    /// <summary>A secret goes to the same host only, and never from an encrypted address to an open one.</summary>
    private static bool IsSafe(McpTarget target, Uri url) =>
        url.IdnHost == target.Url!.IdnHost
        && url.Port == target.Url.Port
        && (url.Scheme == target.Url.Scheme || url.Scheme == Uri.UriSchemeHttps);

    private static McpTarget Moved(McpTarget target, Uri url)
    {
        var isSafe = IsSafe(target, url);
        return target with
        {
            Url = url,
            Transport = McpTransport.Auto,
            Token = isSafe ? target.Token : null,
            Headers = isSafe ? target.Headers : new Dictionary<string, string>(),
        };
    }

    private async Task<bool> AnswersAsync(McpTarget target, CancellationToken cancel)
    {
        try
        {
            await using var connection = await connector.ConnectAsync(target, new McpNegotiation(clock), cancel);
            return true;
        }
        catch (McpFailedException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
