using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Features.Messaging.Broca;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class KilledWhileImportingTests
{
    private const int Messages = 20_000;

    /// <summary>How much of the rows is through when it is killed; the last ones may have committed by the time the kill arrives.</summary>
    private static readonly double[] Shares = [0.4, 0, 0.7, 0.1, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9];

    private const string Counts =
        "SELECT (SELECT count(*) FROM letta_users) || ' ' || (SELECT count(*) FROM platform_profiles) || ' ' || "
        + "(SELECT count(*) FROM messages) || ' ' || (SELECT count(*) FROM queue) || ' ' || (SELECT count(*) FROM broca_imports)";

    private const string None = "0 0 0 0 0";
    private static readonly string Whole = $"50 50 {Messages} {Messages} 1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LongFact]
    public async Task Nothing_is_half_imported_and_beginning_again_ends_with_equal_counts_and_checksums()
    {
        Thorough.SkipUnlessAsked("It kills consoles again and again.");
        using var file = BrocaDatabaseFile.Large(Messages);
        await using var console = new ConsoleProcess();
        var (moments, isWhole) = (new SortedSet<string>(StringComparer.Ordinal), false);
        foreach (var share in Shares)
        {
            await console.StartAsync();
            var run = await BeginAsync(console, file);
            moments.Add(await UntilAsync(console, run, share));
            await console.KillAsync();

            Assert.Equal((0, ""), await LeftByAKill.VerifyAsync(console.Home));
            isWhole = await CountsAsync(console) is var left && left == Whole;
            Assert.True(isWhole || left == None, left);
            if (isWhole)
            {
                break;
            }
        }

        Assert.True(isWhole || moments.Count > 1, $"It was always killed at {string.Join(", ", moments)}.");
        await console.StartAsync();
        for (var time = 0; time < 2; time++)
        {
            var ended = await Wait.ForAsync(ReadAsync(console, await BeginAsync(console, file)), now => (string)now["state"]! != "running");
            Assert.Equal("succeeded", (string)ended["state"]!);
            var import = await console.ReadAsync($"/api/broca/imports/{ended["import_id"]}");
            var tables = import["report"]!["tables"]!.AsArray();
            Assert.NotEmpty(tables);
            Assert.All(tables, table => Assert.True((bool)table!["is_equal"]!, $"{table}"));
            Assert.StartsWith(Whole[..^1], await CountsAsync(console), StringComparison.Ordinal);
        }
    }

    /// <summary>The address of the run.</summary>
    private static async Task<string> BeginAsync(ConsoleProcess console, BrocaDatabaseFile file)
    {
        using var http = new HttpClient { BaseAddress = console.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", console.FirstKey);
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(file.FilePath, Cancel));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.sqlite3");
        using var previewed = await http.PostAsync("/api/broca/previews?name=athena.db", body, Cancel);
        var preview = JsonNode.Parse(await previewed.Content.ReadAsStringAsync(Cancel))!;

        // A run of a console that was killed is open until it is known that nobody goes on with it.
        return await Wait.ForAsync(
            async () =>
            {
                using var begun = await console.SendAsync(
                    HttpMethod.Post,
                    "/api/broca/imports",
                    new { preview_id = (string)preview["id"]!, source = "athena" }
                );
                return $"{begun.Headers.Location}";
            },
            address => address.Length > 0
        );
    }

    private static Func<Task<JsonNode>> ReadAsync(ConsoleProcess console, string run) => () => console.ReadAsync(run);

    /// <summary>Waits until so much of the import is done.</summary>
    /// <returns>Where it was then.</returns>
    private static async Task<string> UntilAsync(ConsoleProcess console, string run, double share)
    {
        var now = await Wait.ForAsync(
            ReadAsync(console, run),
            now =>
                (string)now["state"]! != "running"
                || now["progress"] is { } progress
                    && (int)progress["done"]! > 0
                    && (int)progress["done"]! >= share * (int)progress["total"]!
        );
        return $"{now["progress"]?["phase"]} {now["progress"]?["done"]}";
    }

    private static async Task<string> CountsAsync(ConsoleProcess console) =>
        (await Sqlite3.RunAsync(Path.Combine(console.Home, "registry.db"), Counts)).Trim();
}
