using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Storage;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>What a step back would delete.</summary>
/// <param name="Column">Null where the whole table goes.</param>
/// <param name="Rows">That have something there; null where the console can't tell.</param>
public sealed record SchemaLoss(string Table, string? Column, long? Rows)
{
    public string Sentence =>
        Rows is not { } rows ? $"{Table} is changed in a way that can't be checked"
        : Column is null ? string.Create(CultureInfo.InvariantCulture, $"{rows:N0} {(rows == 1 ? "row" : "rows")} of {Table}")
        : string.Create(CultureInfo.InvariantCulture, $"{Column} in {rows:N0} {(rows == 1 ? "row" : "rows")} of {Table}");
}

/// <summary>Where the schema is.</summary>
/// <param name="Current">The newest migration that the registry has; null for none.</param>
/// <param name="Before">The one that a step back leads to; null where there is none.</param>
/// <param name="Losses">What that step would delete.</param>
public sealed record SchemaState(
    IReadOnlyList<MigrationState> Migrations,
    string? Current,
    string? Before,
    IReadOnlyList<SchemaLoss> Losses
)
{
    public int Pending => Migrations.Count(migration => !migration.IsApplied);
}

/// <summary>
/// Takes the registry's schema one step forwards or back. A step back is for an older version of the console: until that one starts, or
/// <c>migrate up</c> is run, this version does not start, as it would take the step forwards again.
/// </summary>
public sealed partial class SchemaSteps
{
    private readonly RegistryMigrator _migrator;
    private readonly IServiceScopeFactory _scopes;

    internal SchemaSteps(RegistryMigrator migrator, IServiceScopeFactory scopes) => (_migrator, _scopes) = (migrator, scopes);

    public async Task<SchemaState> ReadAsync(CancellationToken cancel)
    {
        var all = await _migrator.StatusAsync(cancel);
        var applied = all.Where(migration => migration is { Database: "registry", IsApplied: true }).Select(m => m.Name).ToList();
        await using var scope = _scopes.CreateAsyncScope();
        await using var registry = Open(scope);
        return new(
            all,
            applied.LastOrDefault(),
            applied.Count > 1 ? applied[^2] : null,
            applied.Count > 1 ? await LossesAsync(registry, applied[^1], cancel) : []
        );
    }

    /// <summary>Applies the next migration, or all of them.</summary>
    public async Task UpAsync(bool isOneStep, CancellationToken cancel)
    {
        var next = (await _migrator.StatusAsync(cancel)).FirstOrDefault(m => m is { Database: "registry", IsApplied: false })?.Name;
        await ToAsync(isOneStep ? next : null, cancel);
    }

    /// <summary>Takes the newest migration back, after a backup.</summary>
    /// <param name="from">The migration that is to be taken back; null for whichever is the newest.</param>
    /// <param name="mayLose">Also where something is deleted by it.</param>
    /// <exception cref="InvalidOperationException">It would delete something, or there is no step back.</exception>
    public async Task DownAsync(string? from, bool mayLose, CancellationToken cancel)
    {
        var state = await ReadAsync(cancel);
        if (from is not null && state.Current != from)
        {
            throw new InvalidOperationException(
                $"Nothing was changed, because the registry is at {state.Current} and not at {from} any more."
            );
        }

        if (state.Before is not { } target)
        {
            throw new InvalidOperationException(
                "Nothing was changed, because there is no migration before the first. To delete all tables run: migrate to 0"
            );
        }

        if (!mayLose && state.Losses.Count > 0)
        {
            throw new InvalidOperationException(
                $"Nothing was changed, because the step back to {target} would delete {string.Join(", ", state.Losses.Select(loss => loss.Sentence))}. To delete that all the same, add --lose-data: the backup before the step keeps it."
            );
        }

        await ToAsync(target, cancel);
    }

    /// <summary>Brings the registry to a migration, and remembers where it was left behind on purpose.</summary>
    /// <param name="name">Null for the newest.</param>
    public async Task ToAsync(string? name, CancellationToken cancel)
    {
        await _migrator.MigrateToAsync(name, cancel);
        var state = await _migrator.StatusAsync(cancel);
        await using var scope = _scopes.CreateAsyncScope();
        await using var registry = Open(scope);
        var isBehind =
            state.Any(m => m is { Database: "registry", IsApplied: false })
            && state.Any(m => m is { Database: "registry", IsApplied: true });
        await SchemaHold.SetAsync(registry, isBehind, cancel);
    }

    private static RegistryDbContext Open(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext();

    private static async Task<IReadOnlyList<SchemaLoss>> LossesAsync(RegistryDbContext registry, string name, CancellationToken cancel)
    {
        var known = registry.GetService<IMigrationsAssembly>();
        var migration = known.CreateMigration(known.Migrations[name], registry.Database.ProviderName!);
        List<SchemaLoss> losses = [];
        foreach (var operation in migration.DownOperations)
        {
            var loss = operation switch
            {
                DropTableOperation drop => new(drop.Name, null, await CountAsync(registry, drop.Name, null, null, cancel)),
                DropColumnOperation drop => new(
                    drop.Table,
                    drop.Name,
                    await CountAsync(registry, drop.Table, drop.Name, DefaultOf(migration, drop), cancel)
                ),
                SqlOperation sql when !OnlyIndexes().IsMatch(sql.Sql) => new("The registry", null, null),
                RenameTableOperation or RenameColumnOperation or SqlOperation => null,
                DropIndexOperation or CreateIndexOperation or DropForeignKeyOperation or AddForeignKeyOperation => null,
                DropCheckConstraintOperation or AddCheckConstraintOperation or AlterColumnOperation or AddColumnOperation => null,
                CreateTableOperation => null,
                ITableMigrationOperation other => new(other.Table, null, null),
                _ => new SchemaLoss("The registry", null, null),
            };
            losses.AddRange(loss is null or { Rows: 0 } ? [] : [loss]);
        }

        return losses;
    }

    private static object? DefaultOf(Migration migration, DropColumnOperation drop) =>
        migration
            .UpOperations.OfType<AddColumnOperation>()
            .FirstOrDefault(add => add.Table == drop.Table && add.Name == drop.Name)
            ?.DefaultValue;

    private static async Task<long> CountAsync(
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

        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
    }

    /// <summary>Indexes of words and triggers, which the console makes anew.</summary>
    [GeneratedRegex(
        @"^\s*((DROP (TABLE IF EXISTS \w+_(words|unindexed)|TRIGGER|INDEX)[^;]*;|INSERT INTO (?<words>\w+_words)\(\k<words>\) VALUES \('rebuild'\);|CREATE TRIGGER \w+_words_\w+ [\s\S]*?\bEND;)\s*)+$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex OnlyIndexes();
}
