using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Tests.Platform;

public sealed class DatabaseOutageTests
{
    public static TheoryData<string, bool> States =>
        new()
        {
            { PostgresErrorCodes.CannotConnectNow, true },
            { PostgresErrorCodes.AdminShutdown, true },
            { PostgresErrorCodes.TooManyConnections, true },
            { PostgresErrorCodes.InvalidCatalogName, true },
            { PostgresErrorCodes.InvalidPassword, true },
            { PostgresErrorCodes.IoError, true },
            { PostgresErrorCodes.UniqueViolation, false },
            { PostgresErrorCodes.SerializationFailure, false },
            { PostgresErrorCodes.QueryCanceled, false },
            { PostgresErrorCodes.UndefinedTable, true },
        };

    [Theory, MemberData(nameof(States))]
    public void What_PostgreSQL_says_of_itself_is_one(string state, bool isOutage) =>
        Assert.Equal(
            isOutage,
            DatabaseOutage.IsBehind(new InvalidOperationException("", new PostgresException("", "ERROR", "ERROR", state)))
        );

    [Theory]
    [InlineData(SQLitePCL.raw.SQLITE_IOERR, true)]
    [InlineData(SQLitePCL.raw.SQLITE_CANTOPEN, true)]
    [InlineData(SQLitePCL.raw.SQLITE_CORRUPT, true)]
    [InlineData(SQLitePCL.raw.SQLITE_BUSY, true)]
    [InlineData(SQLitePCL.raw.SQLITE_CONSTRAINT, false)]
    [InlineData(SQLitePCL.raw.SQLITE_ERROR, false)]
    public void What_SQLite_says_of_its_file_is_one(int code, bool isOutage) =>
        Assert.Equal(isOutage, DatabaseOutage.IsBehind(new SqliteException("", code)));

    [Fact]
    public void A_server_that_nobody_reaches_is_one_and_a_mistake_of_the_console_is_none()
    {
        Assert.True(DatabaseOutage.IsBehind(new InvalidOperationException("", new NpgsqlException("", new SocketException()))));
        Assert.True(DatabaseOutage.IsBehind(new NpgsqlException("", new TimeoutException())));
        Assert.False(DatabaseOutage.IsBehind(new NpgsqlException("")));
        Assert.False(DatabaseOutage.IsBehind(new HttpRequestException("", new SocketException())));
        Assert.False(DatabaseOutage.IsBehind(new InvalidOperationException("")));
        Assert.False(DatabaseOutage.IsBehind(null));
    }
}
