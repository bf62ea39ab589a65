using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.SystemSettings;

/// <summary>A registry with the services of the settings, and people who use them.</summary>
internal sealed class SettingsWorld(TestRegistry registry) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public static async Task<SettingsWorld> CreateAsync(TestDatabase database, params (string Key, string? Value)[] configuration) =>
        new(
            await TestRegistry.CreateAsync(
                database,
                services => services.AddSystemSettings().AddAuthorization(Policies.AddTo).AddScoped(MayAll),
                configuration.Select(c => KeyValuePair.Create(c.Key, c.Value))
            )
        );

    /// <summary>Who may what is tested over HTTP; here everybody may all.</summary>
    private static CurrentUser MayAll(IServiceProvider services)
    {
        var caller = new CurrentUser(services);
        caller.Become(
            new(new ClaimsIdentity(Permissions.All.Select(permission => new Claim(Permissions.Claim, permission)), "test")),
            Actor.Console
        );
        return caller;
    }

    public async Task<T> AsAsync<T>(string name, Func<SettingsService, Task<T>> act)
    {
        await using var scope = registry.ActAs(name);
        return await act(scope.ServiceProvider.GetRequiredService<SettingsService>());
    }

    public async Task<T> HistoryAsync<T>(Func<SettingsHistory, Task<T>> act)
    {
        await using var scope = registry.ActAs("ada");
        return await act(scope.ServiceProvider.GetRequiredService<SettingsHistory>());
    }

    public Task<SettingsView> ReadAsync() => AsAsync("ada", s => s.ReadAsync(null, Cancel));

    public Task<Outcome<SettingsView>> SaveAsync(string name, params SettingChange[] changes) =>
        AsAsync(name, s => s.SaveAsync(new(changes), Cancel));

    public async Task<SettingsView> SavedAsync(string name, params SettingChange[] changes) =>
        Assert.IsType<Outcome<SettingsView>.Ok>(await SaveAsync(name, changes)).Value;

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
