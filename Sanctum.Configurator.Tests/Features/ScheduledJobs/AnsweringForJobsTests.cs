using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

/// <summary>
/// A job may what somebody may who answers for it, at each of its runs; and nobody makes, changes or runs one that may more than he.
/// </summary>
public sealed class AnsweringForJobsTests
{
    private const string Operator = """["registry:read","registry:operate","registry:write"]""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Making_changing_and_running_a_job_takes_the_permission_of_what_it_does(TestDatabase database)
    {
        await using var world = await CreateAsync(database);
        var eve = await world.Registry.AddUserAsync("eve", UserRole.Viewer, permissions: Operator);
        var guarded = await world.AddAsync(JobsWorld.Form(name: "Guarded", set: form => form.Action = GuardedAct.Act));
        var harmless = await world.AddAsync(JobsWorld.Form(name: "Harmless"));

        await RefusedAsync((JobService jobs) => jobs.SaveAsync(JobsWorld.Form(set: form => form.Action = GuardedAct.Act), Cancel));
        await RefusedAsync(
            (JobService jobs) =>
                jobs.SaveAsync(
                    JobsWorld.Form(set: form => (form.Id, form.Version, form.Action) = (harmless.Id, harmless.Version, GuardedAct.Act)),
                    Cancel
                )
        );
        await RefusedAsync(
            (JobService jobs) =>
                jobs.SaveAsync(JobsWorld.Form(set: form => (form.Id, form.Version) = (guarded.Id, guarded.Version)), Cancel)
        );
        await RefusedAsync((JobService jobs) => jobs.EnableAsync(guarded.Id, false, null, Cancel));
        await RefusedAsync((JobService jobs) => jobs.PauseAsync(guarded.Id, null, null, Cancel));
        await RefusedAsync((JobService jobs) => jobs.ResumeAsync(guarded.Id, null, Cancel));
        await RefusedAsync((JobService jobs) => jobs.DeleteAsync(guarded.Id, null, Cancel));
        Assert.IsType<Outcome<RunRow>.Invalid>(await world.CallAsync((JobService jobs) => jobs.RunAsync(guarded.Id, null, Cancel), eve));
        var run = await world.RunAsync(guarded.Id);
        Assert.IsType<Outcome<RunRow>.Invalid>(await world.CallAsync((JobRunService runs) => runs.AgainAsync(run.Id, Cancel), eve));
        Assert.IsType<Outcome<RunRow>.Invalid>(await world.CallAsync((JobRunService runs) => runs.CancelAsync(run.Id, Cancel), eve));

        Assert.IsType<Outcome<JobRow>.Ok>(
            await world.CallAsync((JobService jobs) => jobs.EnableAsync(harmless.Id, false, null, Cancel), eve)
        );

        async Task RefusedAsync(Func<JobService, Task<Outcome<JobRow>>> act) =>
            Assert.IsType<Outcome<JobRow>.Invalid>(await world.CallAsync(act, eve));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_tool_that_runs_an_act_takes_its_permission_as_well(TestDatabase database)
    {
        await using var world = await CreateAsync(database);
        var eve = await world.Registry.AddUserAsync("eve", UserRole.Viewer, permissions: Operator);
        var tool = Assert
            .IsType<Outcome<ToolRow>.Ok>(await world.CallAsync((ToolService tools) => tools.SaveAsync(new() { Name = "acts" }, Cancel)))
            .Value;
        var harmless = Assert
            .IsType<Outcome<InstanceRow>.Ok>(
                await world.CallAsync((InstanceService all) => all.SaveAsync(Instance(tool.Id, "wait"), Cancel), eve)
            )
            .Value;
        var job = await world.AddAsync(JobsWorld.Form(set: form => (form.Action, form.ToolInstanceId) = (null, harmless.Id)));

        Assert.IsType<Outcome<InstanceRow>.Invalid>(
            await world.CallAsync((InstanceService all) => all.SaveAsync(Instance(tool.Id, GuardedAct.Act), Cancel), eve)
        );
        var changed = Instance(tool.Id, GuardedAct.Act);
        (changed.Id, changed.Version) = (harmless.Id, harmless.Version);
        Assert.IsType<Outcome<InstanceRow>.Invalid>(await world.CallAsync((InstanceService all) => all.SaveAsync(changed, Cancel), eve));

        var guarded = Assert
            .IsType<Outcome<InstanceRow>.Ok>(
                await world.CallAsync((InstanceService all) => all.SaveAsync(Instance(tool.Id, GuardedAct.Act), Cancel))
            )
            .Value;
        Assert.IsType<Outcome<JobRow>.Invalid>(
            await world.CallAsync(
                (JobService jobs) =>
                    jobs.SaveAsync(JobsWorld.Form(set: form => (form.Action, form.ToolInstanceId) = (null, guarded.Id)), Cancel),
                eve
            )
        );
        Assert.IsType<Outcome<JobRow>.Ok>(await world.CallAsync((JobService jobs) => jobs.EnableAsync(job.Id, true, null, Cancel), eve));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_job_runs_as_long_as_who_changed_it_last_may_do_it(TestDatabase database)
    {
        await using var world = await CreateAsync(database);
        var grace = await world.Registry.AddUserAsync("grace", UserRole.Admin);
        var job = Assert
            .IsType<Outcome<JobRow>.Ok>(
                await world.CallAsync(
                    (JobService jobs) => jobs.SaveAsync(JobsWorld.Form(set: form => form.Action = GuardedAct.Act), Cancel),
                    grace
                )
            )
            .Value;

        Assert.Equal(RunOutcome.Succeeded, await RunAsync());

        await world.Registry.OutsideAsync($"UPDATE users SET role = 'viewer' WHERE id = {grace.Id}");
        Assert.Equal(RunOutcome.Failed, await RunAsync());
        Assert.Contains("grace", (await world.RunsAsync())[^1].Message, StringComparison.Ordinal);

        // What the message advises works: somebody who may opens it and saves it.
        var view = await world.JobAsync(job.Id);
        Assert.IsType<Outcome<JobRow>.Ok>(await world.CallAsync((JobService jobs) => jobs.SaveAsync(view.Form, Cancel)));
        Assert.Equal(RunOutcome.Succeeded, await RunAsync());

        async Task<RunOutcome> RunAsync()
        {
            await world.RunAsync(job.Id);
            await world.TickAsync();
            return (await world.OutcomesAsync())[^1];
        }
    }

    [
        Theory,
        InlineData("UPDATE users SET is_active = 0 WHERE username = 'grace'"),
        InlineData("DELETE FROM users WHERE username = 'grace'")
    ]
    public async Task Who_is_gone_lends_no_rights(string gone)
    {
        await using var world = await CreateAsync();
        var grace = await world.Registry.AddUserAsync("grace", UserRole.Admin);
        var job = Assert
            .IsType<Outcome<JobRow>.Ok>(await world.CallAsync((JobService jobs) => jobs.SaveAsync(JobsWorld.Form(), Cancel), grace))
            .Value;
        await world.Registry.OutsideAsync(gone);

        await world.RunAsync(job.Id);
        await world.TickAsync();

        Assert.Equal([RunOutcome.Failed], await world.OutcomesAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_job_that_a_key_made_has_the_keys_scopes_and_ends_with_it(TestDatabase database)
    {
        await using var world = await CreateAsync(database);
        var key = new ApiKey
        {
            UserId = world.Root.Id,
            Name = "deploy",
            Prefix = "x",
            KeyHash = "x",
            Scopes = "registry:read registry:operate registry:write",
            CreatedAt = world.Clock.GetUtcNow(),
        };
        await using (var context = world.Registry.Open())
        {
            context.Add(key);
            await context.SaveChangesAsync(Cancel);
        }

        var harmless = await world.AddAsync(JobsWorld.Form(name: "Harmless"));
        var guarded = await world.AddAsync(JobsWorld.Form(name: "Guarded", set: form => form.Action = GuardedAct.Act));
        await SetAsync(harmless.Id, Answerable.Key(key.Id));
        await SetAsync(guarded.Id, Answerable.Key(key.Id));

        await RunBothAsync();
        Assert.Equal([RunOutcome.Succeeded, RunOutcome.Failed], await world.OutcomesAsync());

        await world.Registry.OutsideAsync("DELETE FROM api_keys");
        await RunBothAsync();
        Assert.Equal([RunOutcome.Failed, RunOutcome.Failed], (await world.OutcomesAsync())[^2..]);

        async Task RunBothAsync()
        {
            await world.RunAsync(harmless.Id);
            await world.RunAsync(guarded.Id);
            await world.TickAsync();
        }

        async Task SetAsync(int id, string runsAs)
        {
            await using var context = world.Registry.Open();
            await context.BeginWritingAsync(Cancel); // As the console writes; of another program it would not be believed.
            await context.ScheduledJobs.Where(j => j.Id == id).ExecuteUpdateAsync(set => set.SetProperty(j => j.RunsAs, runsAs), Cancel);
            await context.CommitWritingAsync(Cancel);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_another_program_wrote_runs_tools_only_whatever_it_says_of_itself(TestDatabase database)
    {
        await using var world = await CreateAsync(database);
        await world.Registry.OutsideAsync(
            "INSERT INTO scheduled_jobs (name, cron_expression, action, is_enabled, runs_as) VALUES ('theirs', '*/5 * * * *', 'guarded', true, 'console')"
        );
        await world.Registry.OutsideAsync(
            "INSERT INTO scheduled_jobs (name, cron_expression, action, is_enabled) VALUES ('harmless', '*/5 * * * *', 'wait', true)"
        );
        var ours = await world.AddAsync(JobsWorld.Form(name: "Ours"));
        await world.Registry.OutsideAsync($"UPDATE scheduled_jobs SET action = 'guarded' WHERE id = {ours.Id}");
        await world.TickAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(5));

        await world.TickAsync();

        var runs = await world.RunsAsync();
        Assert.Equal(["harmless"], runs.Where(run => run.Outcome == RunOutcome.Succeeded).Select(run => run.JobName).Distinct());
        Assert.Equal(
            ["Ours", "theirs"],
            runs.Where(run => run.Outcome == RunOutcome.Failed).Select(run => run.JobName).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            0,
            await world.CallAsync((IEnumerable<IBuiltInTask> acts) => Task.FromResult(acts.OfType<GuardedAct>().Single().Times))
        );
    }

    [Fact]
    public async Task What_another_program_put_into_a_run_is_not_covered_by_who_answers_for_the_job()
    {
        await using var world = await CreateAsync();
        var job = await world.AddAsync(JobsWorld.Form());
        await world.Registry.OutsideAsync(
            $"INSERT INTO job_runs (job_id, job_name, action, outcome, attempt, correlation_id) VALUES ({job.Id}, 'forged', 'guarded', 'queued', 1, '0123456789abcdef0123456789abcdef')"
        );

        await world.TickAsync();

        Assert.Equal([RunOutcome.Failed], await world.OutcomesAsync());
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Undoing_the_deletion_of_a_job_takes_the_permission_of_what_it_does(TestDatabase database)
    {
        await using var world = await CreateAsync(database);
        var eve = await world.Registry.AddUserAsync(
            "eve",
            UserRole.Viewer,
            permissions: """["history:read","registry:read","registry:operate","registry:write"]"""
        );
        var job = await world.AddAsync(JobsWorld.Form(set: form => form.Action = GuardedAct.Act));
        await world.CallAsync((JobService jobs) => jobs.DeleteAsync(job.Id, null, Cancel));
        long change;
        await using (var context = world.Registry.Open())
        {
            change = (await context.Changes.OrderByDescending(c => c.Id).FirstAsync(c => c.TableName == "scheduled_jobs", Cancel)).Id;
        }

        Assert.IsType<Outcome<UndoPlan>.Invalid>(await world.CallAsync((HistoryUndo undo) => undo.UndoAsync(change, false, Cancel), eve));
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.CallAsync((HistoryUndo undo) => undo.UndoAsync(change, false, Cancel)));
        Assert.Equal(Answerable.User(world.Root.Id), await world.Registry.OutsideAsync("SELECT runs_as FROM scheduled_jobs"));
    }

    private static InstanceForm Instance(int tool, string act) =>
        new()
        {
            ToolId = tool,
            Name = act,
            Config = new() { ["kind"] = "console", ["action"] = act },
        };

    private static Task<JobsWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite) =>
        JobsWorld.CreateAsync(
            database,
            [],
            services =>
            {
                services.AddSingleton<IBuiltInTask, GuardedAct>();
                services.AddHistory();
            }
        );

    /// <summary>Something that operators may not do.</summary>
    private sealed class GuardedAct : IBuiltInTask
    {
        public const string Act = "guarded";

        public int Times { get; private set; }

        public string Name => Act;

        public string Description => "Does what operators may not.";

        public string Policy => Policies.MakeBackups;

        public Task<Outcome<string>> RunAsync(System.Text.Json.Nodes.JsonObject arguments, CancellationToken cancel)
        {
            Times++;
            return Task.FromResult<Outcome<string>>(new Outcome<string>.Ok("Did it."));
        }
    }
}
