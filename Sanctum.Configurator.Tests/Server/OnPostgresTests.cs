using System.Net;

namespace Sanctum.Configurator.Tests.Server;

[Trait("Needs", "Postgres")]
public sealed class OnPostgresTests
{
    [Fact]
    public async Task DATABASE_URL_serves_the_same_product()
    {
        await using var database = await OwnPostgres.CreateAsync();
        await using var console = new ConsoleProcess { DatabaseUrl = database.Url };
        await console.StartAsync();
        await console.SaveAsync(new { smcp_port = 9100, openai_api_key = "sk-canary-0123456789" });
        await console.KillAsync();
        await console.StartAsync();

        var settings = await console.ReadAsync("/api/settings");
        Assert.Equal(9100, (int)settings["values"]!["smcp_port"]!);
        Assert.Equal("••••6789", (string?)settings["values"]!["openai_api_key"]);
        Assert.Equal("database", (string?)settings["sources"]!["smcp_port"]);
        Assert.False(File.Exists(Path.Combine(console.Home, "registry.db")));
        using var browser = console.Stranger();
        Assert.Equal(HttpStatusCode.Found, (await browser.LogInAsync(ConsoleServer.Administrator, console.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/system-settings")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/health/ready")).StatusCode);
        var (exitCode, output) = await console.RunAsync("audit", "verify");
        Assert.True(exitCode == 0, output);
        Assert.Matches("records: [1-9]", output);
    }
}
