using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A full disk costs the lines that come meanwhile, whose writers are told, and nothing else.</summary>
public sealed class LoggingOnAFullDiskTests
{
    /// <summary>More than the file has to spare inside.</summary>
    private static readonly string Long = new('x', 200_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writers_are_told_the_console_goes_on_and_so_do_the_logs_when_there_is_room_again()
    {
        await using var console = new ConsoleServer();
        await using var disk = await SmallDisk.CreateAsync(console.Home);
        await console.InitializeAsync();
        using var program = console.WithKey(ConsoleServer.FirstKey);
        await PostAsync(program, "before", HttpStatusCode.Created);
        disk.Fill();

        var problem = await PostAsync(program, Long, HttpStatusCode.InsufficientStorage);
        Assert.Contains("full", $"{problem["detail"]}", StringComparison.Ordinal);
        Assert.Contains(console.Home, $"{problem["detail"]}", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/settings")).StatusCode);
        Assert.Equal(["before"], await MessagesAsync(program, "before"));
        Assert.Contains(console.Log.Errors, line => line.Contains("could not be stored", StringComparison.Ordinal));

        disk.Free();
        await PostAsync(program, "after", HttpStatusCode.Created);
        Assert.Equal(["after"], await MessagesAsync(program, "after"));
    }

    private static async Task<JsonNode> PostAsync(Caller program, string message, HttpStatusCode expected)
    {
        using var body = JsonContent.Create(
            new
            {
                level = "info",
                source = "system",
                message,
            }
        );
        using var answer = await program.PostAsync("/api/logs", body);
        Assert.Equal(expected, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
    }

    private static async Task<IReadOnlyList<string>> MessagesAsync(Caller program, string word)
    {
        using var answer = await program.GetAsync($"/api/logs?q={word}+source:system");
        return [.. (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["items"]!.AsArray().Select(item => $"{item!["message"]}")];
    }
}
