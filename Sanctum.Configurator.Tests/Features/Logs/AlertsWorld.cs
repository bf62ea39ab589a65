using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.Logs.Alerts;
using Sanctum.Configurator.Features.Logs.Views;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Logs;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>Logs and notifications without their workers, and one user of each role.</summary>
internal sealed class AlertsWorld(LogStore store, User root, User ada, User vera) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => store.Registry;

    public LogStore Store => store;

    public FakeTimeProvider Clock => store.Registry.Clock;

    /// <summary>The administrator.</summary>
    public User Root => root;

    /// <summary>Operates the console.</summary>
    public User Ada => ada;

    /// <summary>Only looks.</summary>
    public User Vera => vera;

    public static async Task<AlertsWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite)
    {
        var store = await LogStore.CreateAsync(database, add: Add);
        return new(
            store,
            await store.Registry.AddUserAsync("root", UserRole.Admin),
            await store.Registry.AddUserAsync("ada"),
            await store.Registry.AddUserAsync("vera", UserRole.Viewer)
        );
    }

    /// <summary>Another console on the same databases. The test disposes it.</summary>
    public ServiceProvider AnotherConsole(Action<IServiceCollection>? add = null) =>
        Registry.BuildConsole(services =>
        {
            Add(services.AddLogs());
            add?.Invoke(services);
        });

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await Registry.CallAsAsync(who ?? root);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<AlertRow> AddAsync(AlertForm form) =>
        Assert.IsType<Outcome<AlertRow>.Ok>(await CallAsync((AlertService alerts) => alerts.SaveAsync(form, Cancel))).Value;

    public async Task<AlertRow> AlertAsync(int id) => (await CallAsync((AlertService alerts) => alerts.FindAsync(id, Cancel)))!;

    public async Task<LogViewRow> AddViewAsync(string name, string query, User who, bool isShared = false) =>
        Assert
            .IsType<Outcome<LogViewRow>.Ok>(
                await CallAsync(
                    (LogViewService views) =>
                        views.SaveAsync(
                            new()
                            {
                                Name = name,
                                Query = query,
                                IsShared = isShared,
                            },
                            Cancel
                        ),
                    who
                )
            )
            .Value;

    public Task CheckAsync() => CheckAsync(Registry.Services);

    public static async Task CheckAsync(IServiceProvider console)
    {
        await using var scope = console.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AlertChecker>().CheckAsync(Cancel);
    }

    /// <summary>Lines of this moment, or of so many seconds ago.</summary>
    public Task WriteAsync(string message, int times = 1, LogLevelWord level = LogLevelWord.Error, double secondsAgo = 0) =>
        store.Writer.WriteAsync(
            [
                .. Enumerable
                    .Range(0, times)
                    .Select(_ =>
                        LogStore.Line(message, level) with
                        {
                            Timestamp = Clock.GetUtcNow().AddSeconds(-secondsAgo).AddMilliseconds(-1),
                        }
                    ),
            ],
            null,
            Cancel
        );

    public async Task<IReadOnlyList<Notification>> NotificationsAsync()
    {
        await using var context = Registry.Open();
        return await context.Notifications.AsNoTracking().OrderBy(n => n.Id).ToListAsync(Cancel);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static void Add(IServiceCollection services)
    {
        services.AddAccount().AddNotificationActs();
        services.AddSingleton<CountingHasher>();
        services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
    }
}
