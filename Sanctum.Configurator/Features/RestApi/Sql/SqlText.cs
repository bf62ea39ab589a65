using System.Data.Common;

namespace Sanctum.Configurator.Features.RestApi.Sql;

/// <summary>A statement while it is written, and the values that go with it.</summary>
internal sealed class SqlText(SqlDialect dialect)
{
    private readonly Dictionary<(Type, object), string> _known = [];

    public SqlDialect Dialect => dialect;

    public List<DbParameter> Parameters { get; } = [];

    private const string Mark = "@p";

    /// <summary>Which of the parameters stands in a statement by this name.</summary>
    public static int NumberOf(string name) => int.Parse(name.AsSpan(Mark.Length), CultureInfo.InvariantCulture);

    /// <summary>Puts a value beside the statement.</summary>
    /// <returns>What stands for it in the statement.</returns>
    public string Add(object? value)
    {
        if (value is not null and not Array && _known.TryGetValue((value.GetType(), value), out var known))
        {
            return known;
        }

        var name = Mark + Parameters.Count.ToString(CultureInfo.InvariantCulture);
        Parameters.Add(dialect.Parameter(name, value));
        if (value is not null and not Array)
        {
            _known[(value.GetType(), value)] = name;
        }

        return name;
    }
}
