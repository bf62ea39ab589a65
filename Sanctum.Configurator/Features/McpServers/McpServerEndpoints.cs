using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sanctum.Configurator.Features.DryRuns;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.McpServers;

internal static class McpServerEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var servers = routes.MapLazyGroup("/api/mcp-servers").RequireAuthorization(Policies.ReadRegistry).WithTags("MCP servers");
        MapReading(servers);
        MapWriting(servers);
        MapTesting(servers);
        MapTools(servers);
        MapExchange(servers);
        MapLetta(servers);
        MapSignIn(routes, servers);
    }

    private static void MapReading(LazyGroup servers)
    {
        servers
            .MapGet(
                "/",
                ([AsParameters] PageQuery query, McpServerReader reader, CancellationToken cancel) => reader.PageAsync(query.Page, cancel)
            )
            .WithSummary("Lists MCP servers with their last test, without secrets; sort is name or updated");
        servers
            .MapGet(
                "/{id:int}",
                async (int id, McpServerReader reader, CancellationToken cancel) => Answers.Found(await reader.FindAsync(id, cancel))
            )
            .WithSummary("An MCP server with its last test; the ETag is its version");
        servers
            .MapGet(
                "/{id:int}/checks",
                async (int id, [AsParameters] PageQuery query, McpServerReader reader, CancellationToken cancel) =>
                    Answers.Found(await reader.ChecksAsync(id, query.Page, cancel))
            )
            .WithSummary("The tests of an MCP server with their steps, newest first");
        servers
            .MapGet(
                "/{id:int}/approvals",
                async (int id, McpServerReader reader, CancellationToken cancel) => Answers.Found(await reader.PinsAsync(id, cancel))
            )
            .WithSummary("What an MCP server offers beside what was approved of it, with the differences");
    }

    private static void MapWriting(LazyGroup servers)
    {
        servers
            .MapPost(
                "/",
                async (McpServerForm form, McpServerService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (null, 0);
                    return Answers.Created(await service.SaveAsync(form, cancel), row => $"/api/mcp-servers/{row.Id}");
                }
            )
            .Writes("Adds an MCP server")
            .OffersDryRun();
        servers
            .MapPut(
                "/{id:int}",
                async (int id, McpServerForm form, NeededIfMatch seen, McpServerService service, CancellationToken cancel) =>
                {
                    (form.Id, form.Version) = (id, seen.Version);
                    return Answers.Of(await service.SaveAsync(form, cancel));
                }
            )
            .Writes("Changes an MCP server; If-Match names the version that was read; secrets that are left out stay as they are")
            .OffersDryRun();
        servers
            .MapDelete(
                "/{id:int}",
                async (int id, IfMatch seen, McpServerService service, CancellationToken cancel) =>
                    Answers.Deleted(await service.DeleteAsync(id, seen.Version, cancel))
            )
            .Writes("Deletes an MCP server with its approvals, and deactivates the tools that call it")
            .OffersDryRun();
        MapSwitch(servers, "enable", isEnabled: true);
        MapSwitch(servers, "disable", isEnabled: false);
        servers
            .MapPost(
                "/{id:int}/approvals",
                async (int id, McpDecision decision, McpApprovals approvals, CancellationToken cancel) =>
                    Answers.Of(await approvals.DecideAsync(id, decision, cancel))
            )
            .ForPeopleOnly()
            .Writes("Approves definitions, or blocks them, as they were shown: each is named by its id and the hash that was read")
            .OffersDryRun();
    }

    private static void MapTesting(LazyGroup servers)
    {
        servers
            .MapPost(
                "/test",
                async Task<Answer<Shown<McpReport>>> (McpServerForm form, McpServerTesting tests, CancellationToken cancel) =>
                    Answers.Of(await tests.TestAsync(form, null, cancel))
            )
            .Writes("Tests an MCP server that is not saved; secrets that are left out are those of the server with the given id")
            .WritesNothing();
        servers
            .MapPost(
                "/{id:int}/test",
                async (int id, McpServerTesting tests, CancellationToken cancel) => Answers.Of(await tests.TestAsync(id, null, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Tests a saved MCP server and keeps the result")
            .CannotBeTried();
    }

    private static void MapTools(LazyGroup servers)
    {
        servers
            .MapGet(
                "/{id:int}/tools",
                async (int id, McpServerReader reader, CancellationToken cancel) => Answers.Found(await reader.ToolsAsync(id, cancel))
            )
            .WithSummary("The tools of an MCP server as it offered them last, with their schemas");
        servers
            .MapPost(
                "/{id:int}/tools/{name}/call",
                async (int id, string name, McpCallForm form, McpToolCalls calls, CancellationToken cancel) =>
                    Answers.Of(await calls.CallAsync(id, name, form.Arguments ?? [], cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Calls an approved tool; what is not approved as the server offers it now is refused")
            .CannotBeTried();
        servers
            .MapPost(
                "/{id:int}/tools/{name}/import",
                async (int id, string name, McpCallForm form, McpToolCalls calls, CancellationToken cancel) =>
                    Answers.Created(await calls.ImportAsync(id, name, form.Arguments ?? [], cancel), row => $"/api/tools/{row.Id}")
            )
            .Writes("Makes a tool of the registry that calls an approved tool")
            .CannotBeTried();
    }

    private static void MapLetta(LazyGroup servers)
    {
        servers
            .MapGet(
                "/{id:int}/letta",
                async (int id, McpAtLetta letta, CancellationToken cancel) => Answers.Of(await letta.FindAsync(id, cancel))
            )
            .WithSummary("An MCP server as a V1 Letta server has it: what it keeps, and what it sees");
        servers
            .MapPost(
                "/{id:int}/letta/register",
                async (int id, LettaMcpForm form, McpAtLetta letta, CancellationToken cancel) =>
                    Answers.Of(await letta.RegisterAsync(id, form, cancel))
            )
            .Writes("Registers an MCP server at a V1 Letta server")
            .CannotBeTried();
        servers
            .MapPost(
                "/{id:int}/letta/resync",
                async (int id, McpAtLetta letta, CancellationToken cancel) => Answers.Of(await letta.ResyncAsync(id, cancel))
            )
            .Writes("Lets a V1 Letta server read the tools of an MCP server anew")
            .CannotBeTried();
        servers
            .MapDelete(
                "/{id:int}/letta",
                async (int id, McpAtLetta letta, CancellationToken cancel) => Answers.Of(await letta.RemoveAsync(id, cancel))
            )
            .Writes("Removes an MCP server from a V1 Letta server")
            .CannotBeTried();
    }

    private static void MapSignIn(IEndpointRouteBuilder routes, LazyGroup servers)
    {
        servers
            .MapPost(
                "/{id:int}/sign-in",
                async (int id, McpSignInForm form, HttpRequest request, McpSignIns signIns, CancellationToken cancel) =>
                    Answers.Of(await signIns.BeginAsync(id, form, BaseOf(request), cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Begins to sign in to an MCP server by OAuth; a person signs in at the address that is answered")
            .CannotBeTried();
        servers
            .MapDelete(
                "/{id:int}/sign-in",
                async (
                    int id,
                    McpSignIns signIns,
                    McpServerReader reader,
                    CancellationToken cancel,
                    [FromQuery(Name = "for_everybody")] bool forEverybody = false
                ) => Answers.Of(await signIns.EndAsync(id, reader, new(forEverybody), cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary("Forgets the caller's sign-in to an MCP server, or everybody's")
            .OffersDryRun();
        routes
            .MapGet(
                Urls.McpSignedIn,
                (McpPendingSignIns pending, CurrentUser caller, string? state = null, string? code = null, string? iss = null) =>
                    TypedResults.LocalRedirect(
                        pending.End(state, code, iss, caller.Id) is { } server ? Urls.McpServer(server) : Urls.McpServers
                    )
            )
            .RequireAuthorization(Policies.ReadRegistry)
            .ExcludeFromDescription();
        routes
            .MapGet(
                Urls.McpClientDocument,
                (HttpRequest request, IConfiguration configuration) =>
                    TypedResults.Json(McpSignIns.Document(PublicOf(request, configuration)))
            )
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static Uri BaseOf(HttpRequest request) => new($"{request.Scheme}://{request.Host}/");

    private static Uri PublicOf(HttpRequest request, IConfiguration configuration) =>
        Uri.TryCreate(configuration[Urls.PublicUrlSetting], UriKind.Absolute, out var known) ? known : BaseOf(request);

    private static void MapExchange(LazyGroup servers)
    {
        servers
            .MapGet(
                "/export",
                async Task<Results<FileContentHttpResult, ValidationProblem>> (
                    McpExchange exchange,
                    CancellationToken cancel,
                    string format = McpFile.VsCode
                ) =>
                    format is McpFile.VsCode or McpFile.Claude
                        ? TypedResults.File(
                            System.Text.Encoding.UTF8.GetBytes(ReadableJson.Of(await exchange.ExportAsync(format, cancel))),
                            "application/json",
                            "mcp.json"
                        )
                        : Answers.Refused("format", "The format must be vscode or claude.")
            )
            .WithSummary("All MCP servers as an mcp.json, for vscode or claude (Claude Desktop, Cursor), with placeholders for secrets");
        servers
            .MapPost(
                "/import/preview",
                async (McpImportForm form, McpExchange exchange, CancellationToken cancel) =>
                    Answers.Of(await exchange.PreviewAsync(form, cancel))
            )
            .Writes("What an mcp.json would bring, and which secrets it leaves out")
            .WritesNothing();
        servers
            .MapPost(
                "/import",
                async (McpImportForm form, McpExchange exchange, CancellationToken cancel) =>
                    Answers.Of(await exchange.ImportAsync(form, cancel))
            )
            .Writes("Adds the MCP servers of an mcp.json whose names are free")
            .OffersDryRun();
    }

    private static void MapSwitch(LazyGroup servers, string act, bool isEnabled) =>
        servers
            .MapPost(
                $"/{{id:int}}/{act}",
                async (int id, McpServerService service, CancellationToken cancel) =>
                    Answers.Of(await service.EnableAsync(id, isEnabled, cancel))
            )
            .RequireAuthorization(Policies.OperateRegistry)
            .WithSummary(isEnabled ? "Enables an MCP server: it is watched and can be used" : "Disables an MCP server")
            .OffersDryRun();

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string summary) =>
        route.RequireAuthorization(Policies.WriteRegistry).WithSummary(summary);
}
