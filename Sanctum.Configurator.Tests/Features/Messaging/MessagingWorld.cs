using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Features.Messaging.Queue;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging;

/// <summary>The queue without its engine's own rounds: the test says when one is made. Its agents are those of a fake Letta server.</summary>
internal sealed class MessagingWorld(TestRegistry registry, FakeLetta letta, FakeLettaAgents there, User root) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(new QueueOptions().LeaseSeconds);

    public TestRegistry Registry => registry;

    public FakeTimeProvider Clock => registry.Clock;

    public FakeLetta Letta => letta;

    public FakeLettaTalk Talk => there.Talk;

    /// <summary>The administrator.</summary>
    public User Root => root;

    /// <summary>The ids of the agents in the registry.</summary>
    public IReadOnlyList<int> Agents { get; private set; } = [];

    public QueueEngine Engine => registry.Services.GetRequiredService<QueueEngine>();

    public LiveTurns Live => registry.Services.GetRequiredService<LiveTurns>();

    public MessageIntake Intake => registry.Services.GetRequiredService<MessageIntake>();

    /// <param name="agents">How many there are.</param>
    public static async Task<MessagingWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        int agents = 1,
        Action<IServiceCollection>? add = null
    )
    {
        var there = new FakeLettaAgents(agents);
        var letta = await FakeLetta.StartAsync(new FakeLettaBehaviour { Store = there });
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddAgents().AddMessagingServices();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
                add?.Invoke(services);
            },
            new Dictionary<string, string?>
            {
                ["Sanctum:letta_server_address"] = "http://localhost",
                ["Sanctum:letta_server_port"] = letta.Port.ToString(CultureInfo.InvariantCulture),
                ["Sanctum:letta_server_token"] = FakeLetta.Password,
            }
        );
        var world = new MessagingWorld(registry, letta, there, await registry.AddUserAsync("root", UserRole.Admin));
        await using var context = registry.Open();
        var made = Enumerable
            .Range(1, agents)
            .Select(number => new Agent
            {
                Name = $"Agent {number}",
                LettaUid = FakeLettaAgents.IdOf(number),
                CreatedAt = registry.Clock.GetUtcNow(),
            })
            .ToList();
        context.AddRange(made);
        await context.SaveChangesAsync(Cancel);
        world.Agents = made.ConvertAll(agent => agent.Id);
        return world;
    }

    public IncomingMessage From(string person, string text, int agent = 0) =>
        new()
        {
            Platform = "telegram",
            PlatformUserId = person,
            Text = text,
            AgentId = Agents[agent],
        };

    public async Task<AcceptedMessage> AcceptedAsync(IncomingMessage message) =>
        Assert.IsType<Outcome<AcceptedMessage>.Ok>(await Intake.AcceptAsync(message, Cancel)).Value;

    /// <returns>The id of the entry of the queue.</returns>
    public async Task<int> QueuedAsync(string person, string text, int agent = 0) =>
        (await AcceptedAsync(From(person, text, agent))).QueueId!.Value;

    /// <summary>One round of the engine, until what it began has ended and is written.</summary>
    public async Task TickAsync()
    {
        await Engine.TickAsync(Cancel);
        await Live.WhenEndedAsync().WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        await Engine.WriteEndedAsync(Cancel);
    }

    public async Task ChangeChannelAsync(Action<Channel> change)
    {
        await using var context = registry.Open();
        foreach (var channel in await context.Channels.ToListAsync(Cancel))
        {
            change(channel);
        }

        await context.SaveChangesAsync(Cancel);
    }

    public async Task<QueueEntry> EntryAsync(int id)
    {
        await using var context = registry.Open();
        return await context.Queue.AsNoTracking().SingleAsync(e => e.Id == id, Cancel);
    }

    public async Task<Message> MessageOfAsync(int entry)
    {
        await using var context = registry.Open();
        return await context.Messages.AsNoTracking().SingleAsync(m => context.Queue.Any(e => e.Id == entry && e.MessageId == m.Id), Cancel);
    }

    public async Task<IReadOnlyList<QueueAttempt>> AttemptsAsync(int entry)
    {
        await using var context = registry.Open();
        return await context.QueueAttempts.AsNoTracking().Where(a => a.QueueId == entry).OrderBy(a => a.Id).ToListAsync(Cancel);
    }

    /// <summary>Calls a service as the administrator, or as somebody else.</summary>
    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? root);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Calls a service as the console does.</summary>
    public async Task<T> OfConsoleAsync<TService, T>(Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = registry.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await letta.DisposeAsync();
    }
}
