using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.OldConfigurator;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Settings;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.OldConfigurator;

/// <summary>A registry with an administrator and the import, as the product registers them, its hasher of passwords included.</summary>
internal sealed class OldWorld(TestRegistry registry, User administrator) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    public static async Task<OldWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        params (string Name, string? Value)[] settings
    )
    {
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddOldConfigurator();
                services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000);
                services.AddSingleton<CountingHasher>();
            },
            settings.ToDictionary(s => s.Name, s => s.Value)
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin));
    }

    /// <summary>What the reader says to this file.</summary>
    public async Task<Outcome<OldContent>> ReadAsync(Stream file) =>
        await registry.Services.GetRequiredService<OldFileReader>().ReadAsync(file, Cancel);

    public async Task<OldContent> ReadAsync(OldDatabaseFile file)
    {
        await using var stream = File.OpenRead(file.Path);
        return Assert.IsType<Outcome<OldContent>.Ok>(await ReadAsync(stream)).Value;
    }

    public async Task<OldPreview> PreviewAsync(OldDatabaseFile file, User? who = null)
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        var outcome = await scope.ServiceProvider.GetRequiredService<OldImportService>().PreviewAsync(await ReadAsync(file), Cancel);
        return Assert.IsType<Outcome<OldPreview>.Ok>(outcome).Value;
    }

    public async Task<Outcome<OldPreview>> ApplyAsync(
        OldDatabaseFile file,
        OldSelection? selection = null,
        OldPreview? seen = null,
        User? who = null
    )
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await scope
            .ServiceProvider.GetRequiredService<OldImportService>()
            .ApplyAsync(await ReadAsync(file), selection, seen, Cancel);
    }

    public async Task<OldPreview> AppliedAsync(OldDatabaseFile file, OldSelection? selection = null) =>
        Assert.IsType<Outcome<OldPreview>.Ok>(await ApplyAsync(file, selection)).Value;

    public Task<User?> SignInAsync(string name, string password) =>
        registry.WithAsync((SignInService signIn) => signIn.CheckAsync(name, password, Cancel));

    public async Task<User?> FindAsync(string name)
    {
        await using var context = registry.Open();
        return await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedUserName == User.KeyOf(name), Cancel);
    }

    public async Task<SystemConfig> SettingsAsync()
    {
        await using var context = registry.Open();
        return await context.SystemConfig.AsNoTracking().SingleAsync(Cancel);
    }

    /// <summary>Everything that the history and the users' table say, as one text.</summary>
    public async Task<string> HistoryAsync()
    {
        await using var context = registry.Open();
        var records = await context.Changes.AsNoTracking().OrderBy(c => c.Id).ToListAsync(Cancel);
        return string.Join(
            '\n',
            records.Select(r =>
                string.Create(CultureInfo.InvariantCulture, $"{r.Id} {r.Actor} {r.Act} {r.TableName} {r.Reason} {r.Before} {r.After}")
            )
        );
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();
}
