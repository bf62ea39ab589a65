using System.Net;
using System.Text;

namespace Sanctum.Configurator.Tests.Server;

[Trait("Needs", "Postgres")]
public sealed class AgentsWithoutADatabaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_is_told_that_it_is_the_database()
    {
        await using var database = await OwnPostgres.CreateAsync();
        await using var console = new ConsoleProcess { DatabaseUrl = database.Url };
        await console.StartAsync();
        using var before = await console.SendAsync(HttpMethod.Get, "/api/jobs", null);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await database.DisposeAsync();

        using var answer = await PostAsync(console);
        var said = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.OK, $"{(int)answer.StatusCode} {said}");
        Assert.Contains("/health/ready", said, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(ConsoleProcess console)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(console.Address, "/mcp"));
        request.Headers.Add("Authorization", $"Bearer {console.FirstKey}");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Content = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_operation","arguments":{"operation":"jobs_list"}}}""",
            Encoding.UTF8,
            "application/json"
        );
        return await http.SendAsync(request, Cancel);
    }
}
