using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sanctum.Configurator.Features.Letta;
using Sanctum.Configurator.Features.Letta.Monitor;
using Sanctum.Configurator.Features.Letta.Probe;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Connections;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Letta;

/// <summary>A registry that knows a Letta server, with people who test it and a monitor that looks when it is told to.</summary>
internal sealed class LettaWorld(TestRegistry registry) : IAsyncDisposable
{
    public static readonly IReadOnlyDictionary<string, string?> Nothing = new Dictionary<string, string?>();

    public TestRegistry Registry => registry;

    public FakeTimeProvider Clock => registry.Clock;

    public LettaState State => Get<LettaState>();

    public LettaMonitorWorker Monitor => Get<LettaMonitorWorker>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LettaWorld> CreateAsync(TestDatabase database, params (string Key, string? Value)[] configuration) =>
        new(
            await TestRegistry.CreateAsync(
                database,
                services =>
                    services
                        .AddAuthorization()
                        .AddScoped<CurrentUser>()
                        .AddLettaTests()
                        .AddSystemSettings()
                        .AddSingleton<MonitorTurn>()
                        .AddSingleton<LettaMonitorWorker>()
                        .AddSingleton<LettaStateWorker>(),
                configuration.Select(c => KeyValuePair.Create(c.Key, c.Value))
            )
        );

    public T Get<T>()
        where T : notnull => registry.Services.GetRequiredService<T>();

    /// <summary>Saves this server's address, and its token unless another one is named.</summary>
    public Task SaveAsync(FakeLetta letta, string? token = FakeLetta.Password) =>
        SaveAsync(("letta_server_address", "http://localhost"), ("letta_server_port", $"{letta.Port}"), ("letta_server_token", token));

    public Task SaveAsync(FakeAppServer server) =>
        SaveAsync(
            ("letta_server_address", "http://localhost"),
            ("letta_server_port", $"{server.Port}"),
            ("letta_server_token", FakeAppServer.Password)
        );

    public async Task SaveAsync(params (string Column, string? Value)[] values)
    {
        await using var scope = registry.ActAs("ada");
        var settings = scope.ServiceProvider.GetRequiredService<SettingsService>();
        Assert.IsType<Outcome<SettingsView>.Ok>(
            await settings.SaveAsync(new([.. values.Select(v => new SettingChange(v.Column, v.Value))]), Cancel)
        );
    }

    public async Task<Outcome<LettaTestResult>> TestAsync(
        IReadOnlyDictionary<string, string?>? unsaved = null,
        Action<LettaStep>? onStep = null,
        CancellationToken? cancel = null
    )
    {
        await using var scope = registry.ActAs("grace");
        return await scope.ServiceProvider.GetRequiredService<LettaTests>().TestAsync(unsaved ?? Nothing, onStep, cancel ?? Cancel);
    }

    public async Task<LettaTestResult> TestedAsync(params (string Column, string? Value)[] unsaved) =>
        Assert.IsType<Outcome<LettaTestResult>.Ok>(await TestAsync(unsaved.ToDictionary(u => u.Column, u => u.Value))).Value;

    public async Task<IReadOnlyDictionary<string, string>> RefusedAsync(params (string Column, string? Value)[] unsaved) =>
        Assert.IsType<Outcome<LettaTestResult>.Invalid>(await TestAsync(unsaved.ToDictionary(u => u.Column, u => u.Value))).Reasons;

    public async Task<T> InScopeAsync<TService, T>(Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = registry.ActAs("grace");
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<LettaStatus> RefreshAsync() => InScopeAsync<LettaStateReader, LettaStatus>(reader => reader.RefreshAsync(Cancel));

    public Task<LettaSeries> SeriesAsync(string range) =>
        InScopeAsync<LettaChecks, LettaSeries>(checks => checks.SeriesAsync(LettaRange.Find(range)!, Cancel));

    public async Task<IReadOnlyList<ConnectionCheck>> ChecksAsync()
    {
        await using var database = registry.Open();
        return await database.ConnectionChecks.OrderBy(c => c.Id).ToListAsync(Cancel);
    }

    public async Task<IReadOnlyList<ConnectionRollup>> SumsAsync(RollupPeriod period)
    {
        await using var database = registry.Open();
        return await database.ConnectionRollups.Where(r => r.Period == period).OrderBy(r => r.StartsAt).ToListAsync(Cancel);
    }

    public async Task<SystemConfig> SettingsAsync()
    {
        await using var database = registry.Open();
        return await database.SystemConfig.SingleAsync(Cancel);
    }

    public async Task<int> HistoryLengthAsync()
    {
        await using var database = registry.Open();
        return await database.Changes.CountAsync(Cancel);
    }

    /// <summary>Adds a check as another console would: this one learns of it from the registry alone.</summary>
    public async Task AddAsync(LettaVerdict verdict, int latency = 10, bool isOfSaved = true)
    {
        var report = new LettaReport(verdict, null, null, latency, null, null, $"It is {verdict}.", "", []);
        await InScopeAsync<ConnectionCheckStore, DateTimeOffset?>(async ledger =>
        {
            var saved = await InScopeAsync<LettaTargets, SavedServer>(targets => targets.SavedAsync(Cancel));
            return await ledger.AddAsync(report, new(saved.Target!, isOfSaved), "another console", Cancel);
        });
    }

    /// <summary>Has the feed read the change history, as it does by itself twice a second.</summary>
    public Task FeedAsync() => registry.Services.GetServices<IHostedService>().OfType<OtherWritersWorker>().Single().ReadAsync(Cancel);

    /// <summary>The first state from now on that is like this.</summary>
    public Task<LettaStatus> NextStateAsync(Func<LettaStatus, bool> isIt)
    {
        var seen = new TaskCompletionSource<LettaStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        State.Subscribe(now =>
        {
            if (isIt(now))
            {
                seen.TrySetResult(now);
            }
        });
        return seen.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
