using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

public sealed class KeepingFollowedFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_file_is_added_read_paused_and_removed_and_goes_on_where_it_was(TestDatabase database)
    {
        await using var world = await LogFilesWorld.CreateAsync(database);
        await world.Registry.OutsideAsync("INSERT INTO agents (name) VALUES ('Athena')");
        var path = world.Write("app.log", "one\ntwo\n");
        var row = await world.AddAsync(path, "agent", "athena");
        Assert.Equal(("Athena", FollowState.Waiting, 0L), (row.Name, row.State, row.Lines));
        await world.SettleAsync();
        var read = Assert.Single(await world.ListAsync());
        Assert.Equal((FollowState.Following, 2L, 0L, 8L, null), (read.State, read.Lines, read.Behind, read.Files[0].ReadTo, read.Problem));

        var form = read.ToForm();
        form.IsOn = false;
        Assert.IsType<Outcome<LogFileRow>.Ok>(await world.SaveAsync(form));
        Assert.IsType<Outcome<LogFileRow>.Conflict>(await world.SaveAsync(form));
        world.Write("app.log", "three\n");
        await world.SettleAsync();
        var paused = Assert.Single(await world.ListAsync());
        Assert.Equal((FollowState.Paused, 2L), (paused.State, paused.Lines));

        Assert.IsType<Outcome<LogFileRow>.Ok>(await world.CallAsync(service => service.DeleteAsync(row.Id, null, Cancel)));
        Assert.IsType<Outcome<LogFileRow>.NotFound>(await world.CallAsync(service => service.DeleteAsync(row.Id, null, Cancel)));
        await world.AddAsync(path);
        await world.SettleAsync();
        Assert.Equal(3, Assert.Single(await world.ListAsync()).Lines);
        await using var registry = world.Registry.Open();
        Assert.Equal(
            4,
            await registry.Changes.CountAsync(change => change.TableName == LogFileService.Table && change.Actor == "root", Cancel)
        );
    }

    [Theory]
    [InlineData("app.log", "Enter the full path of a file")]
    [InlineData("/var/log/", "Enter the full path of a file")]
    [InlineData("/var/log/a\nb", "a line break")]
    [InlineData("/var/../etc/x.log", "can't contain ..")]
    [InlineData("/var/**/x.log", "or **")]
    [InlineData("DATA/keys/x.log", "the console's own data folder")]
    [InlineData("DATA/*.db", "the console's own data folder")]
    [InlineData("", "Enter the full path")]
    public async Task A_path_that_can_not_be_followed_is_refused(string path, string reason)
    {
        await using var world = await LogFilesWorld.CreateAsync();

        var refused = Assert.IsType<Outcome<LogFileRow>.Invalid>(
            await world.SaveAsync(new() { Path = path.Replace("DATA", world.Registry.Location.DataDirectory, StringComparison.Ordinal) })
        );

        Assert.Contains(reason, refused.Reasons[nameof(LogFileForm.Path)], StringComparison.Ordinal);
        Assert.Empty(await world.ListAsync());
    }

    [Fact]
    public async Task A_path_is_followed_once_by_whom_there_is_and_by_who_may()
    {
        await using var world = await LogFilesWorld.CreateAsync();
        var viewer = await world.Registry.AddUserAsync("vera", UserRole.Viewer);
        var path = world.Write("app.log", "");
        await world.AddAsync(path);

        Assert.Contains(
            nameof(LogFileForm.Path),
            Assert.IsType<Outcome<LogFileRow>.Invalid>(await world.SaveAsync(new() { Path = path })).Reasons.Keys
        );
        Assert.Equal(
            "Unknown agent Nobody.",
            Assert
                .IsType<Outcome<LogFileRow>.Invalid>(
                    await world.SaveAsync(
                        new()
                        {
                            Path = Path.Join(Path.GetTempPath(), "x.log"),
                            Source = "agent",
                            Name = "Nobody",
                        }
                    )
                )
                .Reasons[nameof(LogFileForm.Name)]
        );
        Assert.Equal(
            LogFileService.MayNot,
            Assert
                .IsType<Outcome<LogFileRow>.Invalid>(await world.SaveAsync(new() { Path = Path.Join(Path.GetTempPath(), "x.log") }, viewer))
                .Reasons[""]
        );
        Assert.IsType<Outcome<LogFileRow>.Invalid>(await world.CallAsync(service => service.DeleteAsync(1, null, Cancel), viewer));
        Assert.Single(await world.ListAsync());
    }

    [Fact]
    public async Task The_log_files_of_the_installation_are_offered_until_they_are_followed()
    {
        await using var world = await LogFilesWorld.CreateAsync();
        var server = world.Write("smcp/logs/mcp_server.log", "12345");
        world.Write("smcp/logs/mcp_server.log.1", "");
        var broca = world.Write("agents/athena/broca/logs/broca.log", "");

        Assert.Equal(
            [(server, 5L), (broca, 0L)],
            (await world.CallAsync(service => service.FindNewAsync(Cancel))).Select(file => (file.Path, file.Size))
        );
        await world.AddAsync(broca.Replace("athena", "*", StringComparison.Ordinal));
        Assert.Equal([server], (await world.CallAsync(service => service.FindNewAsync(Cancel))).Select(file => file.Path));
    }

    [Fact]
    public async Task Broken_logs_are_told_until_they_are_taken_away()
    {
        await using var world = await LogFilesWorld.CreateAsync();
        var notice = world.Registry.Services.GetRequiredService<BrokenLogsNotice>();
        await notice.TellAsync(Cancel);
        Assert.Empty(await NoticesAsync());

        var aside = Path.Combine(world.Registry.Location.DataDirectory, "logs-broken-20261122-090000-000.db");
        await File.WriteAllTextAsync(aside, "", Cancel);
        await notice.TellAsync(Cancel);
        await notice.TellAsync(Cancel);
        var told = Assert.Single(await NoticesAsync());
        Assert.Equal((NoticeLevel.Error, NoticeSources.Logs, null), (told.Level, told.Source, told.ResolvedAt));
        Assert.Contains(aside, told.Message, StringComparison.Ordinal);

        // A console that was started afterwards knows of it too.
        File.Delete(aside);
        await new BrokenLogsNotice(world.Registry.Services.GetRequiredService<IServiceScopeFactory>(), world.Registry.Location).TellAsync(
            Cancel
        );
        Assert.NotNull(Assert.Single(await NoticesAsync()).ResolvedAt);

        async Task<List<Configurator.Registry.Notifications.Notification>> NoticesAsync()
        {
            await using var registry = world.Registry.Open();
            return await registry.Notifications.AsNoTracking().ToListAsync(Cancel);
        }
    }
}
