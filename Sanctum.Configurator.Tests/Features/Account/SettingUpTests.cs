using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Account;

public sealed class SettingUpTests
{
    private const string Key = "an-unattended-key-of-40-characters-12345";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task The_link_makes_one_administrator_and_is_then_worthless(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var token = registry.Services.GetRequiredService<SetUpToken>().Make();

        var first = await CreateAsync(registry, token, "ada");
        var second = await CreateAsync(registry, token, "eve");

        Assert.IsType<Outcome<User>.Ok>(first);
        Assert.IsType<Outcome<User>.NotFound>(second);
        await using var context = registry.Open();
        var user = Assert.Single(await context.Users.ToListAsync(Cancel));
        Assert.Equal(("ada", UserRole.Admin), (user.UserName, user.Role));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Of_two_who_use_the_link_at_once_one_is_refused(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(database);
        var token = registry.Services.GetRequiredService<SetUpToken>().Make();

        var outcomes = await Task.WhenAll(CreateAsync(registry, token, "ada"), CreateAsync(registry, token, "eve"));

        Assert.Single(outcomes.OfType<Outcome<User>.Ok>());
        await using var context = registry.Open();
        Assert.Equal(1, await context.Users.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_wrong_or_older_token_makes_nobody()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var token = registry.Services.GetRequiredService<SetUpToken>();
        var older = token.Make();
        token.Make();

        Assert.IsType<Outcome<User>.NotFound>(await CreateAsync(registry, older, "ada"));
        Assert.IsType<Outcome<User>.NotFound>(await CreateAsync(registry, null, "ada"));
        Assert.IsType<Outcome<User>.NotFound>(await CreateAsync(registry, "", "ada"));
        await using var context = registry.Open();
        Assert.False(await context.Users.AnyAsync(Cancel));
    }

    [Fact]
    public async Task A_refused_form_makes_nobody_and_leaves_the_link_good()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite);
        var token = registry.Services.GetRequiredService<SetUpToken>().Make();

        var refused = Assert.IsType<Outcome<User>.Invalid>(
            await registry.WithAsync(
                (SetUpService setUp) =>
                    setUp.CreateFirstAsync(
                        token,
                        new()
                        {
                            UserName = "a b",
                            Email = "nobody",
                            Password = "password1234",
                            Repeated = "password",
                        },
                        Cancel
                    )
            )
        );

        Assert.Equal(["Email", "Password", "Repeated", "UserName"], refused.Reasons.Keys.Order());
        Assert.IsType<Outcome<User>.Ok>(await CreateAsync(registry, token, "ada"));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Unattended_settings_make_an_administrator_and_a_key_that_works(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(
            database,
            (SetUpService.UserNameSetting, "root"),
            (SetUpService.EmailSetting, "root@example.org"),
            (SetUpService.PasswordSetting, AccountRegistry.Password),
            (SetUpService.ApiKeySetting, Key)
        );

        await StartAsync(registry);

        Assert.NotNull(await registry.WithAsync((SignInService signIn) => signIn.CheckAsync("root", AccountRegistry.Password, Cancel)));
        var principal = await registry.WithAsync((ApiKeyService keys) => keys.RecognizeAsync(Key, Cancel));
        Assert.Equal(Permissions.All.Order(), principal!.FindAll(Permissions.Claim).Select(c => c.Value).Order());
        Assert.False(await registry.WithAsync((SetUpService setUp) => setUp.IsNeededAsync(Cancel)));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Unattended_settings_are_ignored_where_there_is_a_user(TestDatabase database)
    {
        await using var registry = await AccountRegistry.CreateAsync(
            database,
            (SetUpService.UserNameSetting, "root"),
            (SetUpService.PasswordSetting, "short"),
            (SetUpService.ApiKeySetting, Key)
        );
        await registry.AddUserAsync("ada");

        await StartAsync(registry);

        await using var context = registry.Open();
        Assert.Equal("ada", (await context.Users.SingleAsync(Cancel)).UserName);
        Assert.False(await context.ApiKeys.AnyAsync(Cancel));
    }

    [Fact]
    public async Task A_key_alone_belongs_to_an_administrator_without_password_and_leaves_the_set_up_open()
    {
        await using var registry = await AccountRegistry.CreateAsync(TestDatabase.Sqlite, (SetUpService.ApiKeySetting, Key));

        await StartAsync(registry);

        Assert.NotNull(await registry.WithAsync((ApiKeyService keys) => keys.RecognizeAsync(Key, Cancel)));
        Assert.Null(await registry.WithAsync((SignInService signIn) => signIn.CheckAsync(SetUpService.KeyOwnerName, "", Cancel)));
        var token = registry.Services.GetRequiredService<SetUpToken>().Make();
        Assert.IsType<Outcome<User>.Ok>(await CreateAsync(registry, token, SetUpService.KeyOwnerName));
        await using var context = registry.Open();
        Assert.Equal(1, await context.Users.CountAsync(Cancel));
    }

    [Theory]
    [InlineData("a b", AccountRegistry.Password, null, "SANCTUM_ADMIN_USERNAME")]
    [InlineData("root", "password1234", null, "SANCTUM_ADMIN_PASSWORD")]
    [InlineData("root", null, null, "neither SANCTUM_ADMIN_PASSWORD nor SANCTUM_API_KEY")]
    [InlineData(null, AccountRegistry.Password, null, "SANCTUM_ADMIN_USERNAME is not")]
    [InlineData(null, null, "too-short", "at least 32")]
    public async Task A_bad_unattended_setting_stops_the_start_and_is_named_without_its_value(
        string? name,
        string? password,
        string? key,
        string said
    )
    {
        await using var registry = await AccountRegistry.CreateAsync(
            TestDatabase.Sqlite,
            (SetUpService.UserNameSetting, name),
            (SetUpService.PasswordSetting, password),
            (SetUpService.ApiKeySetting, key)
        );

        var stop = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(registry));

        Assert.Contains(said, stop.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password1234", stop.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"password", stop.Message, StringComparison.Ordinal);
        await using var context = registry.Open();
        Assert.False(await context.Users.AnyAsync(Cancel));
    }

    private static Task<bool> StartAsync(TestRegistry registry) =>
        registry.WithAsync(
            async (SetUpService setUp) =>
            {
                await setUp.CreateUnattendedAsync(Cancel);
                return true;
            }
        );

    private static Task<Outcome<User>> CreateAsync(TestRegistry registry, string? token, string name) =>
        registry.WithAsync(
            (SetUpService setUp) =>
                setUp.CreateFirstAsync(
                    token,
                    new()
                    {
                        UserName = name,
                        Password = AccountRegistry.Password,
                        Repeated = AccountRegistry.Password,
                    },
                    Cancel
                )
        );
}
