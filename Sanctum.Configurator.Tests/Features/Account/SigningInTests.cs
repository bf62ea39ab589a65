using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Account;

public sealed class SigningInTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_right_password_lets_in_whatever_the_case_of_the_name(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        await registry.AddUserAsync("ada");

        Assert.Equal("ada", (await TryAsync(registry, "ADA", AccountRegistry.Password))?.UserName);

        await using var context = registry.Open();
        Assert.Equal(registry.Clock.GetUtcNow(), (await context.Users.SingleAsync(Cancel)).LastLogin);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Five_wrong_passwords_lock_the_account_for_15_minutes(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        await registry.AddUserAsync("ada");
        for (var tries = 0; tries < 5; tries++)
        {
            Assert.Null(await TryAsync(registry, "ada", "wrong"));
        }

        Assert.Null(await TryAsync(registry, "ada", AccountRegistry.Password));
        registry.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Null(await TryAsync(registry, "ada", AccountRegistry.Password));
        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await TryAsync(registry, "ada", AccountRegistry.Password));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_right_fifth_try_lets_in_and_clears_the_count(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        await registry.AddUserAsync("ada");
        for (var round = 0; round < 2; round++)
        {
            for (var tries = 0; tries < 4; tries++)
            {
                Assert.Null(await TryAsync(registry, "ada", "wrong"));
            }

            Assert.NotNull(await TryAsync(registry, "ada", AccountRegistry.Password));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_many_tries_at_once_no_more_than_five_count_as_tries(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        await registry.AddUserAsync("ada");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => TryAsync(registry, "ada", "wrong")));

        Assert.All(answers, Assert.Null);
        await using var context = registry.Open();
        var user = await context.Users.SingleAsync(Cancel);
        Assert.Equal(registry.Clock.GetUtcNow() + TimeSpan.FromMinutes(15), user.LockoutEnd);
        Assert.Equal(0, user.AccessFailedCount);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Unknown_locked_inactive_and_passwordless_names_cost_one_verification_like_a_wrong_password(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        await registry.AddUserAsync("known");
        await registry.AddUserAsync("passwordless", password: null);
        var locked = await registry.AddUserAsync("locked");
        var inactive = await registry.AddUserAsync("inactive");
        await using (var context = registry.Open())
        {
            (await context.Users.SingleAsync(u => u.Id == inactive.Id, Cancel)).IsActive = false;
            (await context.Users.SingleAsync(u => u.Id == locked.Id, Cancel)).LockoutEnd = registry.Clock.GetUtcNow().AddMinutes(1);
            await context.SaveChangesAsync(Cancel);
        }

        var hasher = registry.Services.GetRequiredService<CountingHasher>();
        foreach (var name in new[] { "known", "unknown", "passwordless", "locked", "inactive" })
        {
            var before = (hasher.Hashed, hasher.Verified);
            Assert.Null(await TryAsync(registry, name, name == "known" ? "wrong" : AccountRegistry.Password));
            Assert.Equal((before.Hashed, before.Verified + 1), (hasher.Hashed, hasher.Verified));
        }
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Counting_tries_leaves_no_trace_in_the_change_history(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        await registry.AddUserAsync("ada");
        await using var context = registry.Open();
        var before = await context.Changes.CountAsync(Cancel);

        await TryAsync(registry, "ada", "wrong");
        await TryAsync(registry, "ada", AccountRegistry.Password);

        Assert.Equal(before, await context.Changes.CountAsync(Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Identitys_own_user_manager_keeps_the_password_rules_and_finds_its_users(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        await using var scope = registry.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();

        var refused = await users.CreateAsync(new() { UserName = "ada" }, "password1234");
        var made = await users.CreateAsync(new() { UserName = "ada" }, AccountRegistry.Password);

        Assert.Contains("common", Assert.Single(refused.Errors).Description, StringComparison.Ordinal);
        Assert.True(made.Succeeded, string.Join(' ', made.Errors.Select(e => e.Description)));
        Assert.NotNull(await TryAsync(registry, "ada", AccountRegistry.Password));
    }

    private static Task<User?> TryAsync(TestRegistry registry, string name, string password) =>
        registry.WithAsync((SignInService signIn) => signIn.CheckAsync(name, password, Cancel));
}
