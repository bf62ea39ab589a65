using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Features.OldConfigurator;

namespace Sanctum.Configurator.Tests.Server;

public sealed class OldConfiguratorOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private const string Password = "an old harbour at dusk";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_looks_takes_some_rows_and_the_user_signs_in_with_his_old_password()
    {
        using var file = new OldDatabaseFile()
            .Set("smcp_port", "9100")
            .Set("openai_api_key", "sk-canary-of-the-old-file")
            .AddUser("ada", Password)
            .AddUser("admin", "admin123", "admin", """["*"]""");

        var (looked, preview) = await ImportAsync(file, "?dryRun=true");
        using var key = console.WithKey(ConsoleServer.FirstKey);
        var before = await key.ReadAsync("/api/users");
        var (taken, result) = await ImportAsync(file, "?settings=smcp_port&users=ada,admin");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (looked, taken));
        Assert.DoesNotContain("ada", before, StringComparison.Ordinal);
        Assert.Contains(
            "\"key\":\"smcp_port\",\"column\":\"smcp_port\",\"label\":\"SMCP port\",\"now\":\"9000\",\"then\":\"9100\",\"verdict\":\"take\"",
            preview,
            StringComparison.Ordinal
        );
        Assert.True((bool)JsonNode.Parse(result)!["is_applied"]!);
        Assert.DoesNotContain(
            "canary",
            preview + result + await key.ReadAsync("/api/history?take=200") + string.Join('\n', console.Log.Lines),
            StringComparison.Ordinal
        );
        using var ada = await console.SignInAsync("ada", Password);
        using var stranger = console.Stranger();
        Assert.NotEqual(HttpStatusCode.Found, (await stranger.LogInAsync("admin", "admin123")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ImportAsync(file, "?users=ada")).Status);
    }

    [Fact]
    public async Task A_file_that_is_none_is_a_problem_with_its_reason()
    {
        var (status, body) = await PostAsync(new("not a database"u8.ToArray()), "");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("not a SQLite database", (string)JsonNode.Parse(body)!["errors"]!["file"]![0]!, StringComparison.Ordinal);
    }

    private Task<(HttpStatusCode Status, string Body)> ImportAsync(OldDatabaseFile file, string query) =>
        PostAsync(new(File.ReadAllBytes(file.Path)), query);

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(ByteArrayContent content, string query)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ConsoleServer.FirstKey);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.sqlite3");
        using var answer = await http.PostAsync($"/api/old-configurator/import{query}", content, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
