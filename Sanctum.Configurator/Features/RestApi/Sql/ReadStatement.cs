using Sanctum.Configurator.Features.RestApi.Catalog;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>A column of an answer.</summary>
/// <param name="Json">Its name in JSON.</param>
internal readonly record struct OutputColumn(string Name, RestKind Kind, JsonEncodedText Json);

/// <param name="Most">Rows that it gives at most.</param>
internal sealed record ReadStatement(string Sql, SqlText Values, IReadOnlyList<OutputColumn> Columns, long Most);
