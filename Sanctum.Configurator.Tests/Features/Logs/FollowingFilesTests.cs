using System.Text;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Registry.LogFiles;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class FollowingFilesTests
{
    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Lines_are_taken_in_as_they_are_written_and_once_after_a_restart(TestDatabase database)
    {
        await using var files = await FollowedFiles.CreateAsync(database);
        await files.AddAsync("app.log", LogFileFormat.Text, "agent", 7);
        files.Append("app.log", "one\ntwo\nhal");
        await files.SettleAsync();
        files.Append("app.log", "f\r\nfour\n");
        await files.RestartAsync();
        await files.SettleAsync();
        await files.RestartAsync();
        await files.SettleAsync();

        var rows = await files.RowsAsync();
        Assert.Equal(["one", "two", "half", "four"], rows.Select(row => row.Message));
        Assert.All(rows, row => Assert.Equal(("agent", 7), (row.Source, row.SourceId)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_renamed_file_is_read_to_its_end_before_the_new_one(TestDatabase database)
    {
        await using var files = await FollowedFiles.CreateAsync(database);
        await files.AddAsync("app.log", LogFileFormat.Text);
        files.Append("app.log", "one\n");
        await files.SettleAsync();
        files.Append("app.log", "two\nthree without an end");
        File.Move(files.PathOf("app.log"), files.PathOf("app.log.1"));
        await files.SettleAsync();
        files.Append("app.log", "four\n");
        await files.RestartAsync();
        await files.SettleAsync();

        Assert.Equal(["one", "two", "three without an end", "four"], await files.MessagesAsync());
    }

    [Fact]
    public async Task Several_rotations_while_the_console_was_down_lose_nothing()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("app.log", LogFileFormat.Text);
        files.Append("app.log", "0\n");
        await files.SettleAsync();
        for (var number = 1; number <= 4; number++)
        {
            files.Append("app.log", $"{number}\n");
            for (var old = 4; old >= 1; old--)
            {
                if (File.Exists(files.PathOf($"app.log.{old}")))
                {
                    File.Move(files.PathOf($"app.log.{old}"), files.PathOf($"app.log.{old + 1}"), overwrite: true);
                }
            }

            File.Move(files.PathOf("app.log"), files.PathOf("app.log.1"));
        }

        files.Append("app.log", "5\n");
        await files.RestartAsync();
        await files.SettleAsync();

        Assert.Equal(["0", "1", "2", "3", "4", "5"], await files.MessagesAsync());
    }

    [Fact]
    public async Task A_file_that_is_copied_and_cut_goes_on_in_the_copy()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("app.log", LogFileFormat.Text);
        files.Append("app.log", "one\n");
        await files.SettleAsync();
        files.Append("app.log", "two\n");
        File.Copy(files.PathOf("app.log"), files.PathOf("app.log.1"));
        await File.WriteAllTextAsync(
            files.PathOf("app.log"),
            "three, which is longer than all that was there before\n",
            TestContext.Current.CancellationToken
        );
        await files.SettleAsync();
        await File.WriteAllTextAsync(files.PathOf("app.log"), "four\n", TestContext.Current.CancellationToken);
        await files.SettleAsync();

        Assert.Equal(["one", "two", "three, which is longer than all that was there before", "four"], await files.MessagesAsync());
    }

    [Fact]
    public async Task A_file_may_come_later_go_and_come_again()
    {
        await using var files = await FollowedFiles.CreateAsync();
        var file = await files.AddAsync("app.log", LogFileFormat.Text);
        await files.SettleAsync();
        Assert.Equal(FollowState.Waiting, Assert.Single(files.Follower.StatesOf(file.Id)).State);

        files.Append("app.log", "one\n");
        await files.SettleAsync();
        Assert.Equal(FollowState.Following, Assert.Single(files.Follower.StatesOf(file.Id)).State);
        File.Delete(files.PathOf("app.log"));
        await files.SettleAsync();
        Assert.Equal(FollowState.Waiting, Assert.Single(files.Follower.StatesOf(file.Id)).State);
        files.Append("app.log", "two\n");
        await files.SettleAsync();

        Assert.Equal(["one", "two"], await files.MessagesAsync());
    }

    [Fact]
    public async Task A_folder_is_not_followed_and_says_so_and_neither_are_the_console_s_own_files()
    {
        await using var files = await FollowedFiles.CreateAsync();
        var folder = await files.AddAsync("folder");
        Directory.CreateDirectory(files.PathOf("folder"));
        var link = await files.AddAsync("link.log");
        File.CreateSymbolicLink(files.PathOf("link.log"), Path.Combine(files.Store.Registry.Location.DataDirectory, "secret.log"));
        await File.WriteAllTextAsync(
            Path.Combine(files.Store.Registry.Location.DataDirectory, "secret.log"),
            "canary\n",
            TestContext.Current.CancellationToken
        );
        await files.SettleAsync();

        Assert.Equal(FollowState.Failing, Assert.Single(files.Follower.StatesOf(folder.Id)).State);
        Assert.Equal(FollowState.Failing, Assert.Single(files.Follower.StatesOf(link.Id)).State);
        Assert.Empty(await files.MessagesAsync());
    }

    [Theory]
    [InlineData("utf-16le")]
    [InlineData("utf-16be")]
    public async Task A_file_in_UTF_16_says_so_and_is_not_stored_as_signs_that_nobody_finds(string encoding)
    {
        await using var files = await FollowedFiles.CreateAsync();
        var added = await files.AddAsync("app.log");
        var written = System.Text.Encoding.GetEncoding(encoding);
        await File.WriteAllTextAsync(files.PathOf("app.log"), "hello\n", written, TestContext.Current.CancellationToken);
        await files.SettleAsync();

        var state = Assert.Single(files.Follower.StatesOf(added.Id));
        Assert.Equal(FollowState.Failing, state.State);
        Assert.Contains("Let its program write UTF-8.", state.Problem, StringComparison.Ordinal);
        Assert.Empty(await files.MessagesAsync());

        await File.WriteAllTextAsync(files.PathOf("app.log"), "hello in UTF-8\n", TestContext.Current.CancellationToken);
        await files.SettleAsync();
        Assert.Equal(["hello in UTF-8"], await files.MessagesAsync());
    }

    [Fact]
    public async Task What_is_hostile_is_kept_or_cut_with_a_mark()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("app.log", LogFileFormat.Text);
        await File.WriteAllBytesAsync(
            files.PathOf("app.log"),
            [
                .. "a\0b\u001b[31mred \u202Egnp\n"u8,
                0xff,
                0xc3,
                .. "\n"u8,
                .. Encoding.UTF8.GetBytes(new string('x', 1_048_576)),
                .. "\nlast\n"u8,
            ],
            TestContext.Current.CancellationToken
        );
        await files.SettleAsync();

        // It is longer than what is taken of a file that is first seen.
        Assert.Equal(["last"], await files.MessagesAsync());

        files.Append(
            "app.log",
            $"a\0b\u001b[31mred \u202Egnp\n{new string('y', 1_048_576)}\n[[[[{{\"MESSAGE\": {new string('[', 5000)}\nend\n"
        );
        await files.SettleAsync();
        var messages = await files.MessagesAsync();
        Assert.Equal("a\u2400b\u001b[31mred \u202Egnp", messages[1]);
        Assert.EndsWith("… [cut here: 1048576 characters in all]", messages[2], StringComparison.Ordinal);
        Assert.StartsWith("[[[[{", messages[3], StringComparison.Ordinal);
        Assert.Equal("end", messages[4]);
    }

    [Fact]
    public async Task A_traceback_belongs_to_its_line_also_when_it_comes_in_pieces()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("mcp_server.log");
        files.Append("mcp_server.log", "2026-07-08 15:21:07,215 - smcp - ERROR - failed\nTraceback (most recent call last):\n");
        await files.LookAsync();
        Assert.Empty(await files.MessagesAsync());
        files.Append("mcp_server.log", "  File \"x.py\", line 1\nValueError: no\n2026-07-08 15:21:08,000 - smcp - INFO - next\n");
        await files.SettleAsync();

        var rows = await files.RowsAsync();
        Assert.Equal(["failed", "next"], rows.Select(row => row.Message));
        Assert.Equal(LogLevelWord.Error, rows[0].Level);
        Assert.Equal(
            "Traceback (most recent call last):\n  File \"x.py\", line 1\nValueError: no",
            (string)JsonNode.Parse(rows[0].Details!)!["more"]!
        );
    }

    [Fact]
    public async Task Stars_leave_out_rotated_and_packed_files_and_a_path_is_taken_once()
    {
        await using var files = await FollowedFiles.CreateAsync();
        var stars = await files.AddAsync("*/a*");
        await files.AddAsync("one/app.log");
        foreach (
            var name in new[] { "one/app.log", "one/app.log.1", "one/app.log.2.gz", "two/app.log-20260101", "two/app.log", "two/other.log" }
        )
        {
            Directory.CreateDirectory(Path.GetDirectoryName(files.PathOf(name))!);
            files.Append(name, $"{name}\n");
        }

        await files.SettleAsync();

        Assert.Equal(
            [files.PathOf("one/app.log"), files.PathOf("two/app.log")],
            files.Follower.StatesOf(stars.Id).Select(state => state.Path)
        );
        Assert.Equal(["one/app.log", "two/app.log"], (await files.MessagesAsync()).Order());
    }

    [Fact]
    public async Task Two_consoles_on_one_machine_store_each_line_once()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("app.log", LogFileFormat.Text);
        var first = files.Follower;
        await files.RestartAsync();
        for (var number = 0; number < 10; number++)
        {
            files.Append("app.log", $"{number}\n");
            await Task.WhenAll(
                first.LookAsync(TestContext.Current.CancellationToken),
                files.Follower.LookAsync(TestContext.Current.CancellationToken)
            );
            files.Store.Registry.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await files.SettleAsync();

        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"{number}"), await files.MessagesAsync());
    }

    [Fact]
    public async Task A_machine_that_has_another_name_goes_on_where_it_was()
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("app.log", LogFileFormat.Text);
        files.Append("app.log", "one\n");
        await files.SettleAsync();
        await files.Store.Registry.OutsideAsync("UPDATE log_positions SET machine = 'a-container-of-yesterday'", "logs");
        files.Append("app.log", "two\n");
        await files.RestartAsync();
        await files.SettleAsync();

        Assert.Equal(["one", "two"], await files.MessagesAsync());
    }

    [Theory, InlineData(0x9E3779B97F4A7C15), InlineData(0xC0FFEE1234567890), InlineData(0x0BADF00D0BADF00D), InlineData(0x123456789ABCDEF1)]
    public async Task Whatever_is_appended_rotated_and_restarted_each_line_is_stored_once_and_in_order(ulong seed)
    {
        await using var files = await FollowedFiles.CreateAsync();
        await files.AddAsync("app.log");
        files.Append("app.log", "");
        await files.LookAsync();
        var random = new Xorshift(seed);
        var written = new List<string>();
        var isOpen = false;
        for (var act = 0; act < 150; act++)
        {
            switch (random.Below(9))
            {
                case 0 or 1 or 2:
                    for (var line = random.Below(20); line >= 0; line--)
                    {
                        written.Add($"line {written.Count} {new string('.', random.Below(300))}|");
                        files.Append("app.log", $"{(isOpen ? "\n" : "")}[2026-01-01 12:00:00] [🔵 INFO] broca: {written[^1]}");
                        isOpen = true;
                    }

                    if (random.Below(4) > 0)
                    {
                        files.Append("app.log", "\n");
                        isOpen = false;
                    }

                    break;
                case 3 when File.Exists(files.PathOf("app.log")):
                    Rotate(files);
                    isOpen = false;
                    break;
                case 4 when File.Exists(files.PathOf("app.log")) && !isOpen:
                    // Whoever copies and cuts can only be followed when something of the file was taken.
                    await files.SettleAsync();
                    Rotate(files, isCopied: true);
                    break;
                case 5:
                    await files.RestartAsync();
                    break;
                case 6 or 7:
                    await files.LookAsync();
                    break;
                default:
                    files.Store.Registry.Clock.Advance(TimeSpan.FromMilliseconds(random.Below(900)));
                    break;
            }
        }

        written.Add("the end");
        files.Append("app.log", $"{(isOpen ? "\n" : "")}[2026-01-01 12:00:00] [🔵 INFO] broca: the end\n");
        await files.SettleAsync();
        Assert.Equal(written, await files.MessagesAsync());
    }

    /// <summary>As Python's RotatingFileHandler does, or by copying and cutting.</summary>
    private static void Rotate(FollowedFiles files, bool isCopied = false)
    {
        for (var old = 60; old >= 1; old--)
        {
            if (File.Exists(files.PathOf($"app.log.{old}")))
            {
                File.Move(files.PathOf($"app.log.{old}"), files.PathOf($"app.log.{old + 1}"));
            }
        }

        if (isCopied)
        {
            File.Copy(files.PathOf("app.log"), files.PathOf("app.log.1"));
            File.WriteAllText(files.PathOf("app.log"), "");
        }
        else
        {
            File.Move(files.PathOf("app.log"), files.PathOf("app.log.1"));
        }
    }
}
