using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Features.Messaging.People;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging;

/// <summary>A registry with an administrator, the services of people and messages, and a connector that sends nothing.</summary>
internal sealed class PeopleWorld(TestRegistry registry, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    public DateTimeOffset Now => registry.Clock.GetUtcNow();

    public static async Task<PeopleWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        FakeLetta? letta = null,
        Dictionary<string, string?>? settings = null
    )
    {
        settings ??= [];
        if (letta is not null)
        {
            settings["Sanctum:letta_server_address"] = "http://localhost";
            settings["Sanctum:letta_server_port"] = $"{letta.Port}";
            settings["Sanctum:letta_server_token"] = FakeLetta.Password;
        }

        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddUsers().AddLettaTests().AddPeople();
                services.AddSingleton<IConnector>(new SplittingConnector(SplittingConnector.Kind, canSend: true));
                services.AddSingleton<IConnector>(new SplittingConnector("api", canSend: false));
                services.AddSingleton<OutboxBell>();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            settings
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    /// <summary>Calls a service as the administrator, or as somebody else.</summary>
    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Adds a row, and gives it back with its id.</summary>
    public async Task<T> AddAsync<T>(T row)
        where T : class
    {
        await using var context = registry.Open();
        context.Add(row);
        await context.SaveChangesAsync(Cancel);
        return row;
    }

    public async Task<int> PersonAsync(string? name = null, params (string Platform, string Id, string? Username)[] profiles)
    {
        var person = await AddAsync(new LettaUser { DisplayName = name, CreatedAt = Now });
        foreach (var (platform, id, username) in profiles)
        {
            await AddAsync(
                new PlatformProfile
                {
                    LettaUserId = person.Id,
                    Platform = platform,
                    PlatformUserId = id,
                    Username = username,
                    CreatedAt = Now,
                }
            );
        }

        return person.Id;
    }

    public async Task<int> AgentAsync(string name = "Athena") => (await AddAsync(new Agent { Name = name })).Id;

    public async Task<Channel> ChannelAsync(
        int agent,
        string platform = "telegram",
        string connector = SplittingConnector.Kind,
        int? keepDays = null
    ) =>
        await AddAsync(
            new Channel
            {
                Name = $"{platform} of {agent}",
                Platform = platform,
                AgentId = agent,
                Connector = connector,
                KeepDays = keepDays,
            }
        );

    public async Task<int> MessageAsync(
        int? person,
        string? text,
        string? answer = null,
        QueueStatus? status = null,
        Channel? channel = null,
        DateTimeOffset? at = null,
        int? profile = null,
        string? role = "user"
    )
    {
        var message = await AddAsync(
            new Message
            {
                LettaUserId = person,
                PlatformProfileId = profile,
                Role = role,
                Text = text,
                AgentResponse = answer,
                Timestamp = at ?? Now,
                ChannelId = channel?.Id,
                AgentId = channel?.AgentId,
                Chat = channel is null ? null : "chat",
            }
        );
        if (status is { } state)
        {
            await AddAsync(
                new QueueEntry
                {
                    LettaUserId = person,
                    MessageId = message.Id,
                    Status = state,
                    AgentId = channel?.AgentId,
                    ChannelId = channel?.Id,
                }
            );
        }

        return message.Id;
    }

    public async Task<LettaUser> ReadAsync(int person)
    {
        await using var context = registry.Open();
        return await context.LettaUsers.AsNoTracking().SingleAsync(u => u.Id == person, Cancel);
    }

    public async Task<int> CountAsync<T>()
        where T : class
    {
        await using var context = registry.Open();
        return await context.Set<T>().CountAsync(Cancel);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}

/// <summary>A connector that can split, and sends only where nobody asks for answers himself.</summary>
internal sealed class SplittingConnector(string name, bool canSend) : IConnector
{
    public const string Kind = "splitting";

    private const int Longest = 100;

    public string Name => name;

    public string Title => name;

    public string? Platform => null;

    public IReadOnlyList<ConnectorField> Fields => [];

    public ConnectorSecret? Secret => null;

    public bool CanSend => canSend;

    public string TargetOf(ChannelSettings settings) => "";

    public IReadOnlyList<string> Split(string answer) => [.. answer.Chunk(Longest).Select(piece => new string(piece))];

    public Task ListenAsync(OpenChannel channel, IListener listener, CancellationToken cancel) => Task.CompletedTask;

    public Task<SendResult> SendAsync(OpenChannel channel, OutboxEntry piece, CancellationToken cancel) =>
        Task.FromResult<SendResult>(new SendResult.Sent(null));

    public Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ConnectorStep>>([]);
}
