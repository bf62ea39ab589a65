using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.ApiKeys;

public sealed class UsingApiKeysTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_key_is_stored_as_hash_and_prefix_only(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");

        var made = await MakeAsync(registry, ada, Policies.ReadSettings);

        Assert.StartsWith("sk-sanctum-", made.Key, StringComparison.Ordinal);
        await using var context = registry.Open();
        var stored = await context.ApiKeys.SingleAsync(Cancel);
        Assert.Equal((Tokens.HashOf(made.Key), made.Key[..15]), (stored.KeyHash, stored.Prefix));
        Assert.DoesNotContain(
            await context.Changes.Select(c => c.After ?? "").ToListAsync(Cancel),
            after => after.Contains(stored.KeyHash, StringComparison.Ordinal) || after.Contains(made.Key, StringComparison.Ordinal)
        );
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_key_may_do_what_it_was_given_as_long_as_its_owner_may(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var key = (await MakeAsync(registry, ada, Policies.ReadSettings, Policies.TestLetta)).Key;
        Assert.Equal([Policies.TestLetta, Policies.ReadSettings], await PermissionsAsync(registry, key));

        await registry.OutsideAsync("UPDATE users SET role = 'viewer'");
        Assert.Equal([Policies.ReadSettings], await PermissionsAsync(registry, key));

        await registry.OutsideAsync(
            database == TestDatabase.Sqlite ? "UPDATE users SET is_active = 0" : "UPDATE users SET is_active = false"
        );
        Assert.Null(await PermissionsAsync(registry, key));
    }

    [Fact]
    public async Task Nobody_gives_a_key_what_he_has_not()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var ada = await registry.AddUserAsync("ada");

        foreach (var scope in new[] { Policies.ManageUsers, "nonsense" })
        {
            var refused = Assert.IsType<Outcome<MadeApiKey>.Invalid>(
                await TryMakeAsync(registry, ada, new() { Name = "k", Scopes = [scope] })
            );
            Assert.Contains(scope, refused.Reasons[nameof(ApiKeyForm.Scopes)], StringComparison.Ordinal);
        }

        await using var context = registry.Open();
        Assert.False(await context.ApiKeys.AnyAsync(Cancel));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task An_expired_key_is_unknown_and_a_revoked_one_too(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var expiring = Assert
            .IsType<Outcome<MadeApiKey>.Ok>(
                await TryMakeAsync(
                    registry,
                    ada,
                    new()
                    {
                        Name = "a",
                        Scopes = [Policies.ReadSettings],
                        ExpiresAt = registry.Clock.GetUtcNow().AddHours(1),
                    }
                )
            )
            .Value;
        var lasting = await MakeAsync(registry, ada, Policies.ReadSettings);

        registry.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await PermissionsAsync(registry, expiring.Key));
        Assert.NotNull(await PermissionsAsync(registry, lasting.Key));

        await using var scope = await registry.CallAsAsync(ada);
        Assert.IsType<Outcome<int>.Ok>(await scope.ServiceProvider.GetRequiredService<ApiKeyService>().RevokeAsync(lasting.Row.Id, Cancel));
        Assert.Null(await PermissionsAsync(registry, lasting.Key));
    }

    [Fact]
    public async Task Nobody_revokes_another_persons_key()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var (ada, root) = (await registry.AddUserAsync("ada"), await registry.AddUserAsync("root", UserRole.Admin));
        var made = await MakeAsync(registry, ada, Policies.ReadSettings);
        await using var scope = await registry.CallAsAsync(root);

        Assert.IsType<Outcome<int>.NotFound>(
            await scope.ServiceProvider.GetRequiredService<ApiKeyService>().RevokeAsync(made.Row.Id, Cancel)
        );
        Assert.NotNull(await PermissionsAsync(registry, made.Key));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Last_used_is_written_once_a_minute_at_most_and_is_no_change(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var key = (await MakeAsync(registry, ada, Policies.ReadSettings)).Key;
        await using var context = registry.Open();
        var changes = await context.Changes.CountAsync(Cancel);
        var start = registry.Clock.GetUtcNow();

        await PermissionsAsync(registry, key);
        registry.Clock.Advance(TimeSpan.FromSeconds(59));
        await PermissionsAsync(registry, key);
        Assert.Equal(start, await context.ApiKeys.Select(k => k.LastUsedAt).SingleAsync(Cancel));
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        await PermissionsAsync(registry, key);

        Assert.Equal(start.AddMinutes(1), await context.ApiKeys.Select(k => k.LastUsedAt).SingleAsync(Cancel));
        Assert.Equal(changes, await context.Changes.CountAsync(Cancel));
    }

    private static async Task<MadeApiKey> MakeAsync(TestRegistry registry, User owner, params string[] scopes) =>
        Assert
            .IsType<Outcome<MadeApiKey>.Ok>(await TryMakeAsync(registry, owner, new() { Name = "a program", Scopes = [.. scopes] }))
            .Value;

    private static async Task<Outcome<MadeApiKey>> TryMakeAsync(TestRegistry registry, User owner, ApiKeyForm form)
    {
        await using var scope = await registry.CallAsAsync(owner);
        return await scope.ServiceProvider.GetRequiredService<ApiKeyService>().CreateAsync(form, Cancel);
    }

    private static async Task<IReadOnlyList<string>?> PermissionsAsync(TestRegistry registry, string key) =>
        (await registry.WithAsync((ApiKeyService keys) => keys.RecognizeAsync(key, Cancel)))
            ?.FindAll(Permissions.Claim)
            .Select(c => c.Value)
            .Order()
            .ToList();
}
