using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Tests.Support;

[assembly: AssemblyFixture(typeof(MigratedDatabases))]

namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// One database of each kind that the product's own migrations made, once in a run: what every other test begins with is a copy.
/// </summary>
public sealed class MigratedDatabases : IAsyncDisposable
{
    private static readonly Lazy<Task<TestRegistry>> Sqlite = new(() => MigrateAsync(TestDatabase.Sqlite));
    private static readonly Lazy<Task<TestRegistry>> Postgres = new(() => MigrateAsync(TestDatabase.Postgres));

    /// <summary>Puts the migrated files into a data folder.</summary>
    public static async Task CopyToAsync(string folder)
    {
        var from = (await Sqlite.Value).Location;
        foreach (var file in new[] { from.RegistryFile, from.LogsFile })
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    /// <summary>The name of the migrated database on the server.</summary>
    public static async Task<string> OnPostgresAsync() =>
        new NpgsqlConnectionStringBuilder((await Postgres.Value).Location.PostgresConnection).Database!;

    public async ValueTask DisposeAsync()
    {
        foreach (var made in new[] { Sqlite, Postgres }.Where(made => made.IsValueCreated))
        {
            await (await made.Value).DisposeAsync();
        }
    }

    private static async Task<TestRegistry> MigrateAsync(TestDatabase database)
    {
        var registry = TestRegistry.CreateEmpty(database);
        await registry.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(CancellationToken.None);

        // A connection that stays open keeps the newest pages out of SQLite's file, and PostgreSQL from copying.
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        return registry;
    }
}
