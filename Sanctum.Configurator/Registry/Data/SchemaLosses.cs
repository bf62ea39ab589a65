using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>What a step back would delete.</summary>
/// <param name="Column">Null where the whole table goes.</param>
/// <param name="Rows">That have something there; null where the console can't tell.</param>
public sealed record SchemaLoss(string Table, string? Column, long? Rows)
{
    /// <summary>So many are named in a sentence.</summary>
    private const int MostSaid = 8;

    public string Sentence =>
        Rows is not { } rows ? $"{Table} is changed in a way that can't be checked"
        : Column is null ? string.Create(CultureInfo.InvariantCulture, $"{rows:N0} {(rows == 1 ? "row" : "rows")} of {Table}")
        : string.Create(CultureInfo.InvariantCulture, $"{Column} in {rows:N0} {(rows == 1 ? "row" : "rows")} of {Table}");

    /// <summary>All of them, one after the other; of many the first, and how many more there are.</summary>
    public static string SentenceOf(IReadOnlyList<SchemaLoss> losses) =>
        string.Join(", ", losses.Take(MostSaid).Select(loss => loss.Sentence))
        + (losses.Count > MostSaid ? string.Create(CultureInfo.InvariantCulture, $" and {losses.Count - MostSaid:N0} more") : "");
}

/// <summary>Finds what steps back would delete, by what each of them does.</summary>
internal static partial class SchemaLosses
{
    /// <param name="names">The migrations that are to be taken back, the newest first.</param>
    public static async Task<IReadOnlyList<SchemaLoss>> OfAsync(
        RegistryDbContext registry,
        IReadOnlyList<string> names,
        CancellationToken cancel
    )
    {
        var known = registry.GetService<IMigrationsAssembly>();
        var migrations = names.Select(name => known.CreateMigration(known.Migrations[name], registry.Database.ProviderName!)).ToList();
        var gone = migrations.SelectMany(m => m.DownOperations).OfType<DropTableOperation>().Select(drop => drop.Name).ToHashSet();
        List<SchemaLoss> losses = [];
        foreach (var migration in migrations)
        {
            foreach (var operation in migration.DownOperations)
            {
                var loss = operation switch
                {
                    DropTableOperation drop => new(drop.Name, null, await CountAsync(registry, drop.Name, null, null, cancel)),
                    ITableMigrationOperation of when gone.Contains(of.Table) => null,
                    DropColumnOperation drop => new(
                        drop.Table,
                        drop.Name,
                        await CountAsync(registry, drop.Table, drop.Name, DefaultOf(migration, drop), cancel)
                    ),
                    _ => Unchecked(operation),
                };
                losses.AddRange(loss is null or { Rows: 0 } || losses.Contains(loss) ? [] : [loss]);
            }
        }

        return losses;
    }

    /// <summary>Null where nothing is deleted by it.</summary>
    private static SchemaLoss? Unchecked(MigrationOperation operation) =>
        operation switch
        {
            SqlOperation sql when !OnlyIndexes().IsMatch(sql.Sql) => new("The registry", null, null),
            RenameTableOperation or RenameColumnOperation or SqlOperation => null,
            DropIndexOperation or CreateIndexOperation or DropForeignKeyOperation or AddForeignKeyOperation => null,
            DropCheckConstraintOperation or AddCheckConstraintOperation or AlterColumnOperation or AddColumnOperation => null,
            CreateTableOperation => null,
            ITableMigrationOperation other => new(other.Table, null, null),
            _ => new("The registry", null, null),
        };

    private static object? DefaultOf(Migration migration, DropColumnOperation drop) =>
        migration
            .UpOperations.OfType<AddColumnOperation>()
            .FirstOrDefault(add => add.Table == drop.Table && add.Name == drop.Name)
            ?.DefaultValue;

    /// <summary>Null where the table is not as the list of migrations says.</summary>
    private static async Task<long?> CountAsync(
        RegistryDbContext registry,
        string table,
        string? column,
        object? usual,
        CancellationToken cancel
    )
    {
        var names = registry.GetService<ISqlGenerationHelper>();
        var (from, what) = (names.DelimitIdentifier(table), column is null ? null : names.DelimitIdentifier(column));
        await registry.Database.OpenConnectionAsync(cancel);
        await using DbCommand command = registry.Database.GetDbConnection().CreateCommand();
        command.CommandText =
            $"SELECT count(*) FROM {from}"
            + (what is null ? "" : $" WHERE {what} IS NOT NULL{(usual is null ? "" : $" AND {what} <> @usual")}");
        if (usual is not null)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("usual", usual);
            command.Parameters.Add(parameter);
        }

        try
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
        }
        catch (DbException)
        {
            return null;
        }
    }

    /// <summary>Indexes of words and triggers, which the console makes anew.</summary>
    [GeneratedRegex(
        @"^\s*((DROP (TABLE IF EXISTS \w+_(words|unindexed)|TRIGGER|INDEX)[^;]*;|INSERT INTO (?<words>\w+_words)\(\k<words>\) VALUES \('rebuild'\);|CREATE TRIGGER \w+_words_\w+ [\s\S]*?\bEND;)\s*)+$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex OnlyIndexes();
}
