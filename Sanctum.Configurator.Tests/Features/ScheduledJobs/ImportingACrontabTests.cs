using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.ScheduledJobs.Crontab;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

public sealed class ImportingACrontabTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private const string Text = """
        # what cron runs
        SHELL=/bin/sh
        CRON_TZ="Europe/Berlin"

        */10 * * * *  control/run/tidy.sh --all 'two words' >> /var/log/tidy.log 2>&1
        @daily bin/report.sh
        0 4 * * 1 cd /srv && ./run.sh | tee out
        @reboot bin/start.sh
        61 * * * * bin/never.sh
        0 5 * * * bin/mail.sh%Hello
        nonsense
        """;

    [Theory]
    [InlineData("a b  c", "a|b|c")]
    [InlineData("a 'b  c' \"d e\" f\\ g ''", "a|b  c|d e|f g|")]
    [InlineData("a \"b \\\" c\"", "a|b \" c")]
    [InlineData("a 'it costs $5'", "a|it costs $5")]
    [InlineData("a $HOME", null)]
    [InlineData("a \"$HOME\"", null)]
    [InlineData("a; b", null)]
    [InlineData("a *.txt", null)]
    [InlineData("a 'b", null)]
    public void A_simple_command_is_taken_apart_as_a_shell_does(string command, string? expected)
    {
        var words = CrontabReader.Split(command);

        Assert.Equal(expected, words is null ? null : string.Join('|', words));
    }

    [Fact]
    public void Each_command_is_found_with_its_schedule_or_says_why_it_can_be_no_job()
    {
        var commands = CrontabReader.Read(Text);

        Assert.Equal([5, 6, 7, 8, 9, 10, 11], commands.Select(command => command.Line));
        Assert.All(commands, command => Assert.Equal("Europe/Berlin", command.TimeZone));
        Assert.Equal(
            ("*/10 * * * *", "control/run/tidy.sh|--all|two words", (string?)null),
            (commands[0].CronExpression, string.Join('|', commands[0].Words), commands[0].Problem)
        );
        Assert.Equal(("@daily", "bin/report.sh"), (commands[1].CronExpression, commands[1].Words.Single()));
        Assert.Contains("shell", commands[2].Problem, StringComparison.Ordinal);
        Assert.Contains("@reboot is not supported", commands[3].Problem, StringComparison.Ordinal);
        Assert.Null(commands[4].Problem);
        Assert.Contains("Input", commands[5].Problem, StringComparison.Ordinal);
        Assert.Contains("not a schedule", commands[6].Problem, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_line_becomes_a_job_once(TestDatabase database)
    {
        var root = Directory.CreateTempSubdirectory("sanctum-installation-").FullName;
        await using var world = await JobsWorld.CreateAsync(database, FoldersIn(root));
        Directory.CreateDirectory(Path.Combine(root, "control/run/cron"));
        await File.WriteAllTextAsync(Path.Combine(root, "control/run/cron/sanctum-crontab"), Text, Cancel);
        await File.WriteAllTextAsync(Path.Combine(root, "control/run/tidy.sh"), "#!/bin/sh\n", Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(Directory.CreateDirectory(Path.Combine(root, "bin")).FullName, "report.sh"),
            "#!/bin/sh\n",
            Cancel
        );
        await world.Registry.OutsideAsync($"UPDATE system_config SET sanctum_base_path = '{root}'");

        Assert.IsType<Outcome<JobRow>.Invalid>(await ImportAsync(world, 5, world.Ada));
        Assert.IsType<Outcome<JobRow>.NotFound>(await ImportAsync(world, 4));
        Assert.IsType<Outcome<JobRow>.Invalid>(await ImportAsync(world, 9));
        var job = Assert.IsType<Outcome<JobRow>.Ok>(await ImportAsync(world, 5)).Value;
        Assert.IsType<Outcome<JobRow>.Invalid>(await ImportAsync(world, 5));

        Assert.Equal(
            ("tidy.sh (line 5)", "*/10 * * * *", "Europe/Berlin", "sanctum-crontab · tidy.sh (line 5)"),
            (job.Name, job.CronExpression, job.TimeZone, job.Runs)
        );
        var entries = (await world.CallAsync((CrontabService crontab) => crontab.ReadAsync(Cancel))).Entries;
        Assert.Equal(job.Id, entries[0].JobId);
        Assert.Equal(("Every 10 minutes", (string?)null), (entries[0].Sentence, entries[0].Problem));
        Assert.Contains("61", entries[4].Problem, StringComparison.Ordinal);
        Assert.IsType<Outcome<JobRow>.Ok>(await ImportAsync(world, 6));
        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM tools"));
        Directory.Delete(root, recursive: true);
    }

    /// <summary>The crontab that people wrote, line by line: whether it is offered, and what is said of it otherwise.</summary>
    [Fact]
    public async Task What_is_offered_for_import_is_what_a_run_would_not_refuse()
    {
        var root = Directory.CreateTempSubdirectory("sanctum-installation-").FullName;
        await using var world = await JobsWorld.CreateAsync(TestDatabase.Sqlite, FoldersIn(root));
        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "bin")).FullName, "nightly.sh");
        await File.WriteAllTextAsync(program, "#!/bin/sh\n", Cancel);
        Directory.CreateDirectory(Path.Combine(root, "control/cron"));
        (string Line, string? Problem)[] lines =
        [
            ($"15 2 * * * {program} --full", null),
            ($"30 2 * * * MODE=full {program}", "can't set MODE"),
            ($"50 1 * * * TZ=UTC {program}", "can't set TZ"),
            ($"0 6 * * SUN,MON root {program}", "Remove root"),
            ($"45 1 * * * nice -n 10 {program}", "The program nice was not found"),
            ($"45 1 * * * env MODE=full {program}", "The program env was not found"),
            ($"*/5 * * * * {program} --stamp=\\%Y '\\%m' >> /var/log/out.log 2>&1", null),
            ($"17 * * * * {program} # trailing comment", null),
            ($"0 4 * * 1-5 {program} --date=$(date +\\%F)", "shell"),
            ($"0 25 * * * {program}", "25"),
            ($"-0 7 * * * {program}", "-"),
            ($"@reboot {program}", "@reboot is not supported"),
            ($"0 3 */2 * 1 {program}", "the two day fields */2 and 1 together differently"),
            ($"0 3 */1 * 1 {program}", "the two day fields */1 and 1 together differently"),
            ($"0 3 1 * */2 {program}", "the two day fields 1 and */2 together differently"),
            ($"0 3 1 * 0-6 {program}", "the two day fields 1 and 0-6 together differently"),
            ($"0 3 1-7 * 1 {program}", null),
            ($"0 3 */2 * * {program}", null),
            ($"0 3 * * */2 {program}", null),
            ("0 0 * * * /usr/bin/true", "not in an allowed folder"),
            ("0 0 * * * bin/gone.sh", "was not found"),
            ("MODE=full", null),
            ($"0 1 * * * {program}", "can't set MODE"),
        ];
        await File.WriteAllTextAsync(
            Path.Combine(root, "control/cron/sanctum-crontab"),
            string.Join('\n', lines.Select(line => line.Line)),
            Cancel
        );
        await world.Registry.OutsideAsync($"UPDATE system_config SET sanctum_base_path = '{root}'");

        var entries = (await world.CallAsync((CrontabService crontab) => crontab.ReadAsync(Cancel))).Entries;

        Assert.Equal(lines.Length - 1, entries.Count);
        foreach (var entry in entries)
        {
            var expected = lines[entry.Line - 1].Problem;
            Assert.True(
                expected is null ? entry.Problem is null : entry.Problem?.Contains(expected, StringComparison.Ordinal) == true,
                $"{entry.Line}: {entry.Problem}"
            );
            var tried = await world.CallAsync((CrontabService crontab) => crontab.TryAsync(entry.Line, Cancel));
            Assert.Equal(expected is null, tried is Outcome<CrontabEntry>.Ok);
            Assert.Equal(expected is null, await ImportAsync(world, entry.Line) is Outcome<JobRow>.Ok);
        }

        var arguments = await world.Registry.OutsideAsync("SELECT config FROM tool_instances WHERE name LIKE '%line 7%'");
        Assert.Contains("--stamp=%Y", arguments, StringComparison.Ordinal);
        Assert.Contains("\"%m\"", arguments, StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }

    /// <summary>What a start has to say so that programs of an installation may run.</summary>
    internal static KeyValuePair<string, string?>[] FoldersIn(string root) =>
        [new("Tools:CommandFolders:0", Path.Combine(root, "bin")), new("Tools:CommandFolders:1", Path.Combine(root, "control/run"))];

    private static Task<Outcome<JobRow>> ImportAsync(JobsWorld world, int line, User? who = null) =>
        world.CallAsync((CrontabService crontab) => crontab.ImportAsync(line, Cancel), who);
}
