using System.Net;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A console beside an installation with one plugin, whose interpreter is a shell.</summary>
public sealed class PluginsConsole : ConsoleServer
{
    public DirectoryInfo Installation { get; } = Directory.CreateTempSubdirectory("sanctum-installation-");

    public override async ValueTask InitializeAsync()
    {
        var folder = Installation.CreateSubdirectory("smcp/plugins/git");
        await File.WriteAllTextAsync(
            Path.Join(folder.FullName, "cli.py"),
            """echo '{"plugin": {"version": "1.4.0"}, "commands": [{"name": "run"}]}'"""
        );
        Set("Sanctum:sanctum_base_path", Installation.FullName);
        Set("Plugins:Python", "/bin/sh");
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Installation.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class PluginsOverHttpTests(PluginsConsole console) : IClassFixture<PluginsConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private static readonly string[] LowAsText = ["low>=1"];
    private static readonly string[] TopAsText = ["top"];
    private static readonly string[] GitFolder = ["smcp/plugins/git"];

    [Fact]
    public async Task A_program_makes_reads_changes_switches_and_deletes_plugins()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var low = await CreateAsync(program, new { name = "low", plugin_version = "1.2.0" });
        var top = await CreateAsync(
            program,
            new
            {
                name = "top",
                dependencies = LowAsText,
                config = new { depth = 3 },
            }
        );

        using var read = await program.GetAsync(top);
        var (tag, view) = ($"{read.Headers.ETag}", await JsonAsync(read, HttpStatusCode.OK));
        Assert.Equal((3, ">=1"), ((int)view["config"]!["depth"]!, (string)view["dependencies"]![0]!["range"]!));
        var form = new
        {
            name = "top",
            type = "extension",
            dependencies = new Dictionary<string, string> { ["low"] = "^1", ["gone"] = "*" },
        };
        await JsonAsync(await program.SendAsync(HttpMethod.Put, top, form), HttpStatusCode.PreconditionRequired);
        var changed = await JsonAsync(await program.SendAsync(HttpMethod.Put, top, form, tag), HttpStatusCode.OK);
        Assert.Equal("top needs gone, which is not in the registry.", (string)changed["plugin"]!["problems"]![0]!);
        var stale = await JsonAsync(await program.SendAsync(HttpMethod.Put, top, form, tag), HttpStatusCode.PreconditionFailed);
        Assert.Equal("extension", (string)stale["current"]!["type"]!);
        var circle = await JsonAsync(
            await program.SendAsync(HttpMethod.Put, low, new { name = "low", dependencies = TopAsText }, "\"1\""),
            HttpStatusCode.BadRequest
        );
        Assert.Contains("low → top → low", (string)circle["errors"]!["dependencies"]![0]!, StringComparison.Ordinal);

        var plan = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{low}/disable?dryRun=true"), HttpStatusCode.OK);
        Assert.Equal(["top", "low"], plan["order"]!.AsArray().Select(node => (string)node!["name"]!));
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{low}/disable"), HttpStatusCode.BadRequest);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{low}/disable?with_dependants=true"), HttpStatusCode.OK);
        Assert.Equal(
            2,
            (int)(await JsonAsync(await program.GetAsync("/api/plugins?enabled=false&sort=type"), HttpStatusCode.OK))["total"]!
        );
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{top}/enable?with_needed=true"), HttpStatusCode.OK);
        Assert.Equal(
            2,
            (int)(await JsonAsync(await program.GetAsync("/api/plugins?enabled=true&q=o&status=Inactive"), HttpStatusCode.OK))["total"]!
        );

        await JsonAsync(
            await program.SendAsync(HttpMethod.Put, $"{low}/config/depth", new { value = "3", type = "number" }),
            HttpStatusCode.OK
        );
        Assert.Equal("3", (string)(await JsonAsync(await program.GetAsync($"{low}/config"), HttpStatusCode.OK))[0]!["value"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, $"{low}/config/depth")).StatusCode);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{low}/links", new { agent_id = 99 }), HttpStatusCode.BadRequest);
        await JsonAsync(await program.SendAsync(HttpMethod.Delete, low), HttpStatusCode.BadRequest);
        var graph = await JsonAsync(
            await program.GetAsync($"/api/graph?kind=plugin&around=plugin:{low.Split('/')[^1]}"),
            HttpStatusCode.OK
        );
        Assert.Equal(["low", "top"], graph["nodes"]!.AsArray().Select(node => (string)node!["name"]!).Order(StringComparer.Ordinal));
        Assert.Equal("satisfied", (string)graph["edges"]![0]!["state"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, top)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, low)).StatusCode);
        await JsonAsync(await program.GetAsync(low), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_program_scans_adopts_asks_and_approves()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var scanned = await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/plugins/scan"), HttpStatusCode.OK);
        Assert.Equal("smcp/plugins/git", (string)scanned["new"]![0]!["folder"]!);
        var adopted = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/plugins/adopt", new { folders = GitFolder }),
            HttpStatusCode.OK
        );
        var path = $"/api/plugins/{adopted["ids"]![0]}";

        var asked = await program.SendAsync(HttpMethod.Post, $"{path}/describe");
        var held = await JsonAsync(asked, HttpStatusCode.OK);
        Assert.True((bool)held["plugin"]!["is_held"]!);
        Assert.Contains(held["changes"]!.AsArray(), change => (string)change!["name"]! == "Command run");
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/approve", null, "\"1\""), HttpStatusCode.PreconditionFailed);
        var approved = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, $"{path}/approve", null, $"{asked.Headers.ETag}"),
            HttpStatusCode.OK
        );
        Assert.Equal("1.4.0", (string)approved["plugin"]!["plugin_version"]!);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/reject"), HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("GET", "/api/plugins?status=tired", "status", "The status must be one of Inactive, Active, Error.")]
    [InlineData(
        "GET",
        "/api/graph?kind=moon",
        "kind",
        "The kind must be one of agent, tool, instance, plugin, model, configuration, job, mcp."
    )]
    [InlineData("GET", "/api/graph?around=plugin:999", "around", "Node not found. Give a kind and an id, such as plugin:12.")]
    public async Task What_is_asked_wrongly_is_a_problem(string method, string path, string field, string reason)
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        var problem = await JsonAsync(await program.SendAsync(new(method), path), HttpStatusCode.BadRequest);

        Assert.Equal(reason, (string)problem["errors"]![field]![0]!);
    }

    private static async Task<string> CreateAsync(Caller program, object form)
    {
        var created = await program.SendAsync(HttpMethod.Post, "/api/plugins", form);
        await JsonAsync(created, HttpStatusCode.Created);
        return created.Headers.Location!.ToString();
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
