using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Whatever name rotation gives a file, each line of it is taken in once, in its order.</summary>
public sealed class FollowingRotatedFilesTests
{
    [Theory]
    [InlineData("app.log", "app-1.log")]
    [InlineData("app.log", "app.1.log")]
    [InlineData("app.log", "app_2026-11-29.log")]
    [InlineData("app.log", "app20261129.log")]
    [InlineData("app.log", "old-app.log")]
    [InlineData("app.log", "app.log.old")]
    [InlineData("*.log", "app-1.log")]
    [InlineData("*.log", "app.1.log")]
    [InlineData("*.log", "app20261129.log")]
    [InlineData("*.log", "old-app.log")]
    [InlineData("app*", "app.log.old")]
    public async Task A_file_that_is_renamed_is_read_to_its_end_and_not_again(string followed, string rotated)
    {
        await using var files = await FollowedFiles.CreateAsync();
        files.Append("app.log", "one\n");
        await files.AddAsync(followed, LogFileFormat.Text);
        await files.SettleAsync();
        files.Append("app.log", "two\n");
        File.Move(files.PathOf("app.log"), files.PathOf(rotated));
        await files.SettleAsync();
        files.Append(rotated, "three\n");
        await files.SettleAsync();
        files.Append("app.log", "four\n");
        await files.SettleAsync();
        await files.RestartAsync();
        files.Append("app.log", "five\n");
        await files.SettleAsync();
        await files.SettleAsync();

        Assert.Equal(["one", "two", "three", "four", "five"], await files.MessagesAsync());
    }

    [Theory]
    [InlineData("app.log")]
    [InlineData("*.log")]
    public async Task Several_rotations_with_the_number_before_the_extension_lose_and_double_nothing(string followed)
    {
        await using var files = await FollowedFiles.CreateAsync();
        files.Append("app.log", "0\n");
        await files.AddAsync(followed, LogFileFormat.Text);
        await files.SettleAsync();
        for (var round = 1; round <= 6; round++)
        {
            files.Append("app.log", $"{round} before\n");
            for (var old = 5; old >= 1; old--)
            {
                Move(files, $"app-{old}.log", $"app-{old + 1}.log");
            }

            Move(files, "app.log", "app-1.log");
            files.Append("app.log", $"{round} after\n");
            if (round % 2 == 0)
            {
                await files.RestartAsync();
                await files.SettleAsync();
                await files.SettleAsync();
            }
        }

        string[] all = ["0", .. Enumerable.Range(1, 6).SelectMany(round => new[] { $"{round} before", $"{round} after" })];
        Assert.Equal(all, await files.MessagesAsync());
    }

    [Theory]
    [InlineData("current.log")]
    [InlineData("*.log")]
    public async Task A_link_that_is_turned_to_the_next_file_loses_and_doubles_nothing(string followed)
    {
        await using var files = await FollowedFiles.CreateAsync();
        Turn(1, "one\n");
        await files.AddAsync(followed, LogFileFormat.Text);
        await files.SettleAsync();
        files.Append("app-1.log", "two\n");
        Turn(2, "three\n");
        Turn(3, "four\n");
        await files.SettleAsync();
        await files.RestartAsync();
        files.Append("app-3.log", "five\n");
        Turn(4, "six\n");
        await files.SettleAsync();
        await files.SettleAsync();

        Assert.Equal(["five", "four", "one", "six", "three", "two"], (await files.MessagesAsync()).Order(StringComparer.Ordinal));
        if (followed == "current.log")
        {
            Assert.Equal(["one", "two", "three", "four", "five", "six"], await files.MessagesAsync());
        }

        void Turn(int number, string text)
        {
            files.Append($"app-{number}.log", text);
            File.Delete(files.PathOf("current.log"));
            File.CreateSymbolicLink(files.PathOf("current.log"), files.PathOf($"app-{number}.log"));
        }
    }

    [Fact]
    public async Task Files_with_numbers_that_are_written_side_by_side_are_all_followed()
    {
        await using var files = await FollowedFiles.CreateAsync();
        files.Append("worker.log", "zero\n");
        files.Append("worker-1.log", "one\n");
        files.Append("worker-2.log", "two\n");
        await files.AddAsync("*.log", LogFileFormat.Text);
        await files.SettleAsync();
        files.Append("worker-1.log", "more of one\n");
        files.Append("worker.log", "more of zero\n");
        await files.SettleAsync();

        Assert.Equal(["more of one", "more of zero", "one", "two", "zero"], (await files.MessagesAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_names_of_one_file_are_followed_once()
    {
        await using var files = await FollowedFiles.CreateAsync();
        files.Append("b.log", "one\n");
        File.CreateSymbolicLink(files.PathOf("a.log"), files.PathOf("b.log"));
        await files.AddAsync("*.log", LogFileFormat.Text);
        await files.SettleAsync();
        files.Append("b.log", "two\n");
        await files.SettleAsync();

        Assert.Equal(["one", "two"], await files.MessagesAsync());
        Assert.Equal(files.PathOf("b.log"), Assert.Single(files.Follower.StatesOf(1)).Path);
    }

    [Theory]
    [InlineData(2_000_000, true)]
    [InlineData(7_000_000, true)]
    [InlineData(9_000_000_000, true)]
    [InlineData(5_000_000, false)]
    [InlineData(5, false)]
    public async Task A_hole_that_a_writer_leaves_in_a_file_that_was_cut_is_passed_over(long length, bool isHole)
    {
        await using var files = await FollowedFiles.CreateAsync();
        files.Append("app.log", "before\n");
        await files.AddAsync("app.log", LogFileFormat.Text);
        await files.SettleAsync();
        using (var writer = new FileStream(files.PathOf("app.log"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            File.Copy(files.PathOf("app.log"), files.PathOf("app.log.1"));
            writer.SetLength(0);
            Fill(writer, length, isHole);
            await files.SettleAsync();
            writer.Write("one\ntwo\n"u8);
        }

        await files.SettleAsync();
        files.Append("app.log", "three\n");
        await files.SettleAsync();

        Assert.Equal(["before", "one", "two", "three"], await files.MessagesAsync());
    }

    [Fact]
    public async Task Filler_between_lines_parts_them_and_filler_at_the_end_is_waited_for()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("app.log", LogFileFormat.Text);
        using var writer = new FileStream(files.PathOf("app.log"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        writer.Write("one\ncut"u8);
        Fill(writer, 5000, isHole: false);
        writer.Write("two\n"u8);
        var end = writer.Position;
        Fill(writer, 70_000, isHole: false);
        writer.Flush();
        await files.SettleAsync();
        Assert.Equal(["one", "cut", "two"], await files.MessagesAsync());

        // A file that was made in its whole length and is written into.
        writer.Position = end;
        writer.Write("three\n"u8);
        writer.Flush();
        await files.SettleAsync();
        Assert.Equal(["one", "cut", "two", "three"], await files.MessagesAsync());
    }

    private static void Fill(FileStream writer, long length, bool isHole)
    {
        if (isHole)
        {
            writer.Position = length;
            return;
        }

        writer.Write(new byte[length]);
        writer.Flush();
    }

    private static void Move(FollowedFiles files, string from, string to)
    {
        if (File.Exists(files.PathOf(from)))
        {
            File.Move(files.PathOf(from), files.PathOf(to), overwrite: true);
        }
    }
}
