using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.McpServers;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.McpServers.Sessions;
using Sanctum.Configurator.Features.McpServers.Watching;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.McpServers.Watching;

/// <summary>Enabled servers are tested in turn, at once and apart from each other; none is given up.</summary>
public sealed class WatchingServersTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Fifty_servers_of_which_ten_are_dead_are_tested_within_ten_seconds()
    {
        await using var living = await FakeMcpServer.StartAsync();
        await using var silent = RawServer.Silent();
        await using var world = await McpWorld.CreateAsync(
            settings: new() { ["McpServers:MostAtOnce"] = "50", ["McpServers:Patience"] = "00:00:05" },
            add: services => services.AddSingleton(TimeProvider.System)
        );
        for (var number = 0; number < 50; number++)
        {
            await world.AddAsync($"Server {number}", number % 5 == 0 ? new($"http://127.0.0.1:{silent.Port}/mcp") : living.Url);
        }

        var watch = Stopwatch.StartNew();
        await await WorkerOf(world).BeginDueAsync(McpWorld.Cancel);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TenSeconds);
        await using var registry = world.Registry.Open();
        Assert.Equal(40, await registry.McpChecks.CountAsync(c => c.IsUp, McpWorld.Cancel));
        Assert.Equal(10, await registry.McpChecks.CountAsync(c => c.Verdict == "timeout", McpWorld.Cancel));
    }

    [Fact]
    public async Task One_that_fails_is_tried_soon_then_less_often_and_told_at_the_second_time()
    {
        await using var world = await McpWorld.CreateAsync();
        var saved = await world.AddAsync("Dead", new("http://127.0.0.1:1/mcp"));
        var (worker, schedule) = (WorkerOf(world), world.Registry.Services.GetRequiredService<McpSchedule>());

        await await worker.BeginDueAsync(McpWorld.Cancel);
        var first = schedule.NextOf(saved.Id) - world.Registry.Clock.GetUtcNow();
        var quiet = await NoticesAsync(world);
        await await worker.BeginDueAsync(McpWorld.Cancel);
        Assert.Equal(1, await CheckCountAsync(world));
        world.Registry.Clock.Advance(first!.Value);
        await await worker.BeginDueAsync(McpWorld.Cancel);
        var second = schedule.NextOf(saved.Id) - world.Registry.Clock.GetUtcNow();

        Assert.Equal((5, 10), (first.Value.TotalSeconds, second!.Value.TotalSeconds));
        Assert.Equal((0, 1), (quiet, await NoticesAsync(world)));
        for (var again = 0; again < 20; again++)
        {
            world.Registry.Clock.Advance(TimeSpan.FromMinutes(5));
            await await worker.BeginDueAsync(McpWorld.Cancel);
        }

        Assert.Equal(22, await CheckCountAsync(world));
        Assert.Equal(300, (schedule.NextOf(saved.Id) - world.Registry.Clock.GetUtcNow())!.Value.TotalSeconds);
    }

    [Fact]
    public async Task One_that_comes_back_is_seen_at_once_where_somebody_wants_it()
    {
        await using var server = await FakeMcpServer.StartAsync();
        server.Key = "nobody has it";
        await using var world = await McpWorld.CreateAsync();
        var saved = await world.AddAsync("Locked", server.Url);
        var (worker, schedule) = (WorkerOf(world), world.Registry.Services.GetRequiredService<McpSchedule>());
        await await worker.BeginDueAsync(McpWorld.Cancel);
        world.Registry.Clock.Advance(TimeSpan.FromSeconds(5));
        await await worker.BeginDueAsync(McpWorld.Cancel);

        server.Key = null;
        schedule.TryNow(saved.Id);
        await await worker.BeginDueAsync(McpWorld.Cancel);

        var row = await world.CallAsync((McpServerReader reader) => reader.FindAsync(saved.Id, McpWorld.Cancel));
        Assert.True(row!.LastTest!.IsUp);
        await using var registry = world.Registry.Open();
        Assert.NotNull((await registry.Notifications.SingleAsync(n => n.Source == "mcp", McpWorld.Cancel)).ResolvedAt);
    }

    [Fact]
    public async Task A_disabled_server_is_left_alone()
    {
        await using var server = await FakeMcpServer.StartAsync();
        await using var world = await McpWorld.CreateAsync();
        var saved = await world.AddAsync("Off", server.Url);
        McpWorld.Done(await world.CallAsync((McpServerService servers) => servers.EnableAsync(saved.Id, false, McpWorld.Cancel)));

        await await WorkerOf(world).BeginDueAsync(McpWorld.Cancel);

        Assert.Equal((0, 0), (server.Lists, await CheckCountAsync(world)));
        Assert.Contains(
            "is disabled",
            McpWorld.Refused(await world.CallAsync((McpGateway gateway) => gateway.CallAsync("Off", "echo", [], null, McpWorld.Cancel))),
            StringComparison.Ordinal
        );
    }

    private static McpWatchWorker WorkerOf(McpWorld world)
    {
        var services = world.Registry.Services;
        return new(
            services.GetRequiredService<IServiceScopeFactory>(),
            world.Registry.Location,
            services.GetRequiredService<McpSchedule>(),
            services.GetRequiredService<McpSessions>(),
            services.GetRequiredService<Signal<RegistryChange>>(),
            services.GetRequiredService<IOptions<McpServerOptions>>(),
            services.GetRequiredService<TimeProvider>(),
            NullLogger<McpWatchWorker>.Instance
        );
    }

    private static async Task<int> CheckCountAsync(McpWorld world)
    {
        await using var registry = world.Registry.Open();
        return await registry.McpChecks.CountAsync(McpWorld.Cancel);
    }

    private static async Task<int> NoticesAsync(McpWorld world)
    {
        await using var registry = world.Registry.Open();
        return await registry.Notifications.CountAsync(n => n.Source == "mcp", McpWorld.Cancel);
    }
}
