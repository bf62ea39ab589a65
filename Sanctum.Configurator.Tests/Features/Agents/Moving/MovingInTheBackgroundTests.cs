using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Agents.Moving;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.Moving;

public sealed class MovingInTheBackgroundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_move_goes_on_by_itself_and_tells_how_far_it_is(TestDatabase database)
    {
        await using var world = await MoveWorld.CreateAsync(database, old: 3);
        await world.KeepV1Async();
        await world.AddAsync("One", FakeLettaAgents.IdOf(1));
        var (reached, go) = world.HoldAt(2);

        var begun = Assert.IsType<Outcome<MoveRun>.Ok>(await world.BeginAsync(MoveWorld.Of(1, 2, 3))).Value;
        await reached;
        var half = await world.FindAsync();
        go.SetResult();
        var ended = await world.EndedAsync();

        Assert.Equal((begun.Id, RunOutcome.Running, 1, 3, "root"), (half.Id, half.State, half.Done, half.Total, half.By));
        Assert.Equal("Agent 1", Assert.Single(half.Report.Agents).Name);
        Assert.Equal((RunOutcome.Succeeded, 3, 0, "3 moved."), (ended.State, ended.Done, ended.Left, ended.Message));
        Assert.Equal(3, world.Server.Agents.Count);
        await using var registry = world.Registry.Open();
        Assert.Equal("root", Assert.Single(registry.Changes, change => change.TableName == "agents" && change.Act == "update").Actor);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_move_runs_at_a_time_in_all_consoles_of_a_registry(TestDatabase database)
    {
        await using var world = await MoveWorld.CreateAsync(database, old: 2);
        await world.KeepV1Async();
        await using var other = world.BuildConsole();
        var (reached, go) = world.HoldAt(1);
        await world.BeginAsync(MoveWorld.Of(1, 2));
        await reached;

        var here = Assert.IsType<Outcome<MoveRun>.Invalid>(await world.BeginAsync(MoveWorld.Of(2)));
        var there = Assert.IsType<Outcome<MoveRun>.Invalid>(
            await world.CallOnAsync(other, (MoveRuns runs) => runs.BeginAsync(MoveWorld.Of(2), Cancel))
        );
        var seen = await world.CallOnAsync(other, (MoveRuns runs) => runs.FindAsync(null, Cancel));
        go.SetResult();
        await world.EndedAsync();

        Assert.Equal("Another move is running. Wait until it has ended.", here.Reasons[""]);
        Assert.Equal(here.Reasons[""], there.Reasons[""]);
        Assert.True(Assert.IsType<Outcome<MoveRun>.Ok>(seen).Value.IsOpen);
        Assert.Equal(2, world.Server.Agents.Count);
        Assert.IsType<Outcome<MoveRun>.Ok>(await world.CallOnAsync(other, (MoveRuns runs) => runs.BeginAsync(MoveWorld.Of(2), Cancel)));
        Assert.Equal(MoveEnd.MovedBefore, Assert.Single((await world.EndedAsync()).Report.Agents).End);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Two_consoles_that_begin_at_the_same_moment_begin_one_move(TestDatabase database)
    {
        await using var world = await MoveWorld.CreateAsync(database, old: 1);
        await world.KeepV1Async();
        await using var other = world.BuildConsole();
        var (_, go) = world.HoldAt(1);

        var begun = await Task.WhenAll(
            world.BeginAsync(MoveWorld.Of(1)),
            world.CallOnAsync(other, (MoveRuns runs) => runs.BeginAsync(MoveWorld.Of(1), Cancel))
        );
        go.SetResult();
        await world.EndedAsync();

        Assert.Single(begun, outcome => outcome is Outcome<MoveRun>.Ok);
        Assert.Single(world.Server.Agents);
    }

    [Fact]
    public async Task Stopping_lets_the_present_agent_end_and_what_is_left_is_gone_on_with()
    {
        await using var world = await MoveWorld.CreateAsync(old: 3);
        await world.KeepV1Async();
        await using var other = world.BuildConsole();
        var (reached, go) = world.HoldAt(1);
        var begun = Assert.IsType<Outcome<MoveRun>.Ok>(await world.BeginAsync(MoveWorld.Of(1, 2, 3))).Value;
        await reached;

        var asked = Assert.IsType<Outcome<MoveRun>.Ok>(
            await world.CallOnAsync(other, (MoveRuns runs) => runs.CancelAsync(begun.Id!.Value, Cancel))
        );
        go.SetResult();
        var stopped = await world.EndedAsync();

        Assert.True(asked.Value.IsCancelRequested);
        Assert.Equal((RunOutcome.Cancelled, 2), (stopped.State, stopped.Left));
        Assert.Equal([MoveEnd.Moved, MoveEnd.NotBegun, MoveEnd.NotBegun], stopped.Report.Agents.Select(agent => agent.End));
        Assert.Equal(["Agent 1", "Agent 2", "Agent 3"], stopped.Report.Agents.Select(agent => agent.Name));
        var text = MoveReportText.Of(stopped.Report);
        Assert.Contains("1 moved, 2 not begun.", text, StringComparison.Ordinal);
        Assert.Contains(stopped.Report.Agents[0].NewUid!, text, StringComparison.Ordinal);

        Assert.IsType<Outcome<MoveRun>.Ok>(await world.CallAsync((MoveRuns runs) => runs.ResumeAsync(stopped.Id!.Value, Cancel)));
        var ended = await world.EndedAsync();

        Assert.Equal((RunOutcome.Succeeded, 0), (ended.State, ended.Left));
        Assert.All(ended.Report.Agents, agent => Assert.Equal(MoveEnd.Moved, agent.End));
        Assert.Equal(3, world.Server.Agents.Count);
        var nothing = Assert.IsType<Outcome<MoveRun>.Invalid>(
            await world.CallAsync((MoveRuns runs) => runs.ResumeAsync(ended.Id!.Value, Cancel))
        );
        Assert.StartsWith("Nothing of this move is left", nothing.Reasons[""], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_console_that_stops_lets_the_present_agent_end_and_says_where_it_stopped()
    {
        await using var world = await MoveWorld.CreateAsync(old: 2);
        await world.KeepV1Async();
        var (reached, go) = world.HoldAt(1);
        await world.BeginAsync(MoveWorld.Of(1, 2));
        await reached;

        var stopping = world.Registry.Services.GetRequiredService<MoveRunner>().StopAsync(Cancel);
        go.SetResult();
        await stopping;
        var run = await world.FindAsync();

        Assert.Equal((RunOutcome.Lost, 1), (run.State, run.Left));
        Assert.Equal(
            "The console was stopped during the move. 1 moved, 1 not begun. It came as far as agent 1 of 2. Go on with what is left: nothing is made twice.",
            run.Message
        );
    }

    [Fact]
    public async Task A_console_that_was_killed_is_noticed_and_another_goes_on_where_it_stopped()
    {
        await using var world = await MoveWorld.CreateAsync(old: 3);
        await world.KeepV1Async();
        await using var other = world.BuildConsole();
        var (reached, go) = world.HoldAt(2);
        await world.BeginAsync(MoveWorld.Of(1, 2, 3));
        await reached;

        // It stands still, and answers no more: as good as killed for the others.
        world.Registry.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.Registry.OutsideAsync("UPDATE job_runs SET lease_until = '2026-11-21 09:00:30.000', owner = 'gone'");
        var lost = Assert
            .IsType<Outcome<MoveRun>.Ok>(await world.CallOnAsync(other, (MoveRuns runs) => runs.FindAsync(null, Cancel)))
            .Value;
        await world.CallOnAsync(other, (MoveRuns runs) => runs.ResumeAsync(lost.Id!.Value, Cancel));
        go.SetResult();
        var ended = await Wait.ForAsync(() => world.FindAsync(), run => run.Id != lost.Id && !run.IsOpen);

        Assert.Equal((RunOutcome.Lost, 2), (lost.State, lost.Left));
        Assert.Equal(["Agent 1", "Agent 2", "Agent 3"], lost.Report.Agents.Select(agent => agent.Name));
        Assert.StartsWith(
            "The console that ran it stopped responding. It came as far as agent 1 of 3.",
            lost.Message,
            StringComparison.Ordinal
        );
        Assert.Equal((RunOutcome.Succeeded, 0), (ended.State, ended.Left));
    }
}
