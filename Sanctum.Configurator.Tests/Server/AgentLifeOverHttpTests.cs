using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Features.Agents.AgentFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class AgentLifeOverHttpTests(AgentsConsole console) : IClassFixture<AgentsConsole>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_makes_talks_to_exports_and_deletes_an_agent()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var parts = await JsonAsync(await program.GetAsync("/api/agents/parts"), HttpStatusCode.OK);
        var form = new
        {
            name = "Hermes",
            model = (string)parts["models"]![0]!,
            embedding = (string)parts["embeddings"]![0]!,
            blocks = new[] { new { label = "persona", value = "I run." } },
            tags = new[] { "quick" },
        };
        await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/agents?dryRun=true", form), HttpStatusCode.OK);
        var made = await JsonAsync(await program.SendAsync(HttpMethod.Post, "/api/agents", form), HttpStatusCode.Created);
        var path = $"/api/agents/{made["id"]}";
        Assert.Equal(
            "Hermes",
            (string)(await JsonAsync(await program.GetAsync("/api/agents?tag=quick"), HttpStatusCode.OK))["items"]![0]!["name"]!
        );
        Assert.Contains(
            "quick",
            (await JsonAsync(await program.GetAsync("/api/agents/tags"), HttpStatusCode.OK)).AsArray().Select(tag => (string)tag!)
        );

        var answer = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, $"{path}/messages", new { text = "Hello" }),
            HttpStatusCode.OK
        );
        Assert.Contains(
            answer["messages"]!.AsArray(),
            message => (string)message!["kind"]! == "assistant" && (string)message["text"]! == "I found three lamps."
        );
        Assert.Null(answer["failure"]);
        var read = await JsonAsync(await program.GetAsync($"{path}/messages?take=2"), HttpStatusCode.OK);
        Assert.Equal(2, read["messages"]!.AsArray().Count);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/reset"), HttpStatusCode.OK);

        using var exported = await program.GetAsync($"{path}/export");
        Assert.EndsWith(".af", exported.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
        Assert.Equal("Hermes", (string)(await JsonAsync(exported, HttpStatusCode.OK))["agents"]![0]!["name"]!);
        using var several = await program.GetAsync($"/api/agents/export?ids={made["id"]},999");
        using var zip = new ZipArchive(await several.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal(2, zip.Entries.Count);

        var plan = await JsonAsync(await program.SendAsync(HttpMethod.Delete, $"{path}?on_server=true&dryRun=true"), HttpStatusCode.OK);
        Assert.Equal("persona", (string)Assert.Single(plan["blocks"]!.AsArray())!["label"]!);
        var removed = await JsonAsync(
            await program.SendAsync(HttpMethod.Delete, $"{path}?on_server=true&with_blocks=true"),
            HttpStatusCode.OK
        );
        Assert.Equal("Hermes", (string)removed["name"]!);
        await JsonAsync(await program.GetAsync(path), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_answer_comes_as_events_where_they_are_asked_for()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var adopted = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/agents/adopt", new { letta_uids = new[] { FakeLettaAgents.IdOf(2) } }),
            HttpStatusCode.OK
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(console.Address, $"/api/agents/{adopted["ids"]![0]}/messages"));
        request.Headers.Authorization = new("Bearer", ConsoleServer.FirstKey);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Content = System.Net.Http.Json.JsonContent.Create(new { text = "Hello" });

        using var client = new HttpClient();
        using var answer = await client.SendAsync(request, Cancel);
        var events = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var kinds = events
            .Split('\n')
            .Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
            .Select(line => (string)JsonNode.Parse(line[6..])!["kind"]!)
            .Distinct();
        Assert.Equal(["reasoning", "tool_call", "tool_return", "assistant", "other", "stop_reason", "usage"], kinds);
    }

    [Fact]
    public async Task A_file_is_looked_at_and_imported()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        async Task<HttpResponseMessage> ImportAsync(string query, string text)
        {
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(console.Address, "/api/agents/import" + query))
            {
                Content = new StringContent(text),
            };
            request.Headers.Authorization = new("Bearer", ConsoleServer.FirstKey);
            return await client.SendAsync(request, Cancel);
        }

        var preview = await JsonAsync(await ImportAsync("?dryRun=true", AgentFileTexts.Whole), HttpStatusCode.OK);
        var undecided = await JsonAsync(await ImportAsync("", AgentFileTexts.Whole), HttpStatusCode.BadRequest);
        var old = await JsonAsync(await ImportAsync("", AgentFileTexts.FirstForm), HttpStatusCode.BadRequest);
        var imported = await JsonAsync(await ImportAsync("?override_existing_tools=false", AgentFileTexts.Whole), HttpStatusCode.OK);

        Assert.Equal("web_search", (string)preview["existing_tools"]![0]!);
        Assert.NotNull(undecided["errors"]!["override_existing_tools"]);
        Assert.Contains("first form", (string)old["errors"]!["file"]![0]!, StringComparison.Ordinal);
        Assert.Equal(
            "Athena",
            (string)(await JsonAsync(await program.GetAsync($"/api/agents/{imported["ids"]![0]}"), HttpStatusCode.OK))["agent"]!["name"]!
        );
    }

    [Fact]
    public async Task A_form_brings_the_values_of_the_empty_secrets_along()
    {
        async Task<HttpResponseMessage> ImportAsync(string? file, string secrets)
        {
            using var client = new HttpClient();
            using var form = new MultipartFormDataContent { { new StringContent(secrets), "secrets" } };
            if (file is not null)
            {
                form.Add(new StringContent(file), "file", "athena.af");
            }

            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                new Uri(console.Address, "/api/agents/import?override_existing_tools=false")
            )
            {
                Content = form,
            };
            request.Headers.Authorization = new("Bearer", ConsoleServer.FirstKey);
            return await client.SendAsync(request, Cancel);
        }

        var none = await JsonAsync(await ImportAsync(null, "{}"), HttpStatusCode.BadRequest);
        var odd = await JsonAsync(await ImportAsync(AgentFileTexts.Whole, "[1]"), HttpStatusCode.BadRequest);
        await JsonAsync(await ImportAsync(AgentFileTexts.Whole, """{"API_KEY":"canary-of-a-form"}"""), HttpStatusCode.OK);

        Assert.Equal("The form has no file called file.", (string)none["errors"]!["file"]![0]!);
        Assert.StartsWith("The secrets must be a JSON object of texts", (string)odd["errors"]!["secrets"]![0]!, StringComparison.Ordinal);
        Assert.Equal("""{"API_KEY":"canary-of-a-form"}""", console.There.Imported["secrets"]);
    }

    [Fact]
    public async Task An_agent_of_a_template_is_created_on_the_server()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var values = new
        {
            field = "bees",
            name = "Melissa",
            model = "anthropic/claude",
        };
        foreach (var tool in new[] { "fetch_webpage", "archival_memory_insert", "archival_memory_search", "conversation_search" })
        {
            console.There.AddTool(tool);
        }

        var declared = await JsonAsync(
            await program.SendAsync(HttpMethod.Post, "/api/templates/researcher/apply", new { values }),
            HttpStatusCode.Created
        );
        var path = $"/api/agents/{declared["id"]}";
        Assert.Null(
            (await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/create-on-server?dryRun=true"), HttpStatusCode.OK))[
                "letta_uid"
            ]
        );
        var made = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/create-on-server"), HttpStatusCode.OK);

        var compared = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/push?dryRun=true"), HttpStatusCode.OK);
        Assert.Empty(compared["fields"]!.AsArray());
        Assert.Equal((string)made["letta_uid"]!, (string)compared["agent"]!["agent"]!["letta_uid"]!);
        await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{path}/create-on-server"), HttpStatusCode.BadRequest);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
