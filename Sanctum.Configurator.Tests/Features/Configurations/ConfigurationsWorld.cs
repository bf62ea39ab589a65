using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Configurations;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Tools;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Configurations;

/// <summary>A registry with two agents, one tool, and an instance of it for each agent and for nobody.</summary>
internal sealed class ConfigurationsWorld(TestRegistry registry, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    public ScopeHolder Athena { get; private set; }

    public ScopeHolder Monday { get; private set; }

    public ScopeHolder Mailer { get; private set; }

    public ScopeHolder AthenasMailer { get; private set; }

    public ScopeHolder MondaysMailer { get; private set; }

    public static async Task<ConfigurationsWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite)
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddConfigurations();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );
        var world = new ConfigurationsWorld(registry, await registry.AddUserAsync("root", UserRole.Admin));
        await world.FillAsync();
        return world;
    }

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<Outcome<ConfigurationPlan>> SaveAsync(ConfigurationForm form, bool isDryRun = false, User? who = null) =>
        CallAsync((ConfigurationService service) => service.SaveAsync(form, isDryRun, Cancel), who);

    /// <summary>Sets a value, whatever was there, and lets a second go by.</summary>
    public async Task<ConfigurationPlan> SetAsync(
        string key,
        string? value,
        ScopeHolder? holder = null,
        ConfigurationType type = ConfigurationType.String,
        bool isSecret = false
    )
    {
        var whose = holder ?? ScopeHolder.System;
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        return Assert
            .IsType<Outcome<ConfigurationPlan>.Ok>(
                await SaveAsync(
                    new()
                    {
                        Key = key,
                        Value = value,
                        Type = type,
                        Scope = whose.Scope,
                        ScopeId = whose.Id,
                        IsEncrypted = isSecret,
                    }
                )
            )
            .Value;
    }

    public async Task<Outcome<ConfigurationPlan>> ResetAsync(string key, ScopeHolder holder, int? version = null)
    {
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        return await CallAsync((ConfigurationService service) => service.ResetAsync(new(key, holder), version, false, Cancel));
    }

    /// <summary>Key → value and who sets it, in force for a holder.</summary>
    public async Task<Dictionary<string, string>> InForceAsync(ScopeHolder holder, DateTimeOffset? at = null) =>
        (
            await CallAsync((ConfigurationReader reader) => reader.EffectiveAsync(holder, ShownKeys.All, at, new(0, 1000), Cancel))
        ).Items.ToDictionary(value => value.Key, value => $"{(value.IsSecret ? "secret" : value.Value)} by {value.Holder}");

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    private async Task FillAsync()
    {
        await using var context = registry.Open();
        var (athena, monday, mailer) = (new Agent { Name = "Athena" }, new Agent { Name = "Monday" }, new Tool { Name = "Mailer" });
        context.AddRange(athena, monday, mailer);
        await context.SaveChangesAsync(Cancel);
        var (athenas, mondays, nobodys) = (
            new ToolInstance
            {
                ToolId = mailer.Id,
                AgentId = athena.Id,
                Name = "Athena's mailer",
            },
            new ToolInstance
            {
                ToolId = mailer.Id,
                AgentId = monday.Id,
                Name = "Monday's mailer",
            },
            new ToolInstance { ToolId = mailer.Id, Name = "Mailer of all" }
        );
        context.AddRange(athenas, mondays, nobodys);
        await context.SaveChangesAsync(Cancel);
        (Athena, Monday, Mailer) = (
            new(ConfigurationScope.Agent, athena.Id),
            new(ConfigurationScope.Agent, monday.Id),
            new(ConfigurationScope.Tool, mailer.Id)
        );
        (AthenasMailer, MondaysMailer) = (new(ConfigurationScope.Instance, athenas.Id), new(ConfigurationScope.Instance, mondays.Id));
    }
}
