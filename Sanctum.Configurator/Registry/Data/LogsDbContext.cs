using Sanctum.Configurator.Registry.Logs;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>
/// The logs, apart from the registry: on SQLite in a file of their own, so that millions of rows never weigh on it; on PostgreSQL in the
/// same database.
/// </summary>
public abstract class LogsDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<LogEntry> Entries => Set<LogEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(LogsDbContext).Assembly, RegistryDbContext.IsOfLogs);
        RegistryModel.Finish(modelBuilder, Database.IsSqlite());
    }
}

/// <summary>The logs in <c>logs.db</c>.</summary>
public sealed class SqliteLogsDbContext(DbContextOptions<SqliteLogsDbContext> options) : LogsDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTextConverter>();
}

/// <summary>The logs beside the registry's tables in PostgreSQL.</summary>
public sealed class PostgresLogsDbContext(DbContextOptions<PostgresLogsDbContext> options) : LogsDbContext(options);
