using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpEndpoint;

/// <summary>What agents can read as a resource: the guide, the Overview, and what failed lately.</summary>
internal sealed class ConsoleResources(AgentCalls calls, LastFailures failures)
{
    private const string Overview = "sanctum://overview";
    private const string Failures = "sanctum://failures";
    private const string Guide = "sanctum://guide/";
    private const string Json = "application/json";
    private const string Markdown = "text/markdown";

    public static ListResourcesResult List() =>
        new()
        {
            Resources =
            [
                new()
                {
                    Uri = Overview,
                    Name = "overview",
                    Title = "Overview",
                    Description = "What needs attention now, and the state of each area.",
                    MimeType = Json,
                },
                new()
                {
                    Uri = Failures,
                    Name = "failures",
                    Title = "Last failures",
                    Description = "What failed in the last 24 hours: runs of jobs, errors in the logs, connection tests and backups.",
                    MimeType = Json,
                },
                .. GuidePages.Names.Select(page => new Resource
                {
                    Uri = Guide + page,
                    Name = $"guide-{page}",
                    Title = $"Guide: {GuidePages.TitleOf(page)}",
                    MimeType = Markdown,
                }),
            ],
        };

    public async Task<ReadResourceResult> ReadAsync(string uri, CancellationToken cancel) =>
        uri switch
        {
            Overview => Of(uri, Json, TextOf(await calls.SendAsync(new(HttpMethods.Get, "/api/overview"), cancel))),
            Failures => Of(uri, Json, ToolAnswer.Fit(await failures.ReadAsync(null, null, cancel))),
            _ when uri.StartsWith(Guide, StringComparison.Ordinal) && GuidePages.Read(uri[Guide.Length..]) is { } page => Of(
                uri,
                Markdown,
                page
            ),
            _ => throw new McpProtocolException($"There is no resource {uri}.", McpErrorCode.ResourceNotFound),
        };

    private static string TextOf(InnerAnswer answer) => ToolAnswer.Fit(new JsonObject { ["body"] = answer.Body?.DeepClone() });

    private static ReadResourceResult Of(string uri, string type, string text) =>
        new()
        {
            Contents =
            [
                new TextResourceContents
                {
                    Uri = uri,
                    MimeType = type,
                    Text = text,
                },
            ],
        };
}
