using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Who is let in at <c>/mcp</c>, and what is done with what can't be read.</summary>
public sealed class AgentsAtTheDoorTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "Bearer")]
    [InlineData("Bearer sk-sanctum-nobodys", "Bearer error=\"invalid_token\"")]
    [InlineData("Basic cm9vdDpyb290", "Bearer")]
    public async Task A_stranger_is_asked_for_a_key(string? authorization, string asked)
    {
        using var answer = await PostAsync(Ping, request => Set(request, "Authorization", authorization));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(asked, answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_session_of_the_pages_counts_for_nothing()
    {
        using var person = await console.SignInAsync(ConsoleServer.Administrator);

        using var answer = await person.PostAsync("/mcp", new StringContent(Ping, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost:1")]
    public async Task A_page_of_elsewhere_is_refused_though_it_has_the_key(string origin)
    {
        using var answer = await PostAsync(Ping, request => Set(request, "Origin", origin));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_page_whose_name_leads_to_this_machine_is_refused()
    {
        using var answer = await PostAsync(
            Ping,
            request =>
            {
                request.Headers.Host = $"evil.example:{console.Address.Port}";
                Set(request, "Origin", $"http://evil.example:{console.Address.Port}");
            }
        );

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_consoles_own_address_is_let_in()
    {
        using var answer = await PostAsync(Ping, request => Set(request, "Origin", console.Address.GetLeftPart(UriPartial.Authority)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{\"jsonrpc\":\"2.0\"}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"tools/list\"}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":7}}")]
    [InlineData(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"read_operation\",\"arguments\":\"\\ud800\"}}"
    )]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}")]
    public async Task What_cannot_be_read_is_answered_and_nothing_fails(string text)
    {
        using var answer = await PostAsync(text);

        Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        using var next = await PostAsync(Ping);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task A_huge_body_is_refused()
    {
        // Who asks first is told before he sends; others are cut off while they do.
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(console.Address, "/mcp"));
        request.Content = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"find_operations","arguments":{"query":"QUERY"}}}""".Replace(
                "QUERY",
                new string('x', 5_000_000),
                StringComparison.Ordinal
            ),
            Encoding.UTF8,
            "application/json"
        );
        Set(request, "Authorization", $"Bearer {ConsoleServer.FirstKey}");
        Set(request, "Accept", "application/json, text/event-stream");
        request.Headers.ExpectContinue = true;

        using var answer = await http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("last_failures", "{\"since\": \"2026-11-01\"}", "last_failures takes no argument since")]
    [InlineData("last_failures", "{\"From\": \"2026-11-01\"}", "Did you mean from?")]
    [InlineData("find_operations", "{\"words\": \"runs\"}", "find_operations takes no argument words")]
    [InlineData("read_guide", "{\"name\": \"logs\"}", "read_guide takes no argument name")]
    public async Task An_argument_that_a_tool_does_not_have_is_not_passed_over(string tool, string arguments, string said)
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        Assert.Contains(said, await agent.RefusedAsync(tool, JsonNode.Parse(arguments)!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("settings_get", "{\"nonsense\": 1}", "takes no argument nonsense")]
    [InlineData("agents_get", "{}", "needs the argument id")]
    [InlineData("agents_get", "{\"id\": \"..\"}", "must be one value")]
    [InlineData("agents_get", "{\"id\": \"../settings/secrets/openai_api_key\"}", "can't be read")]
    [InlineData("agents_get", "{\"id\": {\"a\": 1}}", "not an object")]
    [InlineData("agents_get", "{\"id\": \"1?dryRun=true\"}", "can't be read")]
    [InlineData("runs_list", "{\"outcome\": \"sideways\"}", "outcome")]
    [InlineData("agent_get", "{}", "Did you mean agents_get?")]
    [InlineData("settings_update", "{\"body\": {\"flask_port\": 1}}", "This key only reads")]
    public async Task Arguments_that_do_not_fit_are_refused_by_name(string operation, string arguments, string said)
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        var refused = await agent.RefusedAsync("read_operation", new { operation, arguments = JsonNode.Parse(arguments) });

        Assert.True(
            refused.Contains(said, StringComparison.Ordinal)
                || refused.Contains("404", StringComparison.Ordinal) && said == "can't be read",
            refused
        );
    }

    [Fact]
    public async Task A_key_sees_and_calls_only_what_its_scopes_open()
    {
        await using var agent = await Agent.ConnectAsync(console.Address, await console.CreateKeyAsync(Policies.ReadLogs));

        var areas = (await agent.AskAsync("find_operations"))["areas"]!.AsObject().Select(area => area.Key);
        Assert.Equal(["logs", "overview"], areas);
        Assert.Contains(
            "lacks the permission settings:read",
            await agent.RefusedAsync("read_operation", new { operation = "settings_get" }),
            StringComparison.Ordinal
        );
        var failures = await agent.AskAsync("last_failures");
        Assert.IsType<JsonArray>(failures["log_errors"]);
        Assert.Equal("This key may not read them.", failures["job_runs"]!.ToString());
    }

    [Theory]
    [InlineData("settings_secrets_get")]
    [InlineData("users_list")]
    [InlineData("api_keys_list")]
    [InlineData("api_keys_create")]
    [InlineData("backups_restore")]
    [InlineData("backups_content_get")]
    [InlineData("backups_upload")]
    [InlineData("me_password_update")]
    [InlineData("proposals_approve")]
    [InlineData("proposals_reject")]
    [InlineData("plugins_approve")]
    [InlineData("agents_approval")]
    [InlineData("logs_tail_list")]
    [InlineData("settings_export_get")]
    [InlineData("configurations_secret_get")]
    public async Task What_is_for_people_only_is_no_tool(string name)
    {
        await using var agent = await Agent.ConnectAsync(console.Address, ConsoleServer.FirstKey);

        Assert.Contains(
            "no such operation",
            await agent.RefusedAsync("read_operation", new { operation = name }),
            StringComparison.Ordinal
        );
        var areas = (await agent.AskAsync("find_operations"))["areas"]!.ToJsonString();
        Assert.DoesNotContain($"\"{name}\"", areas, StringComparison.Ordinal);
    }

    private static void Set(HttpRequestMessage request, string header, string? value)
    {
        request.Headers.Remove(header);
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string text, Action<HttpRequestMessage>? change = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(console.Address, "/mcp"));
        request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        Set(request, "Authorization", $"Bearer {ConsoleServer.FirstKey}");
        Set(request, "Accept", "application/json, text/event-stream");
        change?.Invoke(request);
        return await http.SendAsync(request, Cancel);
    }
}
