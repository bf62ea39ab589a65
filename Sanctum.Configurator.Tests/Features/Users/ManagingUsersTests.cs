using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Users;

public sealed class ManagingUsersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_administrator_adds_a_user_and_the_history_names_him(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var root = await registry.AddUserAsync("root", UserRole.Admin);

        var done = Assert.IsType<Outcome<UserRow>.Ok>(
            await SaveAsync(
                registry,
                root,
                new()
                {
                    Username = "ada",
                    Email = "ada@example.org",
                    Password = AccountRegistry.Password,
                }
            )
        );

        Assert.Equal(("ada", UserRole.Viewer, true), (done.Value.UserName, done.Value.Role, done.Value.HasPassword));
        await using var context = registry.Open();
        var record = await context.Changes.OrderBy(c => c.Id).LastAsync(Cancel);
        Assert.Equal(("root", "insert", "users"), (record.Actor, record.Act, record.TableName));
        Assert.Contains("\"hashed_password\":\"set\"", record.After, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_last_active_administrator_is_neither_demoted_nor_deactivated(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        await registry.AddUserAsync("key-owner", UserRole.Admin, password: null);
        var form = await FormAsync(registry, root);

        form.Role = UserRole.User;
        var demoted = Assert.IsType<Outcome<UserRow>.Invalid>(await SaveAsync(registry, root, form));
        (form.Role, form.IsActive) = (UserRole.Admin, false);
        var deactivated = Assert.IsType<Outcome<UserRow>.Invalid>(await SaveAsync(registry, root, form));

        Assert.Contains("last active administrator", demoted.Reasons[nameof(form.Role)], StringComparison.Ordinal);
        Assert.Contains("last active administrator", deactivated.Reasons[nameof(form.IsActive)], StringComparison.Ordinal);
        await using var context = registry.Open();
        var user = await context.Users.SingleAsync(u => u.Id == root.Id, Cancel);
        Assert.Equal((UserRole.Admin, true), (user.Role, user.IsActive));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_two_administrators_who_demote_each_other_at_once_one_stays(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var (ada, eve) = (await registry.AddUserAsync("ada", UserRole.Admin), await registry.AddUserAsync("eve", UserRole.Admin));
        var (adasForm, evesForm) = (await FormAsync(registry, ada), await FormAsync(registry, eve));
        adasForm.Role = evesForm.Role = UserRole.Viewer;

        var outcomes = await Task.WhenAll(SaveAsync(registry, ada, evesForm), SaveAsync(registry, eve, adasForm));

        Assert.Single(outcomes.OfType<Outcome<UserRow>.Ok>());
        await using var context = registry.Open();
        Assert.Equal(1, await context.Users.CountAsync(u => u.Role == UserRole.Admin, Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_second_of_two_writers_gets_the_first_ones_copy(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));
        var form = await FormAsync(registry, ada);
        await registry.OutsideAsync("UPDATE users SET name = 'Ada the first' WHERE username = 'ada'");

        form.Name = "Ada the second";
        var stale = Assert.IsType<Outcome<UserRow>.Conflict>(await SaveAsync(registry, root, form));

        Assert.Equal("Ada the first", stale.Current.Name);
    }

    [Fact]
    public async Task A_name_that_differs_in_case_only_is_taken()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var root = await registry.AddUserAsync("root", UserRole.Admin);

        var refused = Assert.IsType<Outcome<UserRow>.Invalid>(
            await SaveAsync(registry, root, new() { Username = "ROOT", Password = AccountRegistry.Password })
        );

        Assert.Contains("already exists", refused.Reasons[nameof(UserForm.Username)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_asks_for_the_permission_again()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var (user, viewer) = (await registry.AddUserAsync("ada"), await registry.AddUserAsync("eve", UserRole.Viewer));

        var refused = Assert.IsType<Outcome<UserRow>.Invalid>(await SaveAsync(registry, viewer, await FormAsync(registry, user)));

        Assert.Equal("You don't have permission to manage users.", refused.Reasons[""]);
    }

    [Theory]
    [InlineData(UserRole.Viewer, true)]
    [InlineData(UserRole.User, true)]
    [InlineData(UserRole.Admin, false)]
    public async Task Who_manages_users_without_being_an_administrator_makes_none(UserRole role, bool isDone)
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var keeper = await registry.AddUserAsync("keeper", UserRole.User, permissions: """["users:manage"]""");

        var outcome = await SaveAsync(
            registry,
            keeper,
            new()
            {
                Username = "ada",
                Role = role,
                Password = AccountRegistry.Password,
            }
        );

        Assert.Equal(isDone, outcome is Outcome<UserRow>.Ok);
        await using var context = registry.Open();
        Assert.Equal(isDone, await context.Users.AnyAsync(u => u.UserName == "ada", Cancel));
    }

    [Fact]
    public async Task Who_manages_users_without_being_an_administrator_does_not_reset_an_administrators_password()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var keeper = await registry.AddUserAsync("keeper", UserRole.User, permissions: """["users:manage"]""");
        await using var scope = await registry.CallAsAsync(keeper);

        var outcome = await scope
            .ServiceProvider.GetRequiredService<UserService>()
            .ResetPasswordAsync(root.Id, new() { Password = "eleven purple bicycles" }, Cancel);

        Assert.IsType<Outcome<UserRow>.Invalid>(outcome);
        await using var context = registry.Open();
        Assert.Equal(root.PasswordHash, (await context.Users.SingleAsync(u => u.Id == root.Id, Cancel)).PasswordHash);
    }

    private static async Task<Outcome<UserRow>> SaveAsync(TestRegistry registry, User caller, UserForm form)
    {
        await using var scope = await registry.CallAsAsync(caller);
        return await scope.ServiceProvider.GetRequiredService<UserService>().SaveAsync(form, Cancel);
    }

    private static async Task<UserForm> FormAsync(TestRegistry registry, User user) =>
        (await registry.WithAsync((UserService users) => users.FindAsync(user.Id, Cancel)))!.ToForm();
}
