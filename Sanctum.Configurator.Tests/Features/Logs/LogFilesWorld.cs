using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Logs;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Features.Notifications;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Logs;

/// <summary>A registry with an administrator and the services of the logs, and a folder for an installation.</summary>
internal sealed class LogFilesWorld(TestRegistry registry, User administrator, DirectoryInfo installation) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    public LogFollower Follower => registry.Services.GetRequiredService<LogFollower>();

    public static async Task<LogFilesWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite)
    {
        var installation = Directory.CreateTempSubdirectory("sanctum-installation-");
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddLogs().AddNotificationActs();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<IPasswordHasher<User>>(provider => provider.GetRequiredService<CountingHasher>());
            },
            new Dictionary<string, string?> { ["Sanctum:sanctum_base_path"] = installation.FullName }
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin), installation);
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(installation.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.AppendAllText(path, text);
        return path;
    }

    public async Task<T> CallAsync<T>(Func<LogFileService, Task<T>> act, User? who = null)
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<LogFileService>());
    }

    public Task<Outcome<LogFileRow>> SaveAsync(LogFileForm form, User? who = null) =>
        CallAsync(service => service.SaveAsync(form, Cancel), who);

    public async Task<LogFileRow> AddAsync(string path, string source = "system", string? name = null) =>
        Assert
            .IsType<Outcome<LogFileRow>.Ok>(
                await SaveAsync(
                    new()
                    {
                        Path = path,
                        Source = source,
                        Name = name,
                    }
                )
            )
            .Value;

    public Task<IReadOnlyList<LogFileRow>> ListAsync() => CallAsync(service => service.ListAsync(Cancel));

    public async Task SettleAsync()
    {
        foreach (var wait in new[] { 0, 3, 0 })
        {
            registry.Clock.Advance(TimeSpan.FromSeconds(wait));
            while (await Follower.LookAsync(Cancel))
            {
                // There is more than was taken.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        installation.Delete(recursive: true);
    }
}
