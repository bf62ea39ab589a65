using System.Diagnostics;
using System.Net;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

public sealed class KilledWhileFollowingTests
{
    private const int Rounds = 5;

    private const int LinesOfARound = 4000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LongFact]
    public async Task Every_line_of_a_followed_file_outlives_kills_and_rotations_and_is_stored_once()
    {
        Thorough.SkipUnlessAsked("It kills consoles again and again.");
        await using var console = new ConsoleProcess();
        var folder = Directory.CreateTempSubdirectory("sanctum-files-");
        var path = Path.Combine(folder.FullName, "app.log");
        await File.WriteAllTextAsync(path, "", Cancel);
        await console.StartAsync();
        using (var answer = await console.SendAsync(HttpMethod.Post, "/api/log-files", new { path, format = "text" }))
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        await UntilAsync(console, row => (string)row["state"]! == "following");
        for (var round = 0; round < Rounds; round++)
        {
            await File.AppendAllLinesAsync(
                path,
                Enumerable.Range(round * LinesOfARound, LinesOfARound).Select(line => $"line {line} {new string('.', 400)}"),
                Cancel
            );
            var stored = Stopwatch.GetTimestamp();

            // The moment is what is tested: each round a little later into the taking in.
            Wait.Spin(() => Stopwatch.GetElapsedTime(stored).TotalMilliseconds >= 60 * (round + 1));
            await console.KillAsync();
            if (round % 2 == 1)
            {
                if (File.Exists($"{path}.1"))
                {
                    File.Move($"{path}.1", $"{path}.2");
                }

                File.Move(path, $"{path}.1");
            }

            await console.StartAsync();
        }

        await UntilAsync(console, row => (long)row["lines"]! >= Rounds * LinesOfARound);
        await console.KillAsync();
        folder.Delete(recursive: true);
        var file = Path.Combine(console.Home, "logs.db");
        Assert.Equal(
            $"{Rounds * LinesOfARound}|{Rounds * LinesOfARound}",
            await Sqlite3.RunAsync(
                file,
                "SELECT count(*), count(DISTINCT message) FROM logs WHERE message LIKE 'line %' AND message LIKE '%....'"
            )
        );
    }

    private static Task UntilAsync(ConsoleProcess console, Func<System.Text.Json.Nodes.JsonNode, bool> isSo) =>
        Wait.ForAsync(async () => (await console.ReadAsync("/api/log-files"))[0]!, isSo);
}
