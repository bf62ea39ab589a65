using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Agents;
using Sanctum.Configurator.Features.History;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Features.Tools;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Model;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.History;

/// <summary>A registry with an administrator, and the services of the history, the tools and the templates.</summary>
internal sealed class HistoryWorld(TestRegistry registry, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    public static async Task<HistoryWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite)
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddHistory().AddAgents().AddTools().AddTemplates();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            }
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Changes rows as a person, a second later than before; the number of the last change.</summary>
    public async Task<long> ChangeAsync(Func<RegistryDbContext, Task> change, string who = "ada")
    {
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        await using var scope = registry.ActAs(who);
        await using var context = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(Cancel);
        await change(context);
        await context.SaveChangesAsync(Cancel);
        return await context.Changes.MaxAsync(r => r.Id, Cancel);
    }

    public async Task<int> AddAsync<T>(T row)
        where T : class, IVersioned
    {
        await ChangeAsync(context =>
        {
            context.Add(row);
            return Task.CompletedTask;
        });
        return (int)typeof(T).GetProperty("Id")!.GetValue(row)!;
    }

    public Task<Outcome<UndoPlan>> UndoAsync(long change, bool isDryRun = false, User? who = null) =>
        CallAsync((HistoryUndo undo) => undo.UndoAsync(change, isDryRun, Cancel), who);

    public async Task<string> WhyNotAsync(long change, bool isDryRun = false) =>
        Assert.IsType<Outcome<UndoPlan>.Invalid>(await UndoAsync(change, isDryRun)).Reasons[""];

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
