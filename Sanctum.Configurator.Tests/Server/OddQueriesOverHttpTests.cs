using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>Whatever stands in a query, of all that the API's document names: an answer or a sentence, and no 500.</summary>
public sealed class OddQueriesOverHttpTests(ConsoleServer console) : IClassFixture<ConsoleServer>
{
    private static readonly string[] Odd =
    [
        "-1",
        "1",
        "99999999999999999999",
        "1e400",
        "\0",
        "\u202e'\";%s{0}",
        "9999-12-31T23:59:59.9999999Z",
        "../../x",
    ];

    [Fact]
    public async Task No_value_of_any_query_is_too_much()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);
        var document = JsonNode.Parse(await program.ReadAsync("/api/openapi.json"))!["paths"]!.AsObject();
        var asked = 0;
        List<string> failed = [];
        foreach (var (path, operations) in document)
        {
            foreach (
                var query in QueriesOf(operations!["get"]).SelectMany(_ => Odd, (name, value) => $"{name}={Uri.EscapeDataString(value)}")
            )
            {
                var address = $"{Regex.Replace(path, @"\{[^}]*\}", "1")}?{query}";
                using var answer = await program.OpenAsync(address);
                asked++;
                if (answer.StatusCode >= HttpStatusCode.InternalServerError)
                {
                    failed.Add($"{(int)answer.StatusCode} {address}");
                }
            }
        }

        Assert.Empty(failed);
        Assert.True(asked > 500, $"Only {asked} were asked.");
    }

    [Fact]
    public async Task Only_what_would_have_written_says_that_nothing_was_written()
    {
        using var program = console.WithKey(ConsoleServer.FirstKey);

        using var read = await program.OpenAsync("/api/logs?level=warning");
        using var written = await program.SendAsync(HttpMethod.Post, "/api/logs", new { level = "warning", text = "none" });

        Assert.Equal("level: Unknown field. Allowed fields: q, from, to, limit, cursor, order.", await DetailAsync(read));
        Assert.EndsWith(" Nothing was written.", await DetailAsync(written), StringComparison.Ordinal);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["detail"]!;

    private static IEnumerable<string> QueriesOf(JsonNode? operation) =>
        from parameter in operation?["parameters"]?.AsArray() ?? []
        where parameter!["in"]!.GetValue<string>() == "query"
        select parameter["name"]!.GetValue<string>();
}
