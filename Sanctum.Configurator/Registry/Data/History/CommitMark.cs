using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data.History;

/// <summary>
/// Lets a cache keep what it read from the registry for as long as it is true, at the cost of microseconds instead of a query: SQLite counts the
/// commits of all programs (<c>PRAGMA data_version</c>). PostgreSQL has nothing as cheap that is exact, so there is no mark.
/// </summary>
public sealed class CommitMark(RegistryLocation location) : IDisposable
{
    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private SqliteCommand? _version;

    /// <summary>
    /// A number that is another one after every commit; null where there is none. What is read after it was taken is true for as long as it
    /// stays.
    /// </summary>
    public long? Read()
    {
        if (!location.IsSqlite)
        {
            return null;
        }

        lock (_lock)
        {
            _version ??= Open();
            return (long)_version.ExecuteScalar()!;
        }
    }

    public void Dispose()
    {
        _version?.Dispose();
        _connection?.Dispose();
    }

    private SqliteCommand Open()
    {
        // Its own: a connection does not count its own commits.
        _connection = new(
            new SqliteConnectionStringBuilder(SqliteFiles.ConnectionTo(location.RegistryFile)) { Pooling = false }.ConnectionString
        );
        _connection.Open();
        var version = _connection.CreateCommand();
        version.CommandText = "PRAGMA data_version";
        return version;
    }
}
