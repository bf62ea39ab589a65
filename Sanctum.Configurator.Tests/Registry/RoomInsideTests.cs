using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class RoomInsideTests
{
    private const long Room = 8 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_that_went_with_the_last_console_gets_its_length_again()
    {
        var folder = Directory.CreateTempSubdirectory("sanctum-room-");
        try
        {
            var file = Path.Combine(folder.FullName, "registry.db");
            await using (var first = await OpenAsync(file))
            {
                await RoomInside.MakeAsync(file, Cancel);
                Assert.InRange(LogOf(file).Length, Room, 2 * Room);
            }

            Assert.False(LogOf(file).Exists);
            await using var second = await OpenAsync(file);
            await RoomInside.MakeAsync(file, Cancel);

            Assert.InRange(LogOf(file).Length, Room, 2 * Room);
            var length = new FileInfo(file).Length;
            await RoomInside.MakeAsync(file, Cancel);
            Assert.Equal(length, new FileInfo(file).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static FileInfo LogOf(string file) => new($"{file}-wal");

    private static async Task<SqliteConnection> OpenAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var begin = connection.CreateCommand();
        begin.CommandText = "PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS lamp (name); SELECT count(*) FROM lamp";
        await begin.ExecuteScalarAsync(Cancel);
        return connection;
    }
}
