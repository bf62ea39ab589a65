using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>A full disk locks nobody out: people sign in, read, and free space.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_signs_in_reads_and_frees_space_and_is_told_that_the_disk_is_full()
    {
        Thorough.SkipUnlessAsked("It fills a disk.");
        await using var console = new ConsoleProcess();
        await using var disk = await SmallDisk.CreateAsync(console.Home);
        await console.StartAsync();
        using (var begun = await console.SendAsync(HttpMethod.Post, "/api/backups", new { type = "config_only" }))
        {
            Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync(Cancel));
        }

        await Wait.UntilAsync(async () => $"{(await console.ReadAsync("/api/backups"))[0]?["status"]}" == "Completed");
        await UntilThereIsRoomInsideAsync(console);
        disk.Fill();

        for (var time = 0; time < 5; time++)
        {
            using var browser = console.Stranger();
            Assert.Equal(HttpStatusCode.Found, (await browser.LogInAsync(ConsoleServer.Administrator, console.Password)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/system-settings")).StatusCode);
        }

        await console.ReadAsync("/api/settings");
        await Wait.UntilAsync(async () =>
        {
            using var ready = await console.SendAsync(HttpMethod.Get, "/health/ready");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable
                && (await ready.Content.ReadAsStringAsync(Cancel)).Contains("disk", StringComparison.Ordinal);
        });
        var backup = (await console.ReadAsync("/api/backups"))[0]!["id"]!;
        using var deleted = await console.SendAsync(HttpMethod.Delete, $"/api/backups/{backup}");
        Assert.True(deleted.IsSuccessStatusCode, await deleted.Content.ReadAsStringAsync(Cancel));
        using var lines = await console.SendAsync(HttpMethod.Delete, "/api/logs?before=2020-01-01T00:00:00Z");
        Assert.True(lines.IsSuccessStatusCode, await lines.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>
    /// The log has its length, and all of it has been brought into the file, so that the next write begins it anew. That stands in the
    /// log's
    /// index (https://sqlite.org/walformat.html#the_wal_index_file_format): the last frame, and the last one that was brought over.
    /// </summary>
    private static Task UntilThereIsRoomInsideAsync(ConsoleProcess console) =>
        Wait.UntilAsync(async () =>
        {
            var log = Path.Combine(console.Home, "registry.db-wal");
            if (new FileInfo(log) is not { Exists: true, Length: >= 8 << 20 })
            {
                return false;
            }

            var head = new byte[100];
            await using var index = new FileStream(
                Path.Combine(console.Home, "registry.db-shm"),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            await index.ReadExactlyAsync(head, Cancel);
            return BitConverter.ToUInt32(head, 16) == BitConverter.ToUInt32(head, 96);
        });
}
