using System.Data.Common;

namespace Sanctum.Configurator.Features.Logs.Storing;

/// <summary>The positions of followed files, beside the lines.</summary>
public sealed class FilePositions(LogDatabase database)
{
    private const string Columns = "machine, path, file, read_to, mark, skipped, lines, last_line_at";

    /// <summary>Those of all machines.</summary>
    public async Task<IReadOnlyList<FilePosition>> ListAsync(CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command($"SELECT {Columns} FROM log_positions ORDER BY machine, path");
        return await ReadAsync(command, cancel);
    }

    public async Task<FilePosition?> FindAsync(string machine, string path, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command(
            $"SELECT {Columns} FROM log_positions WHERE machine = @machine AND path = @path",
            ("@machine", machine),
            ("@path", path)
        );
        return (await ReadAsync(command, cancel)).SingleOrDefault();
    }

    /// <summary>Those of other machines for this path, of files that were read, the furthest first.</summary>
    public async Task<IReadOnlyList<FilePosition>> FindElsewhereAsync(string machine, string path, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command(
            $"SELECT {Columns} FROM log_positions WHERE path = @path AND machine <> @machine AND read_to > 0 ORDER BY read_to DESC",
            ("@machine", machine),
            ("@path", path)
        );
        return await ReadAsync(command, cancel);
    }

    /// <summary>Those of a machine that read this file, by its device and number.</summary>
    public async Task<IReadOnlyList<FilePosition>> FindByFileAsync(string machine, string file, CancellationToken cancel)
    {
        await using var connection = await database.ReadAsync(cancel);
        await using var command = connection.Command(
            $"SELECT {Columns} FROM log_positions WHERE machine = @machine AND file = @file ORDER BY path",
            ("@machine", machine),
            ("@file", file)
        );
        return await ReadAsync(command, cancel);
    }

    /// <summary>Takes the step within the transaction that stores its lines, if the position is still where it was read.</summary>
    /// <exception cref="PositionMovedException">It is not.</exception>
    internal static async Task StoreAsync(LogConnection connection, DbTransaction transaction, FileStep step, DateTimeOffset at)
    {
        var (was, now) = step;
        await using var command = connection.Command(
            was is null
                ? $"INSERT INTO log_positions ({Columns}, stored_at) VALUES (@machine, @path, @file, @to, @mark, @skipped, @lines, @last, @at) ON CONFLICT DO NOTHING"
                : """
                UPDATE log_positions SET file = @file, read_to = @to, mark = @mark, skipped = @skipped, lines = @lines, last_line_at = @last, stored_at = @at
                WHERE machine = @machine AND path = @path AND file = @wasFile AND read_to = @wasTo AND mark = @wasMark AND lines = @wasLines
                """,
            ("@machine", now.Machine),
            ("@path", now.Path),
            ("@file", now.File),
            ("@to", now.ReadTo),
            ("@mark", now.Mark),
            ("@skipped", now.Skipped),
            ("@lines", now.Lines),
            ("@at", connection.Time(at))
        );
        AddTime(connection, command, now.LastLineAt);
        if (was is not null)
        {
            LogConnection.Add(command, "@wasFile", was.File);
            LogConnection.Add(command, "@wasTo", was.ReadTo);
            LogConnection.Add(command, "@wasMark", was.Mark);
            LogConnection.Add(command, "@wasLines", was.Lines);
        }

        command.Transaction = transaction;
        if (await command.ExecuteNonQueryAsync() == 0)
        {
            throw new PositionMovedException();
        }
    }

    private static void AddTime(LogConnection connection, DbCommand command, DateTimeOffset? time)
    {
        var parameter = LogConnection.Add(command, "@last", time is { } at ? connection.Time(at) : null);
        if (!connection.IsSqlite)
        {
            parameter.DbType = System.Data.DbType.DateTime;
        }
    }

    private static async Task<IReadOnlyList<FilePosition>> ReadAsync(DbCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var positions = new List<FilePosition>();
        while (await reader.ReadAsync(cancel))
        {
            positions.Add(
                new(
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetInt64(3),
                    reader.GetString(4),
                    reader.GetInt64(5),
                    reader.GetInt64(6),
                    reader.IsDBNull(7) ? null : LogRow.TimeIn(reader, 7)
                )
            );
        }

        return positions;
    }
}
