using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels;

/// <summary>A registry with an administrator, an agent, and channels whose workers go only when they are told to.</summary>
internal sealed class ChannelsWorld(
    TestRegistry registry,
    User administrator,
    FakeConnector fake,
    ConcurrentQueue<IncomingMessage> accepted
) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public FakeTimeProvider Clock => registry.Clock;

    public FakeConnector Fake => fake;

    /// <summary>What came in.</summary>
    public IReadOnlyList<IncomingMessage> Accepted => [.. accepted];

    public ChannelHost Host => registry.Services.GetRequiredService<ChannelHost>();

    public static async Task<ChannelsWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        Action<IServiceCollection>? add = null,
        AcceptMessage? accept = null,
        params (string Key, string? Value)[] settings
    )
    {
        var (fake, accepted) = (new FakeConnector(), new ConcurrentQueue<IncomingMessage>());
        var registry = await TestRegistry.CreateAsync(
            database,
            services => Add(services, fake, accepted, accept, add),
            settings.Select(s => KeyValuePair.Create(s.Key, s.Value))
        );
        var world = new ChannelsWorld(registry, await registry.AddUserAsync("root", UserRole.Admin), fake, accepted);
        await world.AddAgentAsync("Athena");
        return world;
    }

    /// <summary>Another console on the same database, with the same platform. The test disposes it.</summary>
    public ServiceProvider AnotherConsole() => registry.BuildConsole(services => Add(services, fake, accepted, null, null));

    public async Task<int> AddAgentAsync(string name)
    {
        await using var context = registry.Open();
        var agent = new Agent { Name = name, CreatedAt = Clock.GetUtcNow() };
        context.Add(agent);
        await context.SaveChangesAsync(Cancel);
        return agent.Id;
    }

    public static ChannelForm Form(string name = "Front door", int agent = 1) =>
        new()
        {
            Name = name,
            Connector = "fake",
            AgentId = agent,
            Settings = new() { ["server"] = "https://one.example" },
            Secret = "right",
        };

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<Outcome<ChannelRow>> SaveAsync(ChannelForm form, User? who = null) =>
        CallAsync((ChannelService channels) => channels.SaveAsync(form, Cancel), who);

    public async Task<ChannelRow> AddAsync(ChannelForm? form = null)
    {
        var saved = await SaveAsync(form ?? Form());
        return saved is Outcome<ChannelRow>.Ok { Value: var row } ? row : throw new InvalidOperationException(saved.ProblemWith("it"));
    }

    public async Task<ChannelRow> ChannelAsync(int id) => (await CallAsync((ChannelReader reader) => reader.FindAsync(id, Cancel)))!;

    /// <summary>Puts an answer on its way, as the queue does at the end of a turn.</summary>
    public async Task EnqueueAsync(int channelId, string answer, string chat = "7")
    {
        await using var context = registry.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(Cancel);
        var channel = await context.Channels.AsNoTracking().SingleAsync(c => c.Id == channelId, Cancel);
        await using var scope = registry.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<OutboxService>()
            .EnqueueAsync(context, channel, chat, null, null, null, answer, Cancel);
        await transaction.CommitAsync(Cancel);
    }

    /// <summary>Takes the channels that are free, sends what may be sent now, and waits for the end of it.</summary>
    public Task SendAsync() => SendAsync(registry.Services);

    public static async Task SendAsync(IServiceProvider console)
    {
        await console.GetRequiredService<ChannelLeases>().RenewAsync(Cancel);
        await console.GetRequiredService<OutboxWorker>().TickToEndAsync(Cancel);
    }

    public async Task<IReadOnlyList<OutboxEntry>> OutboxAsync()
    {
        await using var context = registry.Open();
        return await context.Outbox.AsNoTracking().OrderBy(o => o.Id).ToListAsync(Cancel);
    }

    public async Task<IEnumerable<OutboxStatus>> StatesAsync() => (await OutboxAsync()).Select(o => o.Status);

    public async ValueTask DisposeAsync()
    {
        await Host.EndAllAsync();
        await registry.DisposeAsync();
    }

    private static void Add(
        IServiceCollection services,
        FakeConnector fake,
        ConcurrentQueue<IncomingMessage> accepted,
        AcceptMessage? accept,
        Action<IServiceCollection>? add
    )
    {
        services.AddAccount().AddChannelActs();
        services.AddSingleton<IConnector>(fake);
        services.AddSingleton(
            accept
                ?? (
                    (message, _) =>
                    {
                        accepted.Enqueue(message);
                        return Task.FromResult<Outcome<AcceptedMessage>>(new Outcome<AcceptedMessage>.Ok(new(1, 1, 1, false)));
                    }
                )
        );
        services.AddSingleton<CountingHasher>();
        services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
        add?.Invoke(services);
    }
}
