using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>A registry with an administrator and the services of the agents, and a Letta server that keeps agents.</summary>
internal sealed class AgentsWorld(TestRegistry registry, FakeLetta letta, FakeLettaAgents there, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public FakeLetta Letta => letta;

    /// <summary>The agents of the server.</summary>
    public FakeLettaAgents There => there;

    public User Administrator => administrator;

    public static Task<AgentsWorld> CreateAsync(TestDatabase database, int agents) => CreateAsync(database, new FakeLettaAgents(agents));

    public static async Task<AgentsWorld> CreateAsync(TestDatabase database, FakeLettaAgents there)
    {
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddAgents();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            new Dictionary<string, string?>
            {
                ["Sanctum:letta_server_address"] = "http://localhost",
                ["Sanctum:letta_server_port"] = $"{letta.Port}",
                ["Sanctum:letta_server_token"] = FakeLetta.Password,
            }
        );
        return new(registry, letta, there, await registry.AddUserAsync("root", UserRole.Admin));
    }

    /// <summary>Calls a service as the administrator, or as somebody else.</summary>
    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<Outcome<SyncResult>> SynchroniseAsync(bool isDryRun = false, User? who = null) =>
        CallAsync((AgentSync sync) => sync.SynchroniseAsync(isDryRun, (_, _) => { }, Cancel), who);

    public async Task<SyncResult> SynchronisedAsync(bool isDryRun = false) =>
        Assert.IsType<Outcome<SyncResult>.Ok>(await SynchroniseAsync(isDryRun)).Value;

    public Task<Outcome<AdoptResult>> AdoptAsync(params string[] uids) =>
        CallAsync((AgentSync sync) => sync.AdoptAsync(uids, (_, _) => { }, Cancel));

    /// <summary>Adopts the agents with these numbers, and gives their ids in the registry.</summary>
    public async Task<IReadOnlyList<int>> AdoptedAsync(params IEnumerable<int> numbers) =>
        Assert.IsType<Outcome<AdoptResult>.Ok>(await AdoptAsync([.. numbers.Select(FakeLettaAgents.IdOf)])).Value.Ids;

    public async Task<AgentDifference> ComparedAsync(int id, bool isForPush = false) =>
        Assert
            .IsType<Outcome<AgentDifference>.Ok>(await CallAsync((AgentExchange exchange) => exchange.CompareAsync(id, isForPush, Cancel)))
            .Value;

    public Task<Outcome<AgentRow>> TakeAsync(int id, int? version = null, string? seen = null, User? who = null) =>
        CallAsync((AgentExchange exchange) => exchange.TakeAsync(id, version, seen, Cancel), who);

    public Task<Outcome<AgentDifference>> PushAsync(int id, int? version = null, string? seen = null, User? who = null) =>
        CallAsync((AgentExchange exchange) => exchange.PushAsync(id, version, seen, Cancel), who);

    public async Task<AgentView> ReadAsync(int id) => (await CallAsync((AgentService agents) => agents.FindAsync(id, Cancel)))!;

    /// <summary>Changes what the registry declares.</summary>
    public async Task<Outcome<AgentRow>> SaveAsync(int id, Action<AgentForm> change)
    {
        var form = AgentForm.Of(await ReadAsync(id));
        change(form);
        return await CallAsync((AgentService agents) => agents.SaveAsync(form, Cancel));
    }

    public async Task<int> AddAsync(string name, string? config = null, string? uid = null)
    {
        await using var context = registry.Open();
        var agent = new Agent
        {
            Name = name,
            Config = config,
            LettaUid = uid,
            CreatedAt = registry.Clock.GetUtcNow(),
        };
        context.Add(agent);
        await context.SaveChangesAsync(Cancel);
        return agent.Id;
    }

    public async Task<int> CountAsync()
    {
        await using var context = registry.Open();
        return await context.Agents.CountAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await letta.DisposeAsync();
    }
}
