using Sanctum.Configurator.Features.RestApi.Catalog;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>Which rows somebody may see.</summary>
internal interface IRowAccess
{
    /// <exception cref="Parsing.RestFault">None of them.</exception>
    void Require(RestTable table);

    /// <returns>A condition; null for all rows.</returns>
    string? Readable(RestTable table, string alias, SqlText sql);

    /// <returns>A condition; null for all rows.</returns>
    string? Writable(RestTable table, string alias, SqlText sql);
}
