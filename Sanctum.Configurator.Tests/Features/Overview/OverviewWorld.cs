using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Features.Graph;
using Sanctum.Configurator.Features.Health;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Overview;

/// <summary>A registry with every area of the console, as the product registers them, and nothing that runs by itself.</summary>
internal sealed class OverviewWorld(TestRegistry registry, User root) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Root => root;

    public static async Task<OverviewWorld> CreateAsync(TestDatabase database)
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddUsers().AddOverview().AddHealth();
                services.AddLettaServer();
                services.AddAgents().AddTools().AddMcpServers().AddConfigurations().AddPlugins().AddGraph().AddTemplates();
                services.AddSystemSettings().AddHistory().AddBackups().AddNotifications().AddLogs().AddScheduledJobs().AddMessaging();
                services.AddSingleton<DiskReader>(_ => new(Free: 500_000_000_000, All: 1_000_000_000_000));
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    public Task<OverviewContent> ReadAsync(User? who = null) =>
        CallAsync(
            async (OverviewService overview) =>
            {
                var states = new List<AreaState>();
                foreach (var area in await overview.AreasAsync())
                {
                    states.Add(await overview.ReadAsync(area, Cancel));
                }

                return new OverviewContent(states);
            },
            who
        );

    /// <summary>How one area is.</summary>
    public async Task<AreaReading> ReadAsync(string title) =>
        (await ReadAsync()).States.Single(state => state.Area.Title == title).Reading!;

    /// <summary>Does what helps with the one thing of an area that says so.</summary>
    public Task<Outcome<string>> HelpAsync(string title, string label) =>
        CallAsync(
            async (OverviewService overview) =>
            {
                var area = (await overview.AreasAsync()).Single(area => area.Title == title);
                var acts = (await overview.ReadAsync(area, Cancel)).Reading!.Attention.Select(one => one.Act).OfType<AttentionAct>();
                return await overview.RunAsync(acts.Single(act => act.Label == label), Cancel);
            }
        );

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? root);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task AddAsync(params object[] rows)
    {
        await using var context = registry.Open();
        foreach (var row in rows)
        {
            context.Add(row);
            await context.SaveChangesAsync(Cancel);
        }
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}

/// <summary>An area that is as the test says.</summary>
internal sealed class FakeArea(string title, Func<AreaReading> read) : IOverviewArea
{
    private Action? _changed;

    public Func<AreaReading> Read { get; set; } = read;

    public string Title => title;

    public string Url => $"/{title.ToLowerInvariant()}";

    public string Icon => "dot";

    public int Order { get; init; }

    public string Policy { get; init; } = Policies.ReadSettings;

    public bool HasTile { get; init; } = true;

    public IDisposable? Subscribe(Action changed)
    {
        _changed = changed;
        return null;
    }

    public Task<AreaReading> ReadAsync(CancellationToken cancel) => Task.FromResult(Read());

    public void Change(Func<AreaReading> read)
    {
        Read = read;
        _changed?.Invoke();
    }

    public static AreaReading Tile(string figure, Tone tone = Tone.Good) => new() { Tile = new("So many", figure, "and no more", tone) };
}
