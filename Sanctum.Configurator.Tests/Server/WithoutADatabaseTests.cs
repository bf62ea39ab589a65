using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Sanctum.Configurator.Tests.Server;

[Trait("Needs", "Postgres")]
public sealed class WithoutADatabaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_is_told_that_it_is_the_database_and_what_to_do()
    {
        await using var database = await OwnPostgres.CreateAsync();
        await using var console = new ConsoleProcess { DatabaseUrl = database.Url };
        await console.StartAsync();
        using var browser = console.Stranger();
        await browser.LogInAsync(ConsoleServer.Administrator, console.Password);

        await database.DisposeAsync();

        using var page = await browser.GetAsync("/logs");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal("10", Assert.Single(page.Headers.GetValues("Refresh")));
        Assert.Contains("The database does not answer", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var style = await browser.GetAsync("/app.css");
        Assert.Equal(HttpStatusCode.OK, style.StatusCode);
        Assert.True(style.Headers.Contains("Content-Security-Policy"));
        using var refusal = await console.SendAsync(HttpMethod.Get, "/api/jobs", null);
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "application/problem+json"),
            (refusal.StatusCode, refusal.Content.Headers.ContentType?.MediaType)
        );
        Assert.Contains(
            "/health/ready",
            (string?)(await refusal.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["detail"],
            StringComparison.Ordinal
        );
    }
}
