using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Agents.Moving;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.Moving;

public sealed class MovingAgentsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_agent_of_the_registry_belongs_to_the_new_one_and_the_history_can_undo_it(TestDatabase database)
    {
        await using var world = await MoveWorld.CreateAsync(database, old: 2);
        await world.KeepV1Async();
        var id = await world.AddAsync(
            "One",
            FakeLettaAgents.IdOf(1),
            """{"model": "openai/gpt-4.1", "tags": ["team"], "tools": ["send_message"]}"""
        );
        await world.Registry.OutsideAsync(
            $"INSERT INTO scheduled_jobs (name, cron_expression, agent_id) VALUES ('wake up', '0 7 * * *', {id})"
        );

        var moved = Assert.Single(await world.MovedAsync(1));

        Assert.Equal((MoveEnd.Moved, id, null), (moved.End, moved.AgentId, moved.Problem));
        Assert.Empty(moved.Differences);
        var there = world.Server.Agents[moved.NewUid!];
        Assert.Equal(("Agent 1", "You are a helpful agent.", "openai/gpt-4.1"), (there.Name, there.System, there.Model));
        Assert.Contains("I am kind.", there.Memory["system/persona.md"], StringComparison.Ordinal);
        Assert.Contains($"moved-from:{FakeLettaAgents.IdOf(1)}", there.Tags);
        var view = await world.ReadAsync(id);
        Assert.Equal((moved.NewUid, "One"), (view.Agent.LettaUid, view.Agent.Name));
        Assert.Equal(["send_message"], view.Declared.Tools);
        Assert.DoesNotContain(world.V1.Requests, request => request.Method != "GET");
        Assert.False(world.Old.HasBeenAskedForSecrets);
        Assert.Equal($"{id}", (await world.Registry.OutsideAsync("SELECT agent_id FROM scheduled_jobs WHERE name = 'wake up'")).Trim());

        await using var registry = world.Registry.Open();
        var change = await registry.Changes.SingleAsync(change => change.TableName == "agents" && change.Act == "update", Cancel);
        Assert.Contains(FakeLettaAgents.IdOf(1), change.Before, StringComparison.Ordinal);
        Assert.IsType<Outcome<UndoPlan>.Ok>(await world.CallAsync((HistoryUndo undo) => undo.UndoAsync(change.Id, false, Cancel)));
        Assert.Equal(FakeLettaAgents.IdOf(1), (await world.ReadAsync(id)).Agent.LettaUid);
    }

    [Fact]
    public async Task The_plan_says_what_comes_what_is_lost_and_which_names_clash_before_anything_is_written()
    {
        await using var world = await MoveWorld.CreateAsync(agents: 1, old: 2);
        await world.KeepV1Async();
        world.Old.Change(2, agent => agent["model"] = "anthropic/claude");

        var plan = await world.PlannedAsync(MoveWorld.Of(1, 2));
        var tried = Assert.IsType<Outcome<MoveReport>.Ok>(await world.TryAsync(MoveWorld.Of(1, 2))).Value;

        Assert.Equal([true, false], plan.Agents.Select(agent => agent.IsNameTaken));
        Assert.Equal(["openai/gpt-4.1", null], plan.Agents.Select(agent => agent.NewModel));
        Assert.Equal(["anthropic/claude"], plan.UnknownModels);
        Assert.Contains(plan.Agents[0].Comes, comes => comes.Contains("persona", StringComparison.Ordinal));
        foreach (var lost in new[] { "messages", "send_message", "embedding" })
        {
            Assert.Contains(plan.Agents[0].Lost, sentence => sentence.Contains(lost, StringComparison.Ordinal));
        }

        Assert.Equal([MoveEnd.WouldMove, MoveEnd.Failed], tried.Agents.Select(agent => agent.End));
        Assert.Contains("anthropic/claude", tried.Agents[1].Problem, StringComparison.Ordinal);
        Assert.Equal(0, world.Server.CountOf("agent_create"));
    }

    [Fact]
    public async Task An_unknown_model_is_never_taken_silently_and_one_that_fails_stops_no_other()
    {
        await using var world = await MoveWorld.CreateAsync(old: 3);
        await world.KeepV1Async();
        world.Old.Change(1, agent => agent["model"] = "anthropic/claude");
        world.Old.Remove(2);

        var without = await world.MovedAsync(1, 2, 3);
        var form = MoveWorld.Of(1);
        form.Models = new Dictionary<string, string?> { ["anthropic/claude"] = FakeAppServer.Model };
        var mapped = Assert.Single((await world.RunAsync(form)).Report.Agents);

        Assert.Equal([MoveEnd.Failed, MoveEnd.Failed, MoveEnd.Moved], without.Select(agent => agent.End));
        Assert.Equal("It is no longer on the V1 server.", without[1].Problem);
        Assert.Equal(["Agent 1", "Agent 3"], new[] { without[0], without[2] }.Select(agent => agent.Name));
        Assert.Equal((MoveEnd.Moved, FakeAppServer.Model), (mapped.End, mapped.Model));
        Assert.Empty(mapped.Differences);
    }

    [Fact]
    public async Task A_server_that_dies_in_the_middle_is_gone_on_with_and_nothing_is_made_twice()
    {
        await using var world = await MoveWorld.CreateAsync(old: 5);
        await world.KeepV1Async();
        var made = 0;
        world.Server.OnCommand = command =>
        {
            if ((string?)command["type"] == "agent_create" && ++made == 2)
            {
                _ = Task.Run(world.Server.StopAsync, CancellationToken.None);
            }

            return Task.CompletedTask;
        };

        var first = (await world.RunAsync(MoveWorld.Of(1, 2, 3, 4, 5))).Report;
        await world.Server.StopAsync();
        await world.Server.StartAgainAsync();
        var second = await world.MovedAsync(1, 2, 3, 4, 5);

        Assert.Equal(MoveEnd.Moved, first.Agents[0].End);
        Assert.Contains(first.Agents, agent => agent.End is MoveEnd.Failed or MoveEnd.NotBegun);
        Assert.All(second, agent => Assert.Contains(agent.End, new[] { MoveEnd.Moved, MoveEnd.MovedBefore }));
        Assert.Equal(MoveEnd.MovedBefore, second[0].End);
        Assert.Equal(5, world.Server.Agents.Count);
    }

    [Fact]
    public async Task An_agent_that_the_server_made_only_half_is_made_anew_by_the_next_move()
    {
        await using var world = await MoveWorld.CreateAsync(old: 1);
        await world.KeepV1Async();
        world.Old.Change(1, agent => agent["blocks"]![0]!["label"] = "my notes");
        world.Server.OnAnswer = (command, answer) =>
        {
            if ((string?)command["type"] == "agent_create")
            {
                (answer["success"], answer["error"]) = (false, "Command failed: git commit");
            }
        };
        var failed = Assert.Single(await world.MovedAsync(1));
        Assert.Empty(world.Server.Agents);
        world.Server.OnAnswer = null;

        var moved = Assert.Single(await world.MovedAsync(1));

        Assert.Equal((MoveEnd.Failed, MoveEnd.Moved), (failed.End, moved.End));
        Assert.Contains("Command failed: git commit", failed.Problem, StringComparison.Ordinal);
        Assert.Contains("The name of the block my notes: it becomes my-notes.", moved.Lost);
        Assert.Empty(moved.Differences);
        Assert.True(Assert.Single(world.Server.Agents.Values).Memory.ContainsKey("system/my-notes.md"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_token_is_sealed_never_shown_and_goes_to_no_other_address(TestDatabase database)
    {
        await using var world = await MoveWorld.CreateAsync(database, old: 1);
        var kept = await world.KeepV1Async();
        var again = Assert
            .IsType<Outcome<V1ServerView>.Ok>(
                await world.CallAsync((V1Server v1) => v1.SaveAsync(new() { Address = kept.Address.AbsoluteUri }, Cancel))
            )
            .Value;
        var elsewhere = Assert
            .IsType<Outcome<V1ServerView>.Ok>(
                await world.CallAsync((V1Server v1) => v1.SaveAsync(new() { Address = "http://127.0.0.1:9" }, Cancel))
            )
            .Value;

        Assert.True(kept.HasToken && again.HasToken);
        Assert.False(elsewhere.HasToken);
        foreach (var table in new[] { "configurations", "change_history" })
        {
            var rows = await world.Registry.OutsideAsync(
                database == TestDatabase.Sqlite ? $"SELECT * FROM {table}" : $"SELECT string_agg(t::text, '|') FROM {table} t"
            );
            Assert.DoesNotContain(FakeLetta.Password, rows, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Servers_of_the_wrong_kind_are_refused_with_what_to_do()
    {
        await using var world = await MoveWorld.CreateAsync(old: 1);
        var none = Assert.IsType<Outcome<IReadOnlyList<V1AgentRow>>.Invalid>(
            await world.CallAsync((AgentMove moves) => moves.ListAsync(Cancel))
        );
        await world.CallAsync(
            (V1Server v1) => v1.SaveAsync(new() { Address = world.Server.Address.AbsoluteUri, Token = FakeAppServer.Password }, Cancel)
        );
        var wrong = Assert.IsType<Outcome<IReadOnlyList<V1AgentRow>>.Invalid>(
            await world.CallAsync((AgentMove moves) => moves.ListAsync(Cancel))
        );

        Assert.Contains("No V1 server is set", none.Reasons[""], StringComparison.Ordinal);
        Assert.Contains("it is an App Server", wrong.Reasons[""], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_write_neither_sees_the_server_nor_moves()
    {
        await using var world = await MoveWorld.CreateAsync(old: 1);
        await world.KeepV1Async();
        var vera = await world.Registry.AddUserAsync("vera", UserRole.Viewer);
        var oscar = await world.Registry.AddUserAsync("oscar");

        foreach (var who in new[] { vera, oscar })
        {
            Assert.IsType<Outcome<V1ServerView?>.Invalid>(await world.CallAsync((V1Server v1) => v1.FindAsync(Cancel), who));
            Assert.IsType<Outcome<V1ServerView>.Invalid>(
                await world.CallAsync((V1Server v1) => v1.SaveAsync(new() { Address = "http://127.0.0.1:9" }, Cancel), who)
            );
            Assert.IsType<Outcome<IReadOnlyList<V1AgentRow>>.Invalid>(
                await world.CallAsync((AgentMove moves) => moves.ListAsync(Cancel), who)
            );
            Assert.IsType<Outcome<MoveRun>.Invalid>(await world.BeginAsync(MoveWorld.Of(1), who));
            Assert.IsType<Outcome<MoveRun>.Invalid>(await world.CallAsync((MoveRuns runs) => runs.FindAsync(null, Cancel), who));
            Assert.IsType<Outcome<MoveRun>.Invalid>(await world.CallAsync((MoveRuns runs) => runs.CancelAsync(1, Cancel), who));
            Assert.IsType<Outcome<MoveRun>.Invalid>(await world.CallAsync((MoveRuns runs) => runs.ResumeAsync(1, Cancel), who));
        }

        Assert.Empty(world.Server.Agents);
    }

    [Fact]
    public async Task The_v1_server_is_tested_before_it_is_kept()
    {
        await using var world = await MoveWorld.CreateAsync(old: 2);

        var good = Assert.IsType<Outcome<LettaReport>.Ok>(
            await world.CallAsync(
                (V1Server v1) => v1.TestAsync(new() { Address = world.V1.Address.AbsoluteUri, Token = FakeLetta.Password }, Cancel)
            )
        );
        var bad = Assert.IsType<Outcome<LettaReport>.Ok>(
            await world.CallAsync((V1Server v1) => v1.TestAsync(new() { Address = world.V1.Address.AbsoluteUri, Token = "wrong" }, Cancel))
        );

        Assert.Equal(LettaVerdict.Connected, good.Value.Verdict);
        Assert.Equal(LettaVerdict.Unauthorized, bad.Value.Verdict);
        Assert.Null(Assert.IsType<Outcome<V1ServerView?>.Ok>(await world.CallAsync((V1Server v1) => v1.FindAsync(Cancel))).Value);
    }
}
