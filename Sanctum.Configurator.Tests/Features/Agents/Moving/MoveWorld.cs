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

    public static async Task<MoveWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite, int agents = 0, int old = 0)
    {
        var server = await FakeAppServer.StartAsync(agents);
        server.Models.Add("openai/gpt-4.1");
        var store = new FakeLettaAgents(old);
        var v1 = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = store });
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddHistory().AddAgents();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            new Dictionary<string, string?>
            {
                ["Sanctum:letta_server_address"] = "http://localhost",
                ["Sanctum:letta_server_port"] = $"{server.Port}",
                ["Sanctum:letta_server_token"] = FakeAppServer.Password,
            }
        );
        return new(registry, server, v1, store, await registry.AddUserAsync("root", UserRole.Admin));
    }

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

    public Task<Outcome<MoveReport>> MoveAsync(
        MoveForm form,
        bool isDryRun = false,
        Action<MovedAgent, int, int>? say = null,
        User? who = null,
        CancellationToken? cancel = null
    ) => CallAsync((AgentMove moves) => moves.MoveAsync(form, isDryRun, say ?? ((_, _, _) => { }), cancel ?? Cancel), who);

    public async Task<IReadOnlyList<MovedAgent>> MovedAsync(params IEnumerable<int> numbers) =>
        Assert.IsType<Outcome<MoveReport>.Ok>(await MoveAsync(Of(numbers))).Value.Agents;

    public async Task<MovePlan> PlannedAsync(MoveForm form) =>
        Assert.IsType<Outcome<MovePlan>.Ok>(await CallAsync((AgentMove moves) => moves.PlanAsync(form, Cancel))).Value;

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
