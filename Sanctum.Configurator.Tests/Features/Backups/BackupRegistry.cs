using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Features.Backups.Sources;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Backups;

/// <summary>A registry with an administrator and what makes and restores backups, as the product registers it.</summary>
internal sealed class BackupRegistry(TestRegistry registry, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The administrator's.</summary>
    public const string Password = AccountRegistry.Password;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    public static async Task<BackupRegistry> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        params (string Name, string? Value)[] settings
    )
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount();
                services.AddBackupActs();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            settings.ToDictionary(s => s.Name, s => s.Value)
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    /// <summary>Calls a service as the administrator.</summary>
    public async Task<T> AsAdministratorAsync<TService, T>(Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Makes a backup and waits for its end, the drill included.</summary>
    public async Task<BackupRow> BackUpAsync(BackupForm? form = null)
    {
        var begun = Assert.IsType<Outcome<BackupRow>.Ok>(
            await AsAdministratorAsync((BackupService backups) => backups.BackUpAsync(form ?? new(), Cancel))
        );
        await registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        return (await AsAdministratorAsync((BackupService backups) => backups.FindAsync(begun.Value.Id, Cancel)))!;
    }

    /// <summary>Test-restores a backup and waits for the verdict.</summary>
    public async Task<BackupRow> DrillAsync(BackupRow backup)
    {
        Assert.IsType<Outcome<BackupRow>.Ok>(
            await AsAdministratorAsync((BackupService backups) => backups.DrillAsync(backup.Id, null, Cancel))
        );
        await registry.Services.GetRequiredService<BackupActivity>().WhenIdleAsync(Cancel);
        return (await AsAdministratorAsync((BackupService backups) => backups.FindAsync(backup.Id, Cancel)))!;
    }

    /// <summary>Does one of the console's acts, as a job does.</summary>
    /// <returns>What it said at its end.</returns>
    public Task<string> RunAsync(string act, CancellationToken? cancel = null) =>
        AsAdministratorAsync(
            async (IEnumerable<IBuiltInTask> acts) =>
                await acts.Single(each => each.Name == act).RunAsync([], cancel ?? Cancel) switch
                {
                    Outcome<string>.Ok done => done.Value,
                    var other => other.ProblemWith(act)!,
                }
        );

    public Task<Outcome<RestorePlan>> RestoreAsync(BackupRow backup, params string[] parts) =>
        AsAdministratorAsync(
            (RestoreService restores) =>
                restores.RestoreAsync(
                    backup.Id,
                    new()
                    {
                        Confirm = backup.Name,
                        Parts = parts,
                        Password = Password,
                    },
                    Cancel
                )
        );

    public Task<Outcome<RestorePlan>> PreviewAsync(BackupRow backup, string? passphrase = null) =>
        AsAdministratorAsync(
            (RestoreService restores) => restores.RestoreAsync(backup.Id, new() { DryRun = true, Passphrase = passphrase }, Cancel)
        );

    public async Task<int> AddAgentAsync(string name)
    {
        await using var context = registry.Open();
        var agent = new Agent { Name = name, CreatedAt = registry.Clock.GetUtcNow() };
        context.Add(agent);
        await context.SaveChangesAsync(Cancel);
        return agent.Id;
    }

    /// <summary>The names of the agents, by id.</summary>
    public async Task<IReadOnlyDictionary<int, string>> AgentsAsync()
    {
        await using var context = registry.Open();
        return await context.Agents.ToDictionaryAsync(agent => agent.Id, agent => agent.Name, Cancel);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
