using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Features.ScheduledJobs.Engine;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ScheduledJobs;

/// <summary>Jobs without the engine's own rounds: the test says when one is made. They run <see cref="Act"/>.</summary>
internal sealed class JobsWorld(TestRegistry registry, GatedAct act, User root, User ada, User vera) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How long runs belong to a console that does not answer.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(new JobOptions().LeaseSeconds);

    public TestRegistry Registry => registry;

    public FakeTimeProvider Clock => registry.Clock;

    /// <summary>What the jobs run.</summary>
    public GatedAct Act => act;

    /// <summary>The administrator.</summary>
    public User Root => root;

    /// <summary>Operates the console.</summary>
    public User Ada => ada;

    /// <summary>Only looks.</summary>
    public User Vera => vera;

    public JobEngine Engine => registry.Services.GetRequiredService<JobEngine>();

    public LiveRuns Live => registry.Services.GetRequiredService<LiveRuns>();

    public static Task<JobsWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite, params IReadOnlyList<DefaultSchedule> own) =>
        CreateAsync(database, [], own);

    public static Task<JobsWorld> CreateAsync(
        TestDatabase database,
        IEnumerable<KeyValuePair<string, string?>> settings,
        params IReadOnlyList<DefaultSchedule> own
    ) => CreateAsync(database, settings, _ => { }, own);

    public static async Task<JobsWorld> CreateAsync(
        TestDatabase database,
        IEnumerable<KeyValuePair<string, string?>> settings,
        Action<IServiceCollection> add,
        params IReadOnlyList<DefaultSchedule> own
    )
    {
        var act = new GatedAct();
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                Add(services, act);
                add(services);
                foreach (var job in own)
                {
                    services.AddSingleton(job);
                }
            },
            settings
        );
        return new(
            registry,
            act,
            await registry.AddUserAsync("root", UserRole.Admin),
            await registry.AddUserAsync("ada"),
            await registry.AddUserAsync("vera", UserRole.Viewer)
        );
    }

    /// <summary>Another console on the same database. The test disposes it.</summary>
    public ServiceProvider AnotherConsole() => registry.BuildConsole(services => Add(services, act));

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> call, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? root);
        return await call(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public static JobForm Form(string cron = "*/5 * * * *", string name = "Nightly", Action<JobForm>? set = null)
    {
        var form = new JobForm
        {
            Name = name,
            CronExpression = cron,
            Action = "wait",
        };
        set?.Invoke(form);
        return form;
    }

    public async Task<JobRow> AddAsync(JobForm form) =>
        Assert.IsType<Outcome<JobRow>.Ok>(await CallAsync((JobService jobs) => jobs.SaveAsync(form, Cancel))).Value;

    public async Task<JobView> JobAsync(int id) => (await CallAsync((JobReader jobs) => jobs.FindAsync(id, Cancel)))!;

    public async Task<RunRow> RunAsync(int id, JsonObject? overrides = null) =>
        Assert.IsType<Outcome<RunRow>.Ok>(await CallAsync((JobService jobs) => jobs.RunAsync(id, overrides, Cancel))).Value;

    /// <summary>All runs, the oldest first.</summary>
    public async Task<IReadOnlyList<JobRun>> RunsAsync()
    {
        await using var context = registry.Open();
        return await context.JobRuns.AsNoTracking().OrderBy(r => r.Id).ToListAsync(Cancel);
    }

    public async Task<RunOutcome[]> OutcomesAsync() => [.. (await RunsAsync()).Select(run => run.Outcome)];

    public async Task<IReadOnlyList<Notification>> NotificationsAsync()
    {
        await using var context = registry.Open();
        return await context.Notifications.AsNoTracking().OrderBy(n => n.Id).ToListAsync(Cancel);
    }

    /// <summary>One round of the engine, the ends of whatever came to its end, and what the operator is told of it.</summary>
    public async Task TickAsync()
    {
        await Engine.TickAsync(Cancel);
        await SettleAsync();
    }

    /// <summary>Waits until all that runs waits for the test, and the ends of the rest are written and told.</summary>
    public async Task SettleAsync()
    {
        await Wait.UntilAsync(() => Live.Count <= act.Waiting);

        await Engine.WriteEndedAsync(Cancel);
        await Engine.TellAsync(Cancel);
    }

    /// <summary>Waits until nothing runs any more, and its ends are written and told.</summary>
    public async Task SettledAsync()
    {
        await Wait.UntilAsync(() => Live.Count == 0);

        await Engine.WriteEndedAsync(Cancel);
        await Engine.TellAsync(Cancel);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    private static void Add(IServiceCollection services, GatedAct act)
    {
        services.AddAccount().AddNotificationActs();
        services.AddSingleton<CountingHasher>();
        services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
        services.AddTools().AddScheduledJobs();
        services.AddSingleton<IBuiltInTask>(act);
    }
}

/// <summary>An act that a test holds back, lets fail or lets ignore that it is to stop.</summary>
internal sealed class GatedAct : IBuiltInTask
{
    private readonly ConcurrentQueue<TaskCompletionSource> _held = new();
    private int _waiting;

    public string Name => "wait";

    public string Description => "Waits for a test.";

    public string Policy => Policies.OperateRegistry;

    public string? Schema => """{"type": "object", "properties": {"word": {"type": "string"}}, "additionalProperties": false}""";

    public bool IsHeld { get; set; }

    public bool IgnoresStop { get; set; }

    public string? Failure { get; set; }

    /// <summary>How many wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>What each was told, in order.</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    /// <summary>Lets the one that waits longest go on.</summary>
    public async Task LetGoAsync()
    {
        Assert.True(_held.TryDequeue(out var held));
        var before = Waiting;
        held.SetResult();
        await Wait.UntilAsync(() => Waiting != before);
    }

    public async Task<Outcome<string>> RunAsync(JsonObject arguments, CancellationToken cancel)
    {
        Told.Enqueue((string?)arguments["word"] ?? "");
        if (IsHeld)
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _held.Enqueue(gate);
            Interlocked.Increment(ref _waiting);
            try
            {
                await (IgnoresStop ? gate.Task : gate.Task.WaitAsync(cancel));
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        return Failure is { } failure ? new Outcome<string>.Invalid("", failure) : new Outcome<string>.Ok("Done.");
    }
}
