using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Plugins;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Plugins;

/// <summary>A registry with an administrator and the services of the plugins, and a folder for an installation.</summary>
internal sealed class PluginsWorld(TestRegistry registry, User administrator, DirectoryInfo installation) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    /// <summary>The Sanctum folder.</summary>
    public DirectoryInfo Installation => installation;

    public static async Task<PluginsWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        IEnumerable<KeyValuePair<string, string?>>? settings = null
    )
    {
        var installation = Directory.CreateTempSubdirectory("sanctum-installation-");
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddPlugins();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<Microsoft.AspNetCore.Identity.IPasswordHasher<User>>(provider =>
                    provider.GetRequiredService<CountingHasher>()
                );
            },
            new Dictionary<string, string?>(settings ?? []) { ["Sanctum:sanctum_base_path"] = installation.FullName }
        );
        return new(registry, await registry.AddUserAsync("root", UserRole.Admin), installation);
    }

    /// <summary>Calls a service as the administrator, or as somebody else.</summary>
    public async Task<T> CallAsync<TService, T>(Func<TService, Task<T>> act, User? who = null)
        where TService : notnull
    {
        await using var scope = await registry.CallAsAsync(who ?? administrator);
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<Outcome<PluginRow>> SaveAsync(PluginForm form, User? who = null) =>
        CallAsync((PluginService plugins) => plugins.SaveAsync(form, Cancel), who);

    /// <summary>Adds a plugin that needs others, such as "base ^1".</summary>
    public async Task<int> AddAsync(string name, string needs = "", string? version = "1.0.0", bool isEnabled = true)
    {
        var form = new PluginForm
        {
            Name = name,
            PluginVersion = version,
            IsEnabled = isEnabled,
            TypedDependencies = needs,
        };
        Assert.Null(form.ReadTyped());
        return Assert.IsType<Outcome<PluginRow>.Ok>(await SaveAsync(form)).Value.Id;
    }

    public async Task<Outcome<PluginRow>> ChangeAsync(int id, Action<PluginForm> change)
    {
        var form = PluginForm.Of(await ReadAsync(id));
        change(form);
        Assert.Null(form.ReadTyped());
        return await SaveAsync(form);
    }

    public async Task<PluginView> ReadAsync(int id) => (await CallAsync((PluginService plugins) => plugins.FindAsync(id, Cancel)))!;

    public async Task<bool> IsEnabledAsync(int id) => (await ReadAsync(id)).Plugin.IsEnabled;

    public async Task<int> CountAsync()
    {
        await using var context = registry.Open();
        return await context.Plugins.CountAsync(Cancel);
    }

    /// <summary>Writes a file of the installation.</summary>
    public string Write(string path, string text)
    {
        var file = new FileInfo(Path.Join(installation.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
        return file.FullName;
    }

    public async Task<ScanResult> ScannedAsync() =>
        Assert.IsType<Outcome<ScanResult>.Ok>(await CallAsync((PluginScan scan) => scan.ScanAsync(Cancel))).Value;

    public Task<Outcome<AdoptedPlugins>> AdoptAsync(params string[] folders) =>
        CallAsync((PluginScan scan) => scan.AdoptAsync(folders, Cancel));

    public async Task<int> AdoptedAsync(string folder) =>
        Assert.Single(Assert.IsType<Outcome<AdoptedPlugins>.Ok>(await AdoptAsync(folder)).Value.Ids);

    public Task<Outcome<PluginView>> DescribeAsync(int id, bool isDryRun = false) =>
        CallAsync((PluginDescriber describer) => describer.DescribeAsync(id, isDryRun, Cancel));

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        installation.Delete(recursive: true);
    }
}
