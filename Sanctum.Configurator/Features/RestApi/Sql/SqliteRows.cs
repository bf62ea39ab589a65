using Microsoft.Data.Sqlite;
using Sanctum.Configurator.Registry.Data.Sqlite;
using SQLitePCL;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>
/// Connections to SQLite that only read, each with the statements that it was asked before: to prepare one takes longer than to read a page.
/// </summary>
internal sealed class SqliteReaders(RegistryLocation location) : IDisposable
{
    /// <summary>More are closed after use.</summary>
    private const int MostIdle = 16;

    private readonly Lock _lock = new();
    private readonly Stack<SqliteReader> _idle = new();
    private bool _isClosed;

    public SqliteReader Take()
    {
        lock (_lock)
        {
            if (_idle.TryPop(out var reader))
            {
                return reader;
            }
        }

        return new(location.RegistryFile);
    }

    public void GiveBack(SqliteReader reader)
    {
        lock (_lock)
        {
            if (!_isClosed && _idle.Count < MostIdle)
            {
                _idle.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_idle.TryPop(out var reader))
            {
                reader.Dispose();
            }
        }
    }
}

/// <summary>Reads rows by one of these connections, which goes back when this is disposed.</summary>
internal sealed class SqliteRows(SqliteReaders readers, TimeSpan patience, TimeProvider clock) : IRestRows
{
    private readonly SqliteReader _reader = readers.Take();
    private bool _hasFailed;

    public SqlDialect Dialect => SqlDialect.SqliteRows;

    public Task<WrittenRows> RowsAsync(ReadStatement statement, RowWriter writer, CancellationToken cancel) =>
        Task.FromResult(Run(statement.Sql, statement.Values, rows => SqliteJson.Write(writer, _reader, rows, statement.Columns), cancel));

    public Task<object?> AskAsync(string sql, SqlText values, CancellationToken cancel) =>
        Task.FromResult(
            Run(
                sql,
                values,
                rows =>
                    !_reader.Step(rows)
                        ? null
                        : raw.sqlite3_column_type(rows, 0) switch
                        {
                            raw.SQLITE_NULL => null,
                            raw.SQLITE_INTEGER => raw.sqlite3_column_int64(rows, 0),
                            _ => (object?)raw.sqlite3_column_text(rows, 0).utf8_to_string(),
                        },
                cancel
            )
        );

    public ValueTask DisposeAsync()
    {
        if (_hasFailed)
        {
            _reader.Dispose(); // Of a database that can't be read, another one may still be.
        }
        else
        {
            _reader.Trim();
            readers.GiveBack(_reader);
        }

        return default;
    }

    private T Run<T>(string sql, SqlText values, Func<sqlite3_stmt, T> read, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        using var late = limit.Token.UnsafeRegister(static reader => ((SqliteReader)reader!).Interrupt(), _reader);
        using var gone = cancel.UnsafeRegister(static reader => ((SqliteReader)reader!).Interrupt(), _reader);
        try
        {
            return _reader.Run(sql, values, read);
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }
}

/// <summary>A connection that only reads.</summary>
internal sealed class SqliteReader : IDisposable
{
    private const int MostStatements = 100;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, (sqlite3_stmt Statement, int[] Values)> _statements = [];

    public SqliteReader(string file)
    {
        _connection = new(
            new SqliteConnectionStringBuilder(SqliteFiles.ConnectionTo(file))
            {
                Pooling = false,
                Mode = SqliteOpenMode.ReadWrite, // The write-ahead log is written to by readers too. Nothing else is, as the next line says.
            }.ConnectionString
        );
        _connection.Open();
        using var command = _connection.CreateCommand();
        command.CommandText = $"PRAGMA query_only = ON; {SqliteFiles.ShortNaps}";
        command.ExecuteNonQuery();
        SqliteFunctions.AddTo(_connection);
    }

    public void Interrupt() => SqliteInterrupt.Of(_connection);

    public T Run<T>(string sql, SqlText values, Func<sqlite3_stmt, T> read)
    {
        var (statement, numbers) = Prepared(sql);
        try
        {
            for (var at = 0; at < numbers.Length; at++)
            {
                Bind(statement, at + 1, values.Parameters[numbers[at]].Value);
            }

            return read(statement);
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
            _ = raw.sqlite3_clear_bindings(statement);
        }
    }

    /// <summary>As SQLite itself reads a time that has another shape than ours; what is none stays as it is.</summary>
    public T TimeOf<T>(sqlite3_stmt rows, int column, Func<sqlite3_stmt, T> read)
    {
        var values = new SqlText(SqlDialect.SqliteRows);
        values.Add(
            raw.sqlite3_column_type(rows, column) switch
            {
                raw.SQLITE_INTEGER => raw.sqlite3_column_int64(rows, column),
                raw.SQLITE_FLOAT => raw.sqlite3_column_double(rows, column),
                _ => raw.sqlite3_column_text(rows, column).utf8_to_string(),
            }
        );
        return Run(
            $"SELECT {SqlDialect.Sqlite.Time("@p0")}",
            values,
            time =>
            {
                Step(time);
                return read(time);
            }
        );
    }

    /// <returns>False where there is no further row.</returns>
    public bool Step(sqlite3_stmt rows)
    {
        var result = raw.sqlite3_step(rows);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        }

        return result == raw.SQLITE_ROW;
    }

    public void Dispose()
    {
        Forget();
        _connection.Dispose();
    }

    /// <summary>Between two calls: which statements come again is not known, so beyond some all go.</summary>
    public void Trim()
    {
        if (_statements.Count > MostStatements)
        {
            Forget();
        }
    }

    private void Forget()
    {
        foreach (var (statement, _) in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }

    private (sqlite3_stmt Statement, int[] Values) Prepared(string sql)
    {
        if (_statements.TryGetValue(sql, out var known))
        {
            return known;
        }

        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection.Handle, sql, out var statement), _connection.Handle);
        var numbers = Enumerable
            .Range(1, raw.sqlite3_bind_parameter_count(statement))
            .Select(at => SqlText.NumberOf(raw.sqlite3_bind_parameter_name(statement, at).utf8_to_string()));
        return _statements[sql] = (statement, [.. numbers]);
    }

    private void Bind(sqlite3_stmt statement, int at, object? value)
    {
        var result = value switch
        {
            null or DBNull => raw.sqlite3_bind_null(statement, at),
            string text => raw.sqlite3_bind_text(statement, at, text),
            long number => raw.sqlite3_bind_int64(statement, at, number),
            int number => raw.sqlite3_bind_int64(statement, at, number),
            bool yes => raw.sqlite3_bind_int64(statement, at, yes ? 1 : 0),
            double number => raw.sqlite3_bind_double(statement, at, number),
            _ => throw new NotSupportedException($"A value of {value.GetType().Name} in a statement."),
        };
        SqliteException.ThrowExceptionForRC(result, _connection.Handle);
    }
}
