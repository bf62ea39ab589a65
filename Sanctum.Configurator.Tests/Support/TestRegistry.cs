using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Support;

/// <summary>The databases that every service test runs on.</summary>
public enum TestDatabase
{
    Sqlite,
    Postgres,
}

/// <summary>
/// A registry of one test's own, made by the product's own registration and migrations: a SQLite file in a folder that goes with it, or a
/// PostgreSQL database of its own where <c>SANCTUM_TEST_POSTGRES</c> names a server.
/// </summary>
public sealed class TestRegistry : IAsyncDisposable
{
    public const string PostgresVariable = "SANCTUM_TEST_POSTGRES";

    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-test-").FullName;
    private readonly string? _database;

    private TestRegistry(
        TestDatabase database,
        Action<IServiceCollection>? add,
        IEnumerable<KeyValuePair<string, string?>>? settings,
        string? copied = null
    )
    {
        string? connection = null;
        if (database == TestDatabase.Postgres)
        {
            _database = $"sanctum_{Guid.NewGuid():N}";
            ExecuteOnServer($"CREATE DATABASE {_database} TEMPLATE {copied ?? "template1"}");
            connection = new NpgsqlConnectionStringBuilder(Server()) { Database = _database, MaxPoolSize = 10 }.ConnectionString;
        }

        Location = new(_folder, connection);
        Services = BuildConsole(add, settings);
    }

    /// <summary>Both databases, as the data of a theory.</summary>
    public static TheoryData<TestDatabase> Databases => [TestDatabase.Sqlite, TestDatabase.Postgres];

    public RegistryLocation Location { get; }

    /// <summary>Goes only when the test says so.</summary>
    public FakeTimeProvider Clock { get; } = new(new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero));

    public ServiceProvider Services { get; }

    /// <summary>A migrated registry. Skips the test, with the reason, where the database is not there.</summary>
    public static async Task<TestRegistry> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        Action<IServiceCollection>? add = null,
        IEnumerable<KeyValuePair<string, string?>>? settings = null
    )
    {
        SkipWithout(database);
        var registry = new TestRegistry(
            database,
            add,
            settings,
            database == TestDatabase.Postgres ? await MigratedDatabases.OnPostgresAsync() : null
        );
        PrivateFiles.CreateFolder(registry.Location.KeysFolder);
        PrivateFiles.CreateFolder(registry.Location.BackupsFolder);
        if (database == TestDatabase.Sqlite)
        {
            await MigratedDatabases.CopyToAsync(registry.Location.DataDirectory);
        }

        return registry;
    }

    /// <summary>
    /// A database that nothing has been written into yet. Skips the test, with the reason, where the database is not there.
    /// </summary>
    public static TestRegistry CreateEmpty(
        TestDatabase database = TestDatabase.Sqlite,
        Action<IServiceCollection>? add = null,
        IEnumerable<KeyValuePair<string, string?>>? settings = null
    )
    {
        SkipWithout(database);
        return new(database, add, settings);
    }

    /// <summary>The services of one more console on the same database and the same key ring. The test disposes it.</summary>
    public ServiceProvider BuildConsole(Action<IServiceCollection>? add = null, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        var known = new Dictionary<string, string?> { ["Logs:Folders"] = Path.GetTempPath() };
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(known).AddInMemoryCollection(settings).Build()
        );
        services.AddSingleton<TimeProvider>(Clock);
        services.AddRegistry(Location);
        add?.Invoke(services);
        return services.BuildServiceProvider(validateScopes: true);
    }

    /// <summary>A scope in which the named person acts.</summary>
    public AsyncServiceScope ActAs(string name, int? userId = null)
    {
        var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Actor = new(name, "127.0.0.1", userId);
        return scope;
    }

    /// <summary>A context of the console's own.</summary>
    public RegistryDbContext Open() =>
        Services.CreateScope().ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();

    /// <summary>Runs SQL as another program would: over a connection of its own.</summary>
    /// <param name="table">The table that it is about, where that may be in the file of the logs.</param>
    public async Task<string> OutsideAsync(string sql, string? table = null)
    {
        if (Location.IsSqlite)
        {
            return await Sqlite3.RunAsync(table == "logs" ? Location.LogsFile : Location.RegistryFile, sql);
        }

        await using var source = NpgsqlDataSource.Create(Location.PostgresConnection!);
        await using var command = source.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync()}";
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        CloseKept(Location);
        if (_database is not null)
        {
            ExecuteOnServer($"DROP DATABASE IF EXISTS {_database} WITH (FORCE)");
        }

        await DeleteAsync(_folder);
    }

    /// <summary>
    /// Closes the connections to a registry that are kept for the next. Only those: the ones of other tests would have to be opened again,
    /// and SQLite reads the whole schema each time, which takes 10 ms.
    /// </summary>
    public static void CloseKept(RegistryLocation location)
    {
        if (location.IsSqlite)
        {
            SqliteFiles.CloseKept(location.RegistryFile);
            SqliteFiles.CloseKept(location.LogsFile);
            return;
        }

        using var kept = new NpgsqlConnection(location.PostgresConnection);
        NpgsqlConnection.ClearPool(kept);
    }

    /// <summary>A component that was just left may be about to end its last reading, with files of SQLite's beside the registry.</summary>
    private static Task DeleteAsync(string folder) =>
        Wait.UntilAsync(() =>
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });

    private static void SkipWithout(TestDatabase database) =>
        Assert.SkipWhen(
            database == TestDatabase.Postgres && Environment.GetEnvironmentVariable(PostgresVariable) is null,
            $"No PostgreSQL: {PostgresVariable} is not set to a connection string."
        );

    private static string Server() => Environment.GetEnvironmentVariable(PostgresVariable)!;

    private static void ExecuteOnServer(string sql)
    {
        using var connection = new NpgsqlConnection(Server());
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
