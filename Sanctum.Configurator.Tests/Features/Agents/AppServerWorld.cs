using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Agents.Talking;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Agents;

/// <summary>A registry with an administrator and the services of the agents, and an App Server that keeps agents.</summary>
internal sealed class AppServerWorld(TestRegistry registry, FakeAppServer server, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public FakeAppServer Server => server;

    public User Administrator => administrator;

    public static async Task<AppServerWorld> CreateAsync(TestDatabase database, int agents)
    {
        var server = await FakeAppServer.StartAsync(agents);
        return await CreateAsync(database, server, server.Address, FakeAppServer.Password);
    }

    /// <summary>Another console on the same server, with a registry of its own.</summary>
    public Task<AppServerWorld> BesideAsync() => CreateAsync(TestDatabase.Sqlite, server, server.Address, FakeAppServer.Password);

    /// <summary>Beside another server; the fake one stays unasked.</summary>
    public static async Task<AppServerWorld> CreateAsync(RealAppServer server) =>
        await CreateAsync(TestDatabase.Sqlite, await FakeAppServer.StartAsync(), server.Address, RealAppServer.Token);

    private static async Task<AppServerWorld> CreateAsync(TestDatabase database, FakeAppServer server, Uri address, string token)
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddAgents();
                services.AddScoped<LettaModels>();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            new Dictionary<string, string?>
            {
                ["Sanctum:letta_server_address"] = $"http://{address.Host}",
                ["Sanctum:letta_server_port"] = $"{address.Port}",
                ["Sanctum:letta_server_token"] = token,
            }
        );
        return new(registry, server, await registry.AddUserAsync("root", UserRole.Admin));
    }

    /// <summary>Calls a service as the administrator, or as somebody else.</summary>
    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<Outcome<SyncResult>> SynchroniseAsync() =>
        CallAsync((AgentSync sync) => sync.SynchroniseAsync(false, (_, _) => { }, Cancel));

    public async Task<SyncResult> SynchronisedAsync() => Done(await SynchroniseAsync());

    /// <summary>What came of it; where it was refused, the test fails with the reasons.</summary>
    public static T Done<T>(Outcome<T> outcome)
    {
        Assert.True(outcome is Outcome<T>.Ok, outcome.ProblemWith("The agent"));
        return ((Outcome<T>.Ok)outcome).Value;
    }

    public async Task<int> AdoptedAsync(int number) =>
        Assert.Single(Done(await CallAsync((AgentSync sync) => sync.AdoptAsync([FakeAppServer.IdOf(number)], (_, _) => { }, Cancel))).Ids);

    public async Task<AgentDifference> ComparedAsync(int id, bool isForPush = false) =>
        Done(await CallAsync((AgentExchange exchange) => exchange.CompareAsync(id, isForPush, Cancel)));

    public async Task<Agent> RowAsync(int id)
    {
        await using var context = registry.Open();
        return await context.Agents.AsNoTracking().SingleAsync(agent => agent.Id == id, Cancel);
    }

    /// <summary>Changes what the registry declares.</summary>
    public async Task ChangeAsync(int id, Action<Agent> change)
    {
        await using var context = registry.Open();
        change(await context.Agents.SingleAsync(agent => agent.Id == id, Cancel));
        await context.SaveChangesAsync(Cancel);
    }

    /// <summary>What the agent answers, joined; the last of it is a failure where it broke off, or was refused.</summary>
    public Task<IReadOnlyList<LettaMessage>> SayAsync(int id, string text, User? who = null) =>
        HearAsync((talk, cancel) => talk.SendAsync(id, new() { Text = text }, cancel), who: who);

    /// <param name="requestId">Of what was looked at; null for whatever waits.</param>
    public Task<IReadOnlyList<LettaMessage>> DecideAsync(
        int id,
        bool approve,
        string? reason = null,
        User? who = null,
        string? requestId = null
    ) =>
        HearAsync(
            (talk, cancel) =>
                talk.ApproveAsync(
                    id,
                    new()
                    {
                        Approve = approve,
                        Reason = reason,
                        RequestId = requestId,
                    },
                    cancel
                ),
            who: who
        );

    /// <param name="heard">Called with each part as it is read.</param>
    public Task<IReadOnlyList<LettaMessage>> FollowAsync(int id, Action? heard = null) =>
        HearAsync((talk, cancel) => talk.FollowAsync(id, cancel), heard);

    public async Task<AgentMessages> ReadAsync(int id) => Done(await CallAsync((AgentTalk talk) => talk.ReadAsync(id, 50, Cancel)));

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await server.DisposeAsync();
    }

    private Task<IReadOnlyList<LettaMessage>> HearAsync(
        Func<AgentTalk, CancellationToken, Task<Outcome<IAsyncEnumerable<LettaMessage>>>> begin,
        Action? heard = null,
        User? who = null
    ) =>
        CallAsync(
            async (AgentTalk talk) =>
            {
                var joined = new LettaMessageJoiner();
                var begun = await begin(talk, Cancel);
                if (begun.ProblemWith("The agent") is { } why)
                {
                    return [LettaMessage.Failed(why)];
                }

                var parts = Done(begun);
                await foreach (var part in parts.WithCancellation(Cancel))
                {
                    joined.Add(part);
                    heard?.Invoke();
                }

                return joined.Messages;
            },
            who
        );
}
