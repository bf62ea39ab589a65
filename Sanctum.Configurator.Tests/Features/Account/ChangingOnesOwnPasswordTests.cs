using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Account;

public sealed class ChangingOnesOwnPasswordTests
{
    private const string New = "eleven purple bicycles";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_new_password_lets_in_the_old_one_does_not_and_the_history_says_so_without_either(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada", UserRole.Viewer);
        var (_, session) = await BeginAsync(registry, ada);

        Assert.IsType<Outcome<SessionTicket?>.Ok>(await ChangeAsync(registry, session, AccountRegistry.Password, New));

        Assert.Null(await SignInAsync(registry, AccountRegistry.Password));
        Assert.NotNull(await SignInAsync(registry, New));
        await using var context = registry.Open();
        var record = await context.Changes.OrderBy(c => c.Id).LastAsync(c => c.TableName == "users", Cancel);
        Assert.Equal(("ada", "update", """{"hashed_password":"changed"}"""), (record.Actor, record.Act, record.After));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Ones_own_session_goes_on_under_a_new_token_and_every_other_one_ends(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var (hereToken, here) = await BeginAsync(registry, ada);
        var (thereToken, there) = await BeginAsync(registry, ada);
        var live = registry.Services.GetRequiredService<LiveSessions>();
        using var worker = new LiveSessionsWorker(
            registry.Services.GetRequiredService<IServiceScopeFactory>(),
            live,
            registry.Clock,
            NullLogger<LiveSessionsWorker>.Instance
        );
        var ended = new List<int>();
        foreach (var session in new[] { here, there })
        {
            live.Enter(
                new(
                    session.Id,
                    session.Stamp!,
                    session.Version,
                    _ => Task.CompletedTask,
                    () =>
                    {
                        ended.Add(session.Id);
                        return Task.CompletedTask;
                    }
                )
            );
        }

        var done = Assert.IsType<Outcome<SessionTicket?>.Ok>(await ChangeAsync(registry, here, AccountRegistry.Password, New));
        await worker.LookAsync(Cancel);

        Assert.Equal([there.Id], ended);
        Assert.Null(await FindAsync(registry, thereToken));
        Assert.Null(await FindAsync(registry, hereToken));
        var now = await FindAsync(registry, done.Value!.Token);
        Assert.Equal((here.Id, done.Value.Stamp), (now?.Id, now?.Stamp));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Five_wrong_present_passwords_close_the_account_for_signing_in_too(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var (_, session) = await BeginAsync(registry, ada);
        for (var tries = 0; tries < 5; tries++)
        {
            var refused = Assert.IsType<Outcome<SessionTicket?>.Invalid>(await ChangeAsync(registry, session, "wrong", New));
            Assert.Contains(
                "The current password is wrong",
                refused.Reasons[nameof(OwnPasswordForm.CurrentPassword)],
                StringComparison.Ordinal
            );
        }

        var locked = Assert.IsType<Outcome<SessionTicket?>.Invalid>(await ChangeAsync(registry, session, AccountRegistry.Password, New));

        Assert.Contains("Too many", locked.Reasons[nameof(OwnPasswordForm.CurrentPassword)], StringComparison.Ordinal);
        Assert.Null(await SignInAsync(registry, AccountRegistry.Password));
        registry.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.IsType<Outcome<SessionTicket?>.Ok>(await ChangeAsync(registry, session, AccountRegistry.Password, New));
    }

    [Fact]
    public async Task A_right_present_password_forgets_the_wrong_ones_before_it()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var ada = await registry.AddUserAsync("ada");
        var (_, session) = await BeginAsync(registry, ada);
        for (var tries = 0; tries < 4; tries++)
        {
            await ChangeAsync(registry, session, "wrong", New);
        }

        Assert.IsType<Outcome<SessionTicket?>.Ok>(await ChangeAsync(registry, session, AccountRegistry.Password, New));

        await using var context = registry.Open();
        Assert.Equal(0, (await context.Users.SingleAsync(Cancel)).AccessFailedCount);
    }

    [Theory]
    [InlineData("password1234", null, nameof(OwnPasswordForm.NewPassword), "common")]
    [InlineData("short", null, nameof(OwnPasswordForm.NewPassword), "12 characters")]
    [InlineData("the quiet ada of the harbour", null, nameof(OwnPasswordForm.NewPassword), "your name")]
    [InlineData(AccountRegistry.Password, null, nameof(OwnPasswordForm.NewPassword), "your current password")]
    [InlineData("", null, nameof(OwnPasswordForm.NewPassword), "Choose a password")]
    [InlineData(New, "eleven purple bicycle", nameof(OwnPasswordForm.Repeated), "don't match")]
    public async Task A_new_password_that_is_refused_changes_nothing_and_costs_no_try(
        string password,
        string? repeated,
        string field,
        string reason
    )
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var ada = await registry.AddUserAsync("ada");
        var (token, session) = await BeginAsync(registry, ada);
        var hasher = registry.Services.GetRequiredService<CountingHasher>();
        var before = hasher.Verified;

        var refused = Assert.IsType<Outcome<SessionTicket?>.Invalid>(
            await ChangeAsync(registry, session, AccountRegistry.Password, password, repeated)
        );

        Assert.Contains(reason, refused.Reasons[field], StringComparison.Ordinal);
        Assert.Equal(before, hasher.Verified);
        Assert.NotNull(await FindAsync(registry, token));
        Assert.NotNull(await SignInAsync(registry, AccountRegistry.Password));
    }

    [Fact]
    public async Task By_a_key_which_has_no_session_all_of_them_end()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var ada = await registry.AddUserAsync("ada");
        var (token, _) = await BeginAsync(registry, ada);

        await using var scope = await registry.CallAsAsync(ada);
        var outcome = await scope
            .ServiceProvider.GetRequiredService<OwnPasswordService>()
            .ChangeAsync(new() { CurrentPassword = AccountRegistry.Password, NewPassword = New }, Cancel);

        Assert.Null(Assert.IsType<Outcome<SessionTicket?>.Ok>(outcome).Value);
        Assert.Null(await FindAsync(registry, token));
    }

    private static async Task<(string Token, LiveSession Session)> BeginAsync(TestRegistry registry, User user)
    {
        var token = await registry.WithAsync(
            async (SessionService sessions) => (await sessions.BeginAsync(user.Id, "127.0.0.1", "a test", Cancel)).Token
        );
        return (token, (await FindAsync(registry, token))!);
    }

    private static async Task<Outcome<SessionTicket?>> ChangeAsync(
        TestRegistry registry,
        LiveSession session,
        string current,
        string password,
        string? repeated = null
    )
    {
        await using var scope = registry.ActAs(session.UserName, session.UserId);
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Become(session.ToPrincipal());
        return await scope
            .ServiceProvider.GetRequiredService<OwnPasswordService>()
            .ChangeAsync(
                new()
                {
                    CurrentPassword = current,
                    NewPassword = password,
                    Repeated = repeated,
                },
                Cancel
            );
    }

    private static Task<LiveSession?> FindAsync(TestRegistry registry, string token) =>
        registry.WithAsync((SessionService sessions) => sessions.FindAsync(token, Cancel));

    private static Task<User?> SignInAsync(TestRegistry registry, string password) =>
        registry.WithAsync((SignInService signIn) => signIn.CheckAsync("ada", password, Cancel));
}
