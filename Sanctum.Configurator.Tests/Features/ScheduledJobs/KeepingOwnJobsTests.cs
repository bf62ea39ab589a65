using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

public sealed class KeepingOwnJobsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private static readonly DefaultSchedule Tidy = new("wait", "Tidy up", "Tidies up.", "7 * * * *");

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task They_are_added_once_and_then_the_operators(TestDatabase database)
    {
        await using var world = await JobsWorld.CreateAsync(database, Tidy);
        await StartAsync(world);
        var form = (await world.JobAsync(1)).Form;
        (form.Name, form.CronExpression, form.IsEnabled) = ("Sweep", "0 4 * * *", false);
        await world.AddAsync(form);

        await StartAsync(world);

        var job = Assert.Single((await world.CallAsync((JobReader jobs) => jobs.PageAsync(new(), new(0, 10), Cancel))).Items);
        Assert.Equal(("Sweep", "0 4 * * *", JobState.Disabled), (job.Name, job.CronExpression, job.State));
    }

    [Fact]
    public async Task The_last_that_does_it_can_not_be_deleted()
    {
        await using var world = await JobsWorld.CreateAsync(TestDatabase.Sqlite, Tidy);
        await StartAsync(world);

        var refused = Assert.IsType<Outcome<JobRow>.Invalid>(await world.CallAsync((JobService jobs) => jobs.DeleteAsync(1, null, Cancel)));
        await world.AddAsync(JobsWorld.Form());

        Assert.Equal("Tidy up is a built-in job and can't be deleted. Disable it or change its schedule instead.", refused.Reasons[""]);
        Assert.IsType<Outcome<JobRow>.Ok>(await world.CallAsync((JobService jobs) => jobs.DeleteAsync(1, null, Cancel)));
    }

    [Theory]
    [InlineData(true, "failed")]
    [InlineData(false, "failed,missed,late,slow")]
    public async Task Housekeeping_tells_of_failures_only(bool isHousekeeping, string alerts)
    {
        await using var world = await JobsWorld.CreateAsync(TestDatabase.Sqlite, Tidy with { IsHousekeeping = isHousekeeping });
        await StartAsync(world);

        Assert.Equal(alerts, string.Join(',', (await world.JobAsync(1)).Form.Alerts));
    }

    private static Task StartAsync(JobsWorld world) =>
        world.CallAsync(
            async (DefaultSchedules own) =>
            {
                await own.AddMissingAsync(Cancel);
                return 0;
            }
        );
}
