using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.ApiKeys;
using Sanctum.Configurator.Features.Users;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Account;

/// <summary>A registry with everything that concerns people, as the product registers it.</summary>
internal static class AccountRegistry
{
    public const string Password = "a quiet harbour at dawn";

    public static Task<TestRegistry> CreateAsync(TestDatabase database, params (string Name, string? Value)[] settings) =>
        TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddUsers().AddApiKeys();
                services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000);
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            settings.ToDictionary(s => s.Name, s => s.Value)
        );

    public static async Task<User> AddUserAsync(
        this TestRegistry registry,
        string name,
        UserRole role = UserRole.User,
        string? password = Password,
        string? permissions = null
    )
    {
        await using var context = registry.Open();
        var user = new User
        {
            Role = role,
            Permissions = permissions,
            CreatedAt = registry.Clock.GetUtcNow(),
        };
        user.CallThem(name, null, null);
        user.EndSessions();
        user.PasswordHash = password is null ? null : registry.Services.GetRequiredService<CountingHasher>().HashPassword(user, password);
        context.Add(user);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return user;
    }

    /// <summary>A scope in which this user calls, with the permissions he has now.</summary>
    public static async Task<AsyncServiceScope> CallAsAsync(this TestRegistry registry, User user)
    {
        await using var context = registry.Open();
        var now = await context.Users.SingleAsync(u => u.Id == user.Id, TestContext.Current.CancellationToken);
        var scope = registry.ActAs(now.UserName!, now.Id);
        scope
            .ServiceProvider.GetRequiredService<CurrentUser>()
            .Become(
                new LiveSession(
                    0,
                    "127.0.0.1",
                    now.Id,
                    now.UserName!,
                    now.Role,
                    now.Permissions,
                    now.SecurityStamp,
                    now.Version
                ).ToPrincipal()
            );
        return scope;
    }

    public static async Task<T> WithAsync<TService, T>(this TestRegistry registry, Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = registry.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }
}

/// <summary>Identity's own hasher with few rounds, which counts how often it is asked.</summary>
internal sealed class CountingHasher() : PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }))
{
    private int _verified;
    private int _hashed;

    public int Verified => _verified;

    public int Hashed => _hashed;

    public override string HashPassword(User user, string password)
    {
        Interlocked.Increment(ref _hashed);
        return base.HashPassword(user, password);
    }

    public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        Interlocked.Increment(ref _verified);
        return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}
