using Npgsql;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>An empty PostgreSQL database of one test's own, for consoles that run as processes.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name = $"sanctum_{Guid.NewGuid():N}";

    private OwnPostgres(string server) => _server = server;

    /// <summary>What a console is given as DATABASE_URL.</summary>
    public string Url
    {
        get
        {
            var parts = new NpgsqlConnectionStringBuilder(_server);
            var password = parts.Password is { Length: > 0 } given ? $":{Uri.EscapeDataString(given)}" : "";
            return $"postgres://{Uri.EscapeDataString(parts.Username ?? "postgres")}{password}@{parts.Host}:{parts.Port}/{_name}";
        }
    }

    /// <summary>Skips the test, with the reason, where there is no server.</summary>
    /// <param name="isMigrated">It has the tables of a registry, and not a row yet.</param>
    public static async Task<OwnPostgres> CreateAsync(bool isMigrated = false)
    {
        var server = Environment.GetEnvironmentVariable(TestRegistry.PostgresVariable);
        Assert.SkipWhen(server is null, $"No PostgreSQL: {TestRegistry.PostgresVariable} is not set to a connection string.");
        var database = new OwnPostgres(server!);
        var template = isMigrated ? await MigratedDatabases.OnPostgresAsync() : "template1";
        await RunAsync(server!, $"CREATE DATABASE {database._name} TEMPLATE {template}");
        return database;
    }

    /// <summary>Runs SQL in it, as another program would.</summary>
    public Task<object?> AskAsync(string sql) =>
        RunAsync(new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString, sql);

    /// <summary>A connection to it that has run this; disposing it takes back what it began.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string sql)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_server) { Database = _name, Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync() => await RunAsync(_server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private static async Task<object?> RunAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
