using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Messaging.Broca.Importing;
using Sanctum.Configurator.Features.ScheduledJobs;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Messaging;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>A registry with an administrator and the import from Broca, as the product registers them.</summary>
internal sealed class BrocaWorld(TestRegistry registry, User administrator, DirectoryInfo installation) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestRegistry Registry => registry;

    public User Administrator => administrator;

    /// <summary>The Sanctum folder.</summary>
    public DirectoryInfo Installation => installation;

    public static async Task<BrocaWorld> CreateAsync(TestDatabase database = TestDatabase.Sqlite)
    {
        var installation = Directory.CreateTempSubdirectory("sanctum-installation-");
        var registry = await TestRegistry.CreateAsync(
            database,
            services =>
            {
                services.AddAccount().AddScheduledJobs().AddMessagingServices();
                services.AddSingleton<CountingHasher>();
                services.AddScoped<Microsoft.AspNetCore.Identity.IPasswordHasher<User>>(provider =>
                    provider.GetRequiredService<CountingHasher>()
                );
            },
            new Dictionary<string, string?> { ["Sanctum:sanctum_base_path"] = installation.FullName }
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

    public Task<Outcome<BrocaPreview>> TryPreviewAsync(BrocaDatabaseFile file, User? who = null) =>
        CallAsync((BrocaImports imports) => imports.PreviewAsync(file.Read(), "sanctum.db", Cancel), who);

    public async Task<BrocaPreview> PreviewAsync(BrocaDatabaseFile file) =>
        Assert.IsType<Outcome<BrocaPreview>.Ok>(await TryPreviewAsync(file)).Value;

    /// <summary>Imports, and waits for its end.</summary>
    public async Task<BrocaRun> RunAsync(BrocaDatabaseFile file, string source = "athena", int? agent = null)
    {
        var preview = await PreviewAsync(file);
        var form = new BrocaImportForm
        {
            PreviewId = preview.Id,
            Source = source,
            AgentId = agent,
        };
        var begun = await CallAsync((BrocaImports imports) => imports.BeginAsync(form, Cancel));
        return await EndedAsync(Assert.IsType<Outcome<BrocaRun>.Ok>(begun).Value.Id);
    }

    public async Task<BrocaRun> EndedAsync(int run) =>
        await Wait.ForAsync(
            async () =>
                Assert.IsType<Outcome<BrocaRun>.Ok>(await CallAsync((BrocaImports imports) => imports.FindRunAsync(run, Cancel))).Value,
            found => !found.IsOpen
        );

    public async Task<BrocaImportRow> ImportAsync(BrocaDatabaseFile file, string source = "athena", int? agent = null)
    {
        var run = await RunAsync(file, source, agent);
        Assert.Equal((RunOutcome.Succeeded, run.Message), (run.State, run.Message));
        return await FindAsync(run.ImportId!.Value);
    }

    public async Task<BrocaImportRow> FindAsync(int id) =>
        Assert.IsType<Outcome<BrocaImportRow>.Ok>(await CallAsync((BrocaImports imports) => imports.FindAsync(id, Cancel))).Value;

    public async Task<BrocaUndone> UndoAsync(int id)
    {
        var undone = await CallAsync((BrocaImports imports) => imports.UndoAsync(id, Cancel));
        return Assert.IsType<Outcome<BrocaImportRow>.Ok>(undone).Value.Report.Undone!;
    }

    public async Task<IReadOnlyList<BrocaAsideRow>> AsideAsync(int id) =>
        (await CallAsync((BrocaImports imports) => imports.AsideAsync(id, new(0, 100), Cancel))).Items;

    public async Task<List<T>> ReadAsync<T>(Func<IQueryable<T>, IQueryable<T>>? those = null)
        where T : class
    {
        await using var context = registry.Open();
        var rows = context.Set<T>().AsNoTracking();
        return await (those?.Invoke(rows) ?? rows).ToListAsync(Cancel);
    }

    /// <summary>People, profiles, messages and entries that are here.</summary>
    public async Task<(int, int, int, int)> CountAsync()
    {
        await using var context = registry.Open();
        return (
            await context.Set<LettaUser>().CountAsync(Cancel),
            await context.Set<PlatformProfile>().CountAsync(Cancel),
            await context.Set<Message>().CountAsync(Cancel),
            await context.Set<QueueEntry>().CountAsync(Cancel)
        );
    }

    /// <summary>Lays a Broca into the Sanctum folder.</summary>
    /// <returns>Its folder.</returns>
    public string Place(BrocaDatabaseFile file, string folder, string settings = """{"message_mode": "live"}""", string? env = null)
    {
        var path = Directory.CreateDirectory(Path.Combine(installation.FullName, folder)).FullName;
        File.Copy(file.FilePath, Path.Combine(path, "sanctum.db"));
        File.WriteAllText(Path.Combine(path, "settings.json"), settings);
        if (env is not null)
        {
            File.WriteAllText(Path.Combine(path, ".env"), env);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(path, ".env"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }

        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        installation.Delete(recursive: true);
    }
}
