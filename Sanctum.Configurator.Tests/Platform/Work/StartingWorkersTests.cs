using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Platform.Work;

/// <summary>Workers begin after the host, and end as if it had started them.</summary>
public sealed class StartingWorkersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begin_when_their_time_has_come()
    {
        var clock = new FakeTimeProvider();
        using var host = Host(services =>
            services.AddSingleton<TimeProvider>(clock).AddSingleton(new WorkersBegin(TimeSpan.FromSeconds(1)))
        );
        await host.StartAsync(Cancel);
        var worker = host.Services.GetRequiredService<Watched>();
        Assert.False(worker.Began.Task.IsCompleted);

        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100)); // The host may not have come to wait for it yet.
                return worker.Began.Task.IsCompleted;
            },
            "the worker begins"
        );
        Assert.True(clock.GetUtcNow() - clock.Start >= TimeSpan.FromSeconds(1));
        await Task.WhenAll(host.StopAsync(Cancel), host.StopAsync(Cancel)); // As the program and who hosts it in a test do.
        Assert.Equal(1, worker.Stops);
    }

    [Fact]
    public async Task Whoever_is_stopped_before_that_never_begins()
    {
        using var host = Host(services =>
            services.AddSingleton<TimeProvider>(new FakeTimeProvider()).AddSingleton(new WorkersBegin(TimeSpan.FromSeconds(1)))
        );
        await host.StartAsync(Cancel);
        await host.StopAsync(Cancel);
        Assert.False(host.Services.GetRequiredService<Watched>().Began.Task.IsCompleted);
    }

    [Fact]
    public async Task One_that_fails_ends_the_host()
    {
        using var host = Host(services => services.AddSingleton(TimeProvider.System).AddWorker<Failing>());
        await host.StartAsync(Cancel);
        var life = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await Wait.UntilAsync(() => life.ApplicationStopping.IsCancellationRequested, "the host ends");
    }

    private static IHost Host(Action<IServiceCollection> add)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        add(builder.Services);
        builder.Services.AddWorker<Watched>();
        return builder.Build();
    }

    private sealed class Watched : BackgroundService
    {
        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Stops { get; private set; }

        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Began.SetResult();
            return new TaskCompletionSource().Task.WaitAsync(stoppingToken);
        }

        public override Task StopAsync(CancellationToken cancellationToken)
        {
            Stops++;
            return base.StopAsync(cancellationToken);
        }
    }

    private sealed class Failing : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromException(new InvalidDataException("broken"));
    }
}
