using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Agents.Moving;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents.Moving;

/// <summary>A registry whose Letta server is an App Server, and a V1 server beside it that keeps agents.</summary>
internal sealed class MoveWorld(TestRegistry registry, FakeAppServer server, FakeLetta v1, FakeLettaAgents old, User administrator)
    : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public FakeAppServer Server => server;

    public FakeLetta V1 => v1;

    /// <summary>The agents of the V1 server.</summary>
    public FakeLettaAgents Old => old;

    public User Administrator => administrator;

    /// <summary>Another console on the same registry, whose services the test disposes.</summary>
    public ServiceProvider BuildConsole() => registry.BuildConsole(Add, Settings(server));

    /// <summary>Calls a service of another console as the administrator.</summary>
    public async Task<T> CallOnAsync<TService, T>(ServiceProvider console, Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var here = await registry.CallAsAsync(administrator);
        await using var scope = console.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Become(here.ServiceProvider.GetRequiredService<CurrentUser>().Principal);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public static async Task<MoveWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite, int agents = 0, int old = 0)
    {
        var server = await FakeAppServer.StartAsync(agents);
        server.Models.Add("openai/gpt-4.1");
        var store = new FakeLettaAgents(old);
        var v1 = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = store });
        var registry = await TestRegistry.CreateAsync(database, Add, Settings(server));
        return new(registry, server, v1, store, await registry.AddUserAsync("root", UserRole.Admin));
    }

    private static void Add(IServiceCollection services)
    {
        services.AddAccount().AddHistory().AddAgents();
        services.AddSingleton<CountingHasher>();
        services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
    }

    private static Dictionary<string, string?> Settings(FakeAppServer server) =>
        new()
        {
            ["Sanctum:letta_server_address"] = "http://localhost",
            ["Sanctum:letta_server_port"] = $"{server.Port}",
            ["Sanctum:letta_server_token"] = FakeAppServer.Password,
        };

    /// <summary>Calls a service as the administrator, or as somebody else.</summary>
    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<V1ServerView> KeepV1Async() =>
        Assert
            .IsType<Outcome<V1ServerView>.Ok>(
                await CallAsync(
                    (V1Server kept) =>
                        kept.SaveAsync(
                            new()
                            {
                                Address = "http://localhost",
                                Port = v1.Port,
                                Token = FakeLetta.Password,
                            },
                            Cancel
                        )
                )
            )
            .Value;

    public Task<Outcome<MoveRun>> BeginAsync(MoveForm form, User? who = null) =>
        CallAsync((MoveRuns runs) => runs.BeginAsync(form, Cancel), who);

    public async Task<MoveRun> FindAsync(int? id = null) =>
        Assert.IsType<Outcome<MoveRun>.Ok>(await CallAsync((MoveRuns runs) => runs.FindAsync(id, Cancel))).Value;

    /// <summary>The newest move, when it has ended.</summary>
    public Task<MoveRun> EndedAsync() => Wait.ForAsync(() => FindAsync(), run => !run.IsOpen);

    /// <summary>The newest move, when it has ended and left nothing: what a page began may not be there yet.</summary>
    public Task<MoveRun?> DoneAsync() =>
        Wait.ForAsync(
            async () => (await CallAsync((MoveRuns runs) => runs.FindAsync(null, Cancel)) as Outcome<MoveRun>.Ok)?.Value,
            run => run is { IsOpen: false, Left: 0 }
        );

    public async Task<MoveRun> RunAsync(MoveForm form)
    {
        Assert.IsType<Outcome<MoveRun>.Ok>(await BeginAsync(form));
        return await EndedAsync();
    }

    public Task<Outcome<MoveReport>> TryAsync(MoveForm form) => CallAsync((AgentMove moves) => moves.TryAsync(form, (_, _) => { }, Cancel));

    /// <summary>Holds the move back while it makes this agent.</summary>
    /// <returns>Reached when it does, and what lets it go on.</returns>
    public (Task Reached, TaskCompletionSource Go) HoldAt(int agent)
    {
        var (reached, go, made) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        server.OnCommand = async command =>
        {
            if ((string?)command["type"] == "agent_create" && ++made == agent)
            {
                reached.TrySetResult();
                await go.Task.WaitAsync(TimeSpan.FromSeconds(30));
            }
        };
        return (reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel), go);
    }

    public async Task<IReadOnlyList<MovedAgent>> MovedAsync(params IEnumerable<int> numbers) => (await RunAsync(Of(numbers))).Report.Agents;

    public async Task<MovePlan> PlannedAsync(MoveForm form) =>
        Assert.IsType<Outcome<MovePlan>.Ok>(await CallAsync((MovePlanner planner) => planner.PlanAsync(form, Cancel))).Value;

    public static MoveForm Of(params IEnumerable<int> numbers) => new() { Uids = [.. numbers.Select(FakeLettaAgents.IdOf)] };

    public async Task<int> AddAsync(string name, string? uid, string? config = null)
    {
        await using var context = registry.Open();
        var agent = new Agent
        {
            Name = name,
            LettaUid = uid,
            Config = config,
            CreatedAt = registry.Clock.GetUtcNow(),
        };
        context.Add(agent);
        await context.SaveChangesAsync(Cancel);
        return agent.Id;
    }

    public async Task<AgentView> ReadAsync(int id) => (await CallAsync((AgentService agents) => agents.FindAsync(id, Cancel)))!;

    public async Task<int> CountAsync()
    {
        await using var context = registry.Open();
        return await context.Agents.CountAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await server.DisposeAsync();
        await v1.DisposeAsync();
    }
}
