using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Account;

public sealed class AskingForThePasswordAgainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_many_guesses_at_once_no_more_than_five_see_the_password(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var ada = await registry.AddUserAsync("ada");
        var hasher = registry.Services.GetRequiredService<CountingHasher>();
        var before = hasher.Verified;

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(guess => Task.Run(() => AskAsync(registry, ada, $"guess {guess}"), Cancel))
        );

        Assert.All(answers, Assert.NotNull);
        Assert.Equal(5, hasher.Verified - before);
        Assert.NotNull(await AskAsync(registry, ada, AccountRegistry.Password));
        Assert.Null(await registry.WithAsync((SignInService signIn) => signIn.CheckAsync("ada", AccountRegistry.Password, Cancel)));
        registry.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(await AskAsync(registry, ada, AccountRegistry.Password));
    }

    [Fact]
    public async Task Who_was_made_inactive_or_has_no_password_proves_nothing()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var (ada, key) = (await registry.AddUserAsync("ada"), await registry.AddUserAsync("key", password: null));
        await registry.OutsideAsync("UPDATE users SET is_active = 0 WHERE username = 'ada'");

        Assert.NotNull(await AskAsync(registry, ada, AccountRegistry.Password));
        Assert.NotNull(await AskAsync(registry, key, ""));
        Assert.NotNull(await registry.WithAsync((Reauthentication nobody) => nobody.RefuseAsync(AccountRegistry.Password, Cancel)));
    }

    private static async Task<string?> AskAsync(TestRegistry registry, User user, string password)
    {
        await using var scope = registry.ActAs(user.UserName!, user.Id);
        return await scope.ServiceProvider.GetRequiredService<Reauthentication>().RefuseAsync(password, Cancel);
    }
}
