namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Where rows are read, each statement for so long at most.</summary>
internal interface IRestRows : IAsyncDisposable
{
    SqlDialect Dialect { get; }

    /// <summary>The rows that a statement finds, as they are sent.</summary>
    Task<WrittenRows> RowsAsync(ReadStatement statement, RowWriter writer, CancellationToken cancel);

    /// <summary>The first column of the first row; null for none.</summary>
    Task<object?> AskAsync(string sql, SqlText values, CancellationToken cancel);
}
