using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

/// <summary>A registry with an administrator, the door, and a worker that goes only when it is told to.</summary>
internal sealed class NotificationsWorld(TestRegistry registry, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public FakeTimeProvider Clock => registry.Clock;

    public Notifier Notifier => registry.Services.GetRequiredService<Notifier>();

    public static async Task<NotificationsWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        params (string Key, string? Value)[] settings
    )
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddNotificationActs();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            settings.Select(s => KeyValuePair.Create(s.Key, s.Value))
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    /// <summary>Another console on the same database. The test disposes it.</summary>
    public ServiceProvider AnotherConsole() => registry.BuildConsole(services => services.AddAccount().AddNotificationActs());

    public Task RaiseAsync(
        string title,
        NoticeLevel level = NoticeLevel.Warning,
        string? key = null,
        bool lasts = false,
        string source = NoticeSources.Letta
    ) =>
        Notifier.RaiseAsync(
            new(level, source, title)
            {
                Message = $"{title}, and what to do.",
                Link = "/letta",
                GroupKey = key,
                IsLasting = lasts,
            },
            Cancel
        );

    /// <summary>Sends what is due, and waits for the end of it.</summary>
    public Task SendAsync() => SendAsync(registry.Services);

    public static async Task SendAsync(IServiceProvider console) =>
        await await console.GetRequiredService<NotificationWorker>().TickAsync(Cancel);

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task<ChannelRow> AddAsync(ChannelForm form) =>
        Assert
            .IsType<Outcome<ChannelRow>.Ok>(await CallAsync((ChannelService channels) => channels.SaveAsync(form, dryRun: false, Cancel)))
            .Value;

    public Task<ChannelRow> AddWebhookAsync(FakeReceiver receiver, Action<ChannelForm>? set = null)
    {
        var form = new ChannelForm
        {
            Name = "Hook",
            Url = new Uri(receiver.Address, "/hook").AbsoluteUri,
            Secret = "a secret to sign with",
            MinLevel = NoticeLevel.Info,
        };
        set?.Invoke(form);
        return AddAsync(form);
    }

    public async Task<ChannelRow> ChannelAsync(int id) => (await CallAsync((ChannelService channels) => channels.FindAsync(id, Cancel)))!;

    public async Task<IReadOnlyList<NotificationRow>> ListAsync() =>
        (await CallAsync((NotificationService notifications) => notifications.PageAsync(new(), new(0, 100), Cancel))).Items;

    public async Task ReadAsync(int id) =>
        Assert.IsType<Outcome<NotificationRow>.Ok>(
            await CallAsync((NotificationService notifications) => notifications.ReadAsync(id, Cancel))
        );

    public async Task<IReadOnlyList<NotificationDelivery>> DeliveriesAsync()
    {
        await using var context = registry.Open();
        return await context.NotificationDeliveries.AsNoTracking().OrderBy(d => d.Id).ToListAsync(Cancel);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
