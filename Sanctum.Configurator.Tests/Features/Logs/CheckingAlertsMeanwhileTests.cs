using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sanctum.Configurator.Features.Logs.Alerts;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>What another console or a person does between the steps of a check, and what a check leaves out.</summary>
public sealed class CheckingAlertsMeanwhileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task One_that_another_console_checked_meanwhile_is_not_checked_again(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await using var console = world.AnotherConsole(Interrupt);
        await world.AddAsync(new() { Name = "First", Threshold = 1 });
        var second = await world.AddAsync(new() { Name = "Second", Threshold = 1 });
        await world.WriteAsync("bad");
        NotifierOf(console).Meanwhile = async () =>
        {
            await world.CheckAsync();
            await world.WriteAsync("bad");
        };

        await AlertsWorld.CheckAsync(console);

        Assert.Equal((AlertState.Raised, 1), ((await world.AlertAsync(second.Id)).State, (await world.AlertAsync(second.Id)).LastCount));
        Assert.Equal(1, NotifierOf(console).Raised);
        Assert.Equal(["First", "Second"], (await world.NotificationsAsync()).Select(n => n.Title).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_is_told_of_one_that_was_changed_meanwhile_is_over(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await using var console = world.AnotherConsole(Interrupt);
        var alert = await world.AddAsync(new() { Name = "Errors", Threshold = 1 });
        await world.WriteAsync("bad");
        var form = alert.ToForm();
        form.Threshold = 50;
        NotifierOf(console).Meanwhile = async () =>
            Assert.IsType<Outcome<AlertRow>.Ok>(await world.CallAsync((AlertService alerts) => alerts.SaveAsync(form, Cancel)));

        await AlertsWorld.CheckAsync(console);

        Assert.NotNull(Assert.Single(await world.NotificationsAsync()).ResolvedAt);
        Assert.Null((await world.AlertAsync(alert.Id)).LastCount);
        await world.CheckAsync();
        Assert.Equal((AlertState.Quiet, 1), ((await world.AlertAsync(alert.Id)).State, (await world.AlertAsync(alert.Id)).LastCount));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task What_goes_on_as_it_was_is_told_once(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await using var console = world.AnotherConsole(Interrupt);
        await world.AddAsync(
            new()
            {
                Name = "Errors",
                Threshold = 1,
                WindowSeconds = 3600,
            }
        );
        var named = await world.AddAsync(new() { Name = "Named" });
        await world.Registry.OutsideAsync($"UPDATE alerts SET query = 'level:loud' WHERE id = {named.Id}");
        await world.WriteAsync("bad");
        for (var check = 0; check < 3; check++)
        {
            await AlertsWorld.CheckAsync(console);
            world.Clock.Advance(AlertChecker.AfterFailure);
        }

        Assert.Equal(2, (await world.NotificationsAsync()).Count);
        Assert.Equal(2, NotifierOf(console).Raised);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_count_that_took_too_long_is_no_count(TestDatabase database)
    {
        await using var world = await AlertsWorld.CreateAsync(database);
        await using var console = world.AnotherConsole(services => services.AddSingleton<TimeProvider>(new HurryingClock(world.Clock)));
        var alert = await world.AddAsync(
            new()
            {
                Name = "Timeouts",
                Query = "timeout",
                Threshold = 5000,
            }
        );
        await world.WriteAsync("a timeout", 2500);

        await AlertsWorld.CheckAsync(console);

        var row = await world.AlertAsync(alert.Id);
        Assert.Equal((AlertState.Failing, null), (row.State, row.LastCount));
        Assert.StartsWith("Counting took longer than 5 seconds.", row.Problem, StringComparison.Ordinal);
    }

    private static void Interrupt(IServiceCollection services)
    {
        services.AddSingleton<InterruptedNotifier>();
        services.AddSingleton<Notifier>(provider => provider.GetRequiredService<InterruptedNotifier>());
    }

    private static InterruptedNotifier NotifierOf(ServiceProvider console) => console.GetRequiredService<InterruptedNotifier>();

    /// <summary>Lets something happen once, just before the first notice is raised, and counts them.</summary>
    private sealed class InterruptedNotifier(IServiceScopeFactory scopes, NotificationBell bell, TimeProvider clock, ILogger<Notifier> log)
        : Notifier(scopes, bell, clock, log)
    {
        public Func<Task>? Meanwhile { get; set; }

        public int Raised { get; private set; }

        public override async Task RaiseAsync(Notice notice, CancellationToken cancel)
        {
            Raised++;
            if (Meanwhile is { } act)
            {
                Meanwhile = null;
                await act();
            }

            await base.RaiseAsync(notice, cancel);
        }
    }

    /// <summary>Six seconds pass between any two looks at it.</summary>
    private sealed class HurryingClock(TimeProvider inner) : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds += 6;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
