using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Account;

public sealed class EndingSessionsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_token_is_stored_as_its_hash_only(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");

        var token = await BeginAsync(registry, ada);

        await using var context = registry.Open();
        Assert.Equal(Tokens.HashOf(token), (await context.Sessions.SingleAsync(Cancel)).SessionToken);
        Assert.NotNull(await FindAsync(registry, token));
        Assert.Null(await FindAsync(registry, token + "x"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_session_ends_when_idle_and_lives_on_when_used_until_its_absolute_end(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(
            database,
            ("Sessions:Idle", "01:00:00"),
            ("Sessions:Absolute", "03:00:00")
        );
        var ada = await registry.AddUserAsync("ada");
        var (idle, used) = (await BeginAsync(registry, ada), await BeginAsync(registry, ada));
        for (var minutes = 0; minutes < 180; minutes += 45)
        {
            var session = await FindAsync(registry, used);
            Assert.NotNull(session);
            await registry.WithAsync(
                async (SessionService sessions) =>
                {
                    await sessions.SeeAsync(session.Id, registry.Clock.GetUtcNow(), Cancel);
                    return true;
                }
            );
            registry.Clock.Advance(TimeSpan.FromMinutes(45));
        }

        Assert.Null(await FindAsync(registry, idle));
        Assert.Null(await FindAsync(registry, used));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Last_seen_is_written_once_a_minute_at_most(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var session = await FindAsync(registry, await BeginAsync(registry, ada));
        var start = registry.Clock.GetUtcNow();

        foreach (var seconds in new[] { 30, 59, 60 })
        {
            await registry.WithAsync(
                async (SessionService sessions) =>
                {
                    await sessions.SeeAsync(session!.Id, start.AddSeconds(seconds), Cancel);
                    return true;
                }
            );
            await using var context = registry.Open();
            Assert.Equal(start.AddSeconds(seconds == 60 ? 60 : 0), (await context.Sessions.SingleAsync(Cancel)).LastSeenAt);
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Revoking_a_session_ends_its_open_circuits_and_no_others(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var here = await FindAsync(registry, await BeginAsync(registry, ada));
        var there = await FindAsync(registry, await BeginAsync(registry, ada));
        await using var live = new Watch(registry);
        var (hereOpen, thereOpen) = (live.Open(here!), live.Open(there!));

        await registry.WithAsync((SessionService sessions) => sessions.EndAsync(ada.Id, there!.Id, Cancel));
        await live.LookAsync();

        Assert.Equal((0, 1), (hereOpen.Ended, thereOpen.Ended));
    }

    [Fact]
    public async Task Nobody_revokes_another_persons_session()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var (ada, eve) = (await registry.AddUserAsync("ada"), await registry.AddUserAsync("eve"));
        var token = await BeginAsync(registry, ada);
        var session = await FindAsync(registry, token);

        Assert.IsType<Outcome<int>.NotFound>(
            await registry.WithAsync((SessionService sessions) => sessions.EndAsync(eve.Id, session!.Id, Cancel))
        );
        Assert.NotNull(await FindAsync(registry, token));
    }

    [Fact]
    public async Task Revoking_all_others_keeps_this_one()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var ada = await registry.AddUserAsync("ada");
        var (kept, ended) = (await BeginAsync(registry, ada), await BeginAsync(registry, ada));
        var session = await FindAsync(registry, kept);

        await registry.WithAsync(
            async (SessionService sessions) =>
            {
                await sessions.EndOthersAsync(ada.Id, session!.Id, Cancel);
                return true;
            }
        );

        Assert.NotNull(await FindAsync(registry, kept));
        Assert.Null(await FindAsync(registry, ended));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_changed_role_gives_the_open_circuit_other_rights_and_does_not_end_it(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));
        var session = await FindAsync(registry, await BeginAsync(registry, ada));
        await using var live = new Watch(registry);
        var open = live.Open(session!);

        await ChangeAsync(registry, root, ada, form => form.Role = UserRole.Viewer);
        await live.LookAsync();
        await live.LookAsync();

        Assert.Equal(0, open.Ended);
        Assert.Equal("viewer", Assert.Single(open.Principals).FindFirstValue(ClaimTypes.Role));
        Assert.DoesNotContain(Policies.ManageKeys, open.Principals[0].FindAll(Permissions.Claim).Select(c => c.Value));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Deactivating_a_user_ends_his_open_circuits_even_when_another_program_does_it(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var session = await FindAsync(registry, await BeginAsync(registry, ada));
        await using var live = new Watch(registry);
        var open = live.Open(session!);

        await registry.OutsideAsync(
            database == TestDatabase.Sqlite ? "UPDATE users SET is_active = 0" : "UPDATE users SET is_active = false"
        );
        await live.LookAsync();

        Assert.Equal(1, open.Ended);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Another_password_ends_the_sessions_that_began_with_the_old_one(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));
        var token = await BeginAsync(registry, ada);
        var session = await FindAsync(registry, token);
        await using var live = new Watch(registry);
        var open = live.Open(session!);

        await using var scope = await registry.CallAsAsync(root);
        Assert.IsType<Outcome<UserRow>.Ok>(
            await scope
                .ServiceProvider.GetRequiredService<UserService>()
                .ResetPasswordAsync(ada.Id, new() { Password = "eleven purple bicycles" }, Cancel)
        );
        await live.LookAsync();

        Assert.Equal(1, open.Ended);
        Assert.Null(await FindAsync(registry, token));
    }

    [Fact]
    public async Task The_worker_looks_every_second()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var ada = await registry.AddUserAsync("ada");
        var session = await FindAsync(registry, await BeginAsync(registry, ada));
        await using var live = new Watch(registry);
        var ended = new TaskCompletionSource();
        live.Sessions.Enter(
            new(
                session!.Id,
                session.Stamp!,
                session.Version,
                _ => Task.CompletedTask,
                () =>
                {
                    ended.TrySetResult();
                    return Task.CompletedTask;
                }
            )
        );
        await live.Worker.StartAsync(Cancel);

        await registry.OutsideAsync("DELETE FROM user_sessions");
        registry.Clock.Advance(TimeSpan.FromSeconds(1));

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await live.Worker.StopAsync(Cancel);
    }

    [Fact]
    public async Task Doing_something_in_a_circuit_keeps_the_session_from_being_idle()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite, ("Sessions:Idle", "01:00:00"));
        var ada = await registry.AddUserAsync("ada");
        var token = await BeginAsync(registry, ada);
        var session = await FindAsync(registry, token);
        await using var live = new Watch(registry);
        var open = live.Open(session!);

        registry.Clock.Advance(TimeSpan.FromMinutes(50));
        live.Sessions.See(session!.Id);
        await live.LookAsync();
        registry.Clock.Advance(TimeSpan.FromMinutes(50));
        await live.LookAsync();
        Assert.Equal(0, open.Ended);

        registry.Clock.Advance(TimeSpan.FromMinutes(10));
        await live.LookAsync();
        Assert.Equal(1, open.Ended);
    }

    private static async Task ChangeAsync(TestRegistry registry, User caller, User user, Action<UserForm> change)
    {
        await using var scope = await registry.CallAsAsync(caller);
        var users = scope.ServiceProvider.GetRequiredService<UserService>();
        var form = (await users.FindAsync(user.Id, Cancel))!.ToForm();
        change(form);
        Assert.IsType<Outcome<UserRow>.Ok>(await users.SaveAsync(form, Cancel));
    }

    private static Task<string> BeginAsync(TestRegistry registry, User user) =>
        registry.WithAsync(async (SessionService sessions) => (await sessions.BeginAsync(user.Id, "127.0.0.1", "a test", Cancel)).Token);

    private static Task<LiveSession?> FindAsync(TestRegistry registry, string token) =>
        registry.WithAsync((SessionService sessions) => sessions.FindAsync(token, Cancel));

    /// <summary>The live sessions of one console, looked at when the test says so.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        public Watch(TestRegistry registry)
        {
            Sessions = registry.Services.GetRequiredService<LiveSessions>();
            Worker = new(
                registry.Services.GetRequiredService<IServiceScopeFactory>(),
                Sessions,
                registry.Clock,
                NullLogger<LiveSessionsWorker>.Instance
            );
        }

        public LiveSessions Sessions { get; }

        public LiveSessionsWorker Worker { get; }

        public Task LookAsync() => Worker.LookAsync(Cancel);

        public OpenCircuit Open(LiveSession session)
        {
            var open = new OpenCircuit();
            open.Stay = Sessions.Enter(new(session.Id, session.Stamp!, session.Version, open.RefreshAsync, open.EndAsync));
            return open;
        }

        public ValueTask DisposeAsync()
        {
            Worker.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class OpenCircuit
    {
        public IDisposable? Stay { get; set; }

        public int Ended { get; private set; }

        public List<ClaimsPrincipal> Principals { get; } = [];

        public Task RefreshAsync(ClaimsPrincipal principal)
        {
            Principals.Add(principal);
            return Task.CompletedTask;
        }

        public Task EndAsync()
        {
            Ended++;
            Stay?.Dispose();
            return Task.CompletedTask;
        }
    }
}
