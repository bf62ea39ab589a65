using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>A followed file waits for the database: what could not be stored is read again, and once.</summary>
public sealed class FollowingOnABadDiskTests
{
    /// <summary>More than the files have to spare inside.</summary>
    private static readonly string Long = new('x', 200_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_said_and_when_there_is_room_each_line_is_stored_once()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await using var disk = await SmallDisk.CreateAsync(files.Store.Registry.Location.DataDirectory);
        await MigratedDatabases.CopyToAsync(disk.Folder);
        var file = await files.AddAsync("app.log", LogFileFormat.Text);
        files.Append("app.log", "one\ntwo\n");
        await files.SettleAsync();
        disk.Fill();

        foreach (var name in new[] { "three", "four" })
        {
            files.Append("app.log", $"{name} {Long}\n{name} again\n");
            await Assert.ThrowsAsync<LogsRefusedException>(files.SettleAsync);
            var failing = Assert.Single(files.Follower.StatesOf(file.Id));
            Assert.Equal((FollowState.Failing, 2), (failing.State, failing.Lines));
            Assert.Equal(
                $"The lines could not be stored: the disk of {disk.Folder} is full or broken. Free some space there. Reading then continues automatically.",
                failing.Problem
            );
        }

        disk.Free();
        files.Append("app.log", "five\n");
        await files.SettleAsync();
        await files.RestartAsync();
        await files.SettleAsync();

        Assert.Equal(
            ["one", "two", "three", "three again", "four", "four again", "five"],
            (await files.MessagesAsync()).Select(message => message.Split(" x")[0])
        );
        var following = Assert.Single(files.Follower.StatesOf(file.Id));
        Assert.Equal((FollowState.Following, null, 7, 0), (following.State, following.Problem, following.Lines, following.Behind));
    }

    [Fact]
    public async Task Logs_that_break_meanwhile_are_begun_anew_and_what_is_left_of_the_file_is_in_them_once()
    {
        await using var files = await FollowedFiles.CreateAsync();
        var file = await files.AddAsync("app.log", LogFileFormat.Text);
        files.Append("app.log", "one\ntwo\n");
        await files.SettleAsync();
        var age = files.Services.GetRequiredService<LogDatabase>().Age;
        LogStore.Break(files.Store.Registry.Location.LogsFile);
        await files.Services.GetRequiredService<LogWriter>().StartAnewAsync(age, Cancel);
        files.Append("app.log", "three\n");
        await files.SettleAsync();

        Assert.Single(Directory.GetFiles(files.Store.Registry.Location.DataDirectory, "logs-broken-*.db"));
        Assert.Equal(["one", "two", "three"], await files.MessagesAsync());
        var following = Assert.Single(files.Follower.StatesOf(file.Id));
        Assert.Equal((FollowState.Following, null, 3, 0), (following.State, following.Problem, following.Lines, following.Behind));
    }

    [Fact]
    public async Task Logs_that_are_found_broken_at_the_start_are_said_and_followed_into_new_ones()
    {
        await using var files = await FollowedFiles.CreateAsync();
        var file = await files.AddAsync("app.log", LogFileFormat.Text);
        files.Append("app.log", "one\n");
        await files.SettleAsync();
        await files.Store.Registry.Services.DisposeAsync();
        LogStore.Break(files.Store.Registry.Location.LogsFile);
        await files.RestartAsync();
        files.Append("app.log", "two\n");
        await files.LookAsync();
        var failing = Assert.Single(files.Follower.StatesOf(file.Id));
        Assert.Equal(
            (FollowState.Failing, "The lines could not be stored. See the console's log for details. The console retries automatically."),
            (failing.State, failing.Problem)
        );

        // As the console's own log does, of which that is a line.
        await files.Services.GetRequiredService<LogWriter>().WriteAsync([LogStore.Line("said")], null, Cancel);
        await files.SettleAsync();
        await files.SettleAsync();

        Assert.Equal(["said", "one", "two"], await files.MessagesAsync());
        Assert.Equal(FollowState.Following, Assert.Single(files.Follower.StatesOf(file.Id)).State);
    }
}
