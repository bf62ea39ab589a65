using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Users;

public sealed class DeletingAUserTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Sessions_and_keys_end_with_the_user_and_the_history_keeps_the_name(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));
        var token = await registry.WithAsync(
            async (SessionService sessions) => (await sessions.BeginAsync(ada.Id, "127.0.0.1", "a test", Cancel)).Token
        );
        await using var scope = await registry.CallAsAsync(ada);
        var key = Assert
            .IsType<Outcome<MadeApiKey>.Ok>(
                await scope
                    .ServiceProvider.GetRequiredService<ApiKeyService>()
                    .CreateAsync(new() { Name = "a program", Scopes = [Policies.ReadSettings] }, Cancel)
            )
            .Value.Key;

        Assert.IsType<Outcome<UserRow>.Ok>(await DeleteAsync(registry, root, ada));

        Assert.Null(await registry.WithAsync((SessionService sessions) => sessions.FindAsync(token, Cancel)));
        Assert.Null(await registry.WithAsync((ApiKeyService keys) => keys.RecognizeAsync(key, Cancel)));
        await using var context = registry.Open();
        Assert.Equal("root", (await context.Users.SingleAsync(Cancel)).UserName);
        var deleted = await context.Changes.Where(c => c.Act == "delete").ToListAsync(Cancel);
        Assert.Equal(["api_keys", "user_sessions", "users"], deleted.Select(c => c.TableName).Order(StringComparer.Ordinal));
        Assert.Contains("\"username\":\"ada\"", deleted.Single(c => c.TableName == "users").Before, StringComparison.Ordinal);
        Assert.True(await context.Changes.AnyAsync(c => c.Actor == "ada", Cancel));
        Assert.IsType<Outcome<UserRow>.NotFound>(await DeleteAsync(registry, root, ada));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_new_user_of_the_same_name_is_somebody_else(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));
        await DeleteAsync(registry, root, ada);

        var again = await registry.AddUserAsync("ada");

        Assert.NotEqual(ada.Id, again.Id);
    }

    [Fact]
    public async Task Nobody_deletes_himself()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        await registry.AddUserAsync("ada", UserRole.Admin);

        await AssertStaysAsync(registry, root, root, "You can't delete yourself.");
    }

    [Fact]
    public async Task The_last_active_administrator_stays_even_where_a_key_asks()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var root = await registry.AddUserAsync("root", UserRole.Admin);
        var keyOwner = await registry.AddUserAsync("key-owner", UserRole.Admin, password: null);

        await AssertStaysAsync(registry, keyOwner, root, "last active administrator");
    }

    [Fact]
    public async Task Only_administrators_delete_administrators()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var (root, ada) = (await registry.AddUserAsync("root", UserRole.Admin), await registry.AddUserAsync("ada"));
        await registry.AddUserAsync("eve", UserRole.Admin);
        var keeper = await registry.AddUserAsync("keeper", permissions: """["users:manage"]""");

        await AssertStaysAsync(registry, keeper, root, "administrator's permissions");
        await AssertStaysAsync(registry, ada, keeper, "permission to manage users");
        Assert.IsType<Outcome<UserRow>.Ok>(await DeleteAsync(registry, keeper, ada));
    }

    private static async Task AssertStaysAsync(TestRegistry registry, User caller, User user, string reason)
    {
        var refused = Assert.IsType<Outcome<UserRow>.Invalid>(await DeleteAsync(registry, caller, user));
        Assert.Contains(reason, Assert.Single(refused.Reasons).Value, StringComparison.Ordinal);
        await using var context = registry.Open();
        Assert.True(await context.Users.AnyAsync(u => u.Id == user.Id, Cancel));
    }

    private static async Task<Outcome<UserRow>> DeleteAsync(TestRegistry registry, User caller, User user)
    {
        await using var scope = await registry.CallAsAsync(caller);
        return await scope.ServiceProvider.GetRequiredService<UserService>().DeleteAsync(user.Id, Cancel);
    }
}
