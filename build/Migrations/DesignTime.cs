using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Migrations;

/// <summary>How `dotnet ef` makes each context. No database is opened.</summary>
public sealed class SqliteRegistryDesign : IDesignTimeDbContextFactory<SqliteRegistryDbContext>
{
    public SqliteRegistryDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteRegistryDbContext>().UseSqlite("Data Source=design.db").Options);
}

public sealed class PostgresRegistryDesign : IDesignTimeDbContextFactory<PostgresRegistryDbContext>
{
    public PostgresRegistryDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresRegistryDbContext>().UseNpgsql("Host=design").Options);
}

public sealed class SqliteLogsDesign : IDesignTimeDbContextFactory<SqliteLogsDbContext>
{
    public SqliteLogsDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteLogsDbContext>().UseSqlite("Data Source=design.db").Options);
}

public sealed class PostgresLogsDesign : IDesignTimeDbContextFactory<PostgresLogsDbContext>
{
    public PostgresLogsDbContext CreateDbContext(string[] args) =>
        new(
            new DbContextOptionsBuilder<PostgresLogsDbContext>()
                .UseNpgsql("Host=design", npgsql => npgsql.MigrationsHistoryTable("__EFMigrationsHistory_Logs"))
                .Options
        );
}

internal static class Program
{
    private static void Main() { }
}
