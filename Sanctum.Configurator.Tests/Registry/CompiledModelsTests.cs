using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Registry;

public sealed class CompiledModelsTests
{
    private const string Nowhere = "Host=127.0.0.1;Database=none";

    private static readonly Dictionary<string, Func<DbContext>> Made = new()
    {
        ["registry on SQLite"] = () =>
            new SqliteRegistryDbContext(new DbContextOptionsBuilder<SqliteRegistryDbContext>().UseSqlite().Options),
        ["registry on PostgreSQL"] = () =>
            new PostgresRegistryDbContext(new DbContextOptionsBuilder<PostgresRegistryDbContext>().UseNpgsql(Nowhere).Options),
        ["logs on SQLite"] = () => new SqliteLogsDbContext(new DbContextOptionsBuilder<SqliteLogsDbContext>().UseSqlite().Options),
        ["logs on PostgreSQL"] = () =>
            new PostgresLogsDbContext(new DbContextOptionsBuilder<PostgresLogsDbContext>().UseNpgsql(Nowhere).Options),
    };

    public static TheoryData<string> Models => [.. Made.Keys];

    /// <summary>Where this fails, a mapping has changed: <c>build/migration compile</c>.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void The_compiled_model_is_the_model_of_the_mappings(string model)
    {
        using var context = Made[model]();

        Assert.IsAssignableFrom<RuntimeModel>(context.Model);
        Assert.Equal(Describe(context.GetService<IDesignTimeModel>().Model), Describe(context.Model));
    }

    private static string Describe(IModel model)
    {
        var columns =
            from entity in model.GetEntityTypes()
            from property in entity.GetProperties()
            let annotations = property
                .GetAnnotations()
                .Where(a => a.Name.StartsWith("Sanctum:", StringComparison.Ordinal))
                .Select(a => $"{a.Name}={a.Value}")
                .Order(StringComparer.Ordinal)
            select $"{entity.GetTableName()}.{property.GetColumnName()} {property.GetColumnType()} {property.IsColumnNullable()} {property.GetTypeMapping().Converter?.GetType()} {string.Join(" ", annotations)}";

        // What a query of plain SQL answers is told of by the model from then on.
        return model.ToDebugString(MetadataDebugStringOptions.ShortDefault).Split($"{Environment.NewLine}  Ad-hoc entity types:")[0]
            + string.Join('\n', columns);
    }
}
