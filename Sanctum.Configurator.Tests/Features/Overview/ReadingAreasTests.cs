using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.Logs.Storing;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Overview;

public sealed class ReadingAreasTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TestDatabase> Databases => TestRegistry.Databases;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_new_installation_has_steps_to_do_and_no_trouble(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);

        var content = await world.ReadAsync();

        Assert.True(content.IsNew);
        Assert.Empty(content.Attention);
        Assert.Equal(
            [
                "Connect the Letta server",
                "Synchronise the agents",
                "Make a backup",
                "Keep the recovery kit",
                "Set up a channel",
                "Add users",
            ],
            content.Steps.Select(step => step.Title)
        );
        Assert.Equal(
            ["Letta server", "Agents", "Scheduled Jobs", "Backups", "Logs", "History"],
            content.States.Where(state => state.ShowsTile).Select(state => state.Area.Title)
        );
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_server_that_stopped_is_red_until_a_test_connects(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        await using var letta = await FakeLetta.StartAsync();
        await SaveAsync(
            world,
            new("letta_server_address", "http://localhost"),
            new("letta_server_port", $"{letta.Port}"),
            new("letta_server_token", FakeLetta.Password)
        );
        await TestAsync(world);
        var up = await world.ReadAsync("Letta server");
        await letta.StopAsync();
        await TestAsync(world);

        var down = await world.ReadAsync("Letta server");
        Assert.IsType<Outcome<string>.Invalid>(await world.HelpAsync("Letta server", "Test connection again"));
        await letta.StartAgainAsync();
        Assert.IsType<Outcome<string>.Ok>(await world.HelpAsync("Letta server", "Test connection again"));
        var again = await world.ReadAsync("Letta server");

        Assert.True(Assert.Single(up.Steps).IsDone);
        Assert.Empty(up.Attention);
        Assert.Equal("The Letta server can't be used", Assert.Single(down.Attention).Sentence);
        Assert.Equal(Tone.Bad, down.Tile!.Tone);
        Assert.Empty(again.Attention);
        Assert.Equal(Tone.Good, again.Tile!.Tone);
        Assert.Equal("Letta V1 0.16.8. 50 % available in 24 hours", again.Tile.Caption);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Agents_that_wait_are_named_with_the_way_to_answer_them(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        await world.AddAsync(
            Agent("Athena", RunState.Degraded, """{"status_reason":"Waiting for an approval."}"""),
            Agent("Bertha", RunState.Degraded, """{"status_reason":"Its last run ended with llm_api_error."}"""),
            Agent("Clio", RunState.Healthy, null)
        );

        var reading = await world.ReadAsync("Agents");

        Assert.Equal(["Athena is waiting for an approval", "Bertha is degraded"], reading.Attention.Select(one => one.Sentence));
        Assert.Equal(("Answer", "/agents/1?tab=messages"), (reading.Attention[0].Act!.Label, reading.Attention[0].Act!.Url));
        var tile = reading.Tile!;
        Assert.Equal(("3", "1 agent waiting for an approval", Tone.Warning), (tile.Figure, tile.Caption, tile.Tone));
        var parts = Assert.IsType<PartsPicture>(tile.Picture).Parts;
        Assert.Equal(["1 healthy", "2 degraded"], parts.Select(part => $"{part.Count} {part.Text}"));
        Assert.True(Assert.Single(reading.Steps).IsDone);
    }

    [Fact]
    public async Task Nobody_knows_how_agents_are_while_the_letta_server_can_not_be_used()
    {
        await using var world = await OverviewWorld.CreateAsync(TestDatabase.Sqlite);
        await using var letta = await FakeLetta.StartAsync();
        await SaveAsync(
            world,
            new SettingChange("letta_server_address", "http://localhost"),
            new SettingChange("letta_server_port", $"{letta.Port}"),
            new SettingChange("letta_server_token", FakeLetta.Password)
        );
        await world.AddAsync(Agent("Clio", RunState.Healthy, null));
        await TestAsync(world);
        var before = await world.ReadAsync("Agents");
        await letta.StopAsync();
        await TestAsync(world);

        var tile = (await world.ReadAsync("Agents")).Tile!;

        Assert.Equal(Tone.Good, before.Tile!.Tone);
        Assert.Equal(("1", "Status unknown: the Letta server can't be used", Tone.Neutral), (tile.Figure, tile.Caption, tile.Tone));
        Assert.Equal([(Tone.Neutral, "healthy")], Assert.IsType<PartsPicture>(tile.Picture).Parts.Select(part => (part.Tone, part.Text)));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_whose_newest_run_failed_leads_to_that_run(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        var now = world.Registry.Clock.GetUtcNow();
        var job = new ScheduledJob
        {
            Name = "Nightly",
            CronExpression = "0 3 * * *",
            Action = "back_up",
            NextRun = now.AddHours(2),
        };
        await world.AddAsync(job);
        await world.AddAsync(Run(job, RunOutcome.Succeeded, now.AddDays(-2)), Run(job, RunOutcome.Failed, now.AddHours(-1)));

        var reading = await world.ReadAsync("Scheduled Jobs");

        var attention = Assert.Single(reading.Attention);
        Assert.Equal(("Nightly failed", "As it is."), (attention.Sentence, attention.Detail));
        Assert.Equal(Urls.JobRun(job.Id, 2), attention.Act!.Url);
        var tile = reading.Tile!;
        Assert.Equal((now.AddHours(2), "Nightly. 1 run failed in 24 hours", Tone.Bad), (tile.At!.Value, tile.Caption, tile.Tone));
        Assert.Equal([Tone.Good, Tone.Bad], Assert.IsType<BarsPicture>(tile.Picture).Bars.Select(bar => bar.Tone));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Backups_not_restore_tested_for_too_long_are_tested_by_the_act(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        var activity = world.Registry.Services.GetRequiredService<BackupActivity>();
        Assert.IsType<Outcome<BackupRow>.Ok>(await world.CallAsync((BackupService backups) => backups.BackUpAsync(new(), Cancel)));
        await activity.WhenIdleAsync(Cancel);
        var fresh = await world.ReadAsync("Backups");
        world.Registry.Clock.Advance(BackupsArea.TooLong);

        var old = await world.ReadAsync("Backups");
        Assert.IsType<Outcome<string>.Ok>(await world.HelpAsync("Backups", "Run the restore test now"));
        await activity.WhenIdleAsync(Cancel);
        var tested = await world.ReadAsync("Backups");

        Assert.Empty(fresh.Attention);
        Assert.True(fresh.Steps.Single(step => step.Title == "Make a backup").IsDone);
        Assert.Contains(old.Attention, one => one.Sentence.Contains("restore-tested", StringComparison.Ordinal));
        Assert.Empty(tested.Attention);
        Assert.Equal(fresh.Tile!.At, tested.Tile!.At);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_recovery_kit_is_kept_once_somebody_printed_it(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);

        await world.CallAsync(
            async (RecoveryKits kits) =>
            {
                await kits.KeepAsync(Cancel);
                return 0;
            }
        );

        Assert.True((await world.ReadAsync("Backups")).Steps.Single(step => step.Title == "Keep the recovery kit").IsDone);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_channel_that_fails_is_well_again_when_a_test_arrives(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        var form = new ChannelForm
        {
            Name = "Hook",
            Url = new Uri(receiver.Address, "/hook").AbsoluteUri,
            MinLevel = NoticeLevel.Info,
        };
        var saved = await world.CallAsync((ChannelService channels) => channels.SaveAsync(form, dryRun: false, Cancel));
        Assert.IsType<Outcome<ChannelRow>.Ok>(saved);
        await world.Registry.OutsideAsync("UPDATE notification_channels SET failing_since = created_at, last_failure = 'It answered 500.'");
        receiver.Status = 500;

        var failing = Assert.Single((await world.ReadAsync("Notifications")).Attention);
        Assert.IsType<Outcome<string>.Invalid>(await world.HelpAsync("Notifications", "Test the channel"));
        Assert.Single((await world.ReadAsync("Notifications")).Attention);
        receiver.Status = 200;
        Assert.IsType<Outcome<string>.Ok>(await world.HelpAsync("Notifications", "Test the channel"));

        Assert.Equal(("Notifications by Hook fail", "It answered 500."), (failing.Sentence, failing.Detail));
        Assert.Empty((await world.ReadAsync("Notifications")).Attention);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task More_errors_than_usual_are_told_with_the_search_that_finds_them(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        var (writer, now) = (world.Registry.Services.GetRequiredService<LogWriter>(), world.Registry.Clock.GetUtcNow());
        var few = Enumerable.Range(0, 4).Select(at => Line(now.AddMinutes(-at - 1)));
        await writer.WriteAsync([.. few, Line(now.AddHours(-5)), Line(now.AddDays(-3))], null, Cancel);
        var usual = await world.ReadAsync("Logs");
        await writer.WriteAsync([Line(now.AddMinutes(-5)), Line(now, LogLevelWord.Warning)], null, Cancel);

        var more = await world.ReadAsync("Logs");

        Assert.Empty(usual.Attention);
        var attention = Assert.Single(more.Attention);
        Assert.Equal("5 in the last hour; usually less than one.", attention.Detail);
        Assert.Equal(Urls.LogsSince("level>=error", now.AddHours(-1)), attention.Act!.Url);
        Assert.Equal(("6", Tone.Bad), (more.Tile!.Figure, more.Tile.Tone));
        Assert.Equal(24, Assert.IsType<BarsPicture>(more.Tile.Picture).Bars.Count);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_changes_of_today_are_counted(TestDatabase database)
    {
        await using var world = await OverviewWorld.CreateAsync(database);
        var before = int.Parse((await world.ReadAsync("History")).Tile!.Figure!, System.Globalization.CultureInfo.InvariantCulture);
        await SaveAsync(world, new SettingChange("letta_server_port", "8000"));

        var tile = (await world.ReadAsync("History")).Tile!;
        world.Registry.Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(($"{before + 1}", "Last by root"), (tile.Figure, tile.Caption));
        Assert.Equal(before + 1, Assert.IsType<BarsPicture>(tile.Picture).Bars.Sum(bar => bar.Value));
        Assert.Equal("0", (await world.ReadAsync("History")).Tile!.Figure);
    }

    [Fact]
    public async Task A_viewer_sees_what_he_may_read_and_no_act_that_he_may_not_do()
    {
        await using var world = await OverviewWorld.CreateAsync(TestDatabase.Sqlite);
        await world.AddAsync(Agent("Athena", RunState.Degraded, """{"status_reason":"Waiting for an approval."}"""));
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Viewer);

        var content = await world.ReadAsync(vera);

        Assert.Null(Assert.Single(content.Attention).Attention.Act);
        Assert.Empty(content.Steps);
        Assert.DoesNotContain(content.States, state => state.Area.Title == "Users");
    }

    [Fact]
    public async Task An_act_is_asked_for_its_permission_again()
    {
        await using var world = await OverviewWorld.CreateAsync(TestDatabase.Sqlite);
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Viewer);
        var isDone = false;
        var act = new AttentionAct("Test connection again", Policies.TestLetta)
        {
            RunAsync = _ =>
            {
                isDone = true;
                return Task.FromResult<Outcome<string>>(new Outcome<string>.Ok("Done."));
            },
        };

        Assert.IsType<Outcome<string>.Invalid>(await world.CallAsync((OverviewService overview) => overview.RunAsync(act, Cancel), vera));

        Assert.False(isDone);
    }

    private static Agent Agent(string name, RunState status, string? config) =>
        new()
        {
            Name = name,
            Status = status,
            Config = config,
        };

    private static JobRun Run(ScheduledJob job, RunOutcome outcome, DateTimeOffset at) =>
        new()
        {
            JobId = job.Id,
            JobName = job.Name,
            Outcome = outcome,
            QueuedAt = at,
            StartedAt = at,
            EndedAt = at,
            Milliseconds = 70,
            Message = "As it is.",
        };

    private static LogLine Line(DateTimeOffset at, LogLevelWord level = LogLevelWord.Error) =>
        new(level, "system", null, "It broke.", null, at, null, null);

    private static async Task SaveAsync(OverviewWorld world, params SettingChange[] changes) =>
        Assert.IsType<Outcome<SettingsView>.Ok>(
            await world.CallAsync((SettingsService settings) => settings.SaveAsync(new(changes), Cancel))
        );

    private static async Task TestAsync(OverviewWorld world)
    {
        var tested = await world.CallAsync((LettaTests tests) => tests.TestAsync(new Dictionary<string, string?>(), null, Cancel));
        Assert.IsType<Outcome<LettaTestResult>.Ok>(tested);
    }
}
