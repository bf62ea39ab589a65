using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sanctum.Configurator.Platform.Files;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Data.Postgres;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Data.Sqlite;

namespace Sanctum.Configurator.Registry.Data;

/// <summary>Puts the registry, its key ring and the signal of its changes into the container.</summary>
public static class RegistryServices
{
    public static IServiceCollection AddRegistry(this IServiceCollection services, RegistryLocation location)
    {
        services.AddSingleton(location);
        services.AddSingleton(new OperatorFiles(location.DataDirectory));
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<CurrentUser>();
        services.AddScoped<DryRun>();
        services.AddOptions<SecretOptions>().BindConfiguration(SecretOptions.Section).ValidateOnStart();
        services.AddDataProtection().SetApplicationName("Sanctum.Configurator");
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<ILoggerFactory>((keys, logs) => keys.XmlRepository = new KeyFiles(location.KeysFolder, logs));
        services.AddSingleton<StoreProblems>();
        services.AddSingleton<KeyRingCheck>();
        services.AddWorker<RoomWorker>();
        services.AddSingleton<SecretBox>();
        services.AddSingleton<KeyRing>();
        services.AddOptions<PostgresOptions>().BindConfiguration(PostgresOptions.Section);
        services.AddSingleton<PostgresPrograms>();
        services.AddSingleton<MigrationBackups>();
        services.AddSingleton<RegistryMigrator>();
        services.AddSingleton(provider => new SchemaSteps(
            provider.GetRequiredService<RegistryMigrator>(),
            provider.GetRequiredService<IServiceScopeFactory>()
        ));
        services.AddSingleton<RegistrySnapshot>();
        services.AddSingleton(typeof(Signal<>));
        services.AddSingleton(provider => new DatabaseHealth(
            provider.GetRequiredService<TimeProvider>(),
            location.IsSqlite ? "the disk of its data folder" : "the PostgreSQL server, and the way to it"
        ));
        services.AddSingleton<WriteWatch>();
        services.AddSingleton<CommitMark>();
        services.AddSingleton<OwnCommits>();
        services.AddSingleton(typeof(KeptReadings<,>));
        services.AddSingleton<SharedWrites>();
        services.AddHostedService<OtherWritersWorker>();
        services.AddScoped<ChangeAudit>();
        services.AddSingleton<SettingPins>();
        services.AddSingleton<SecretAdoption>();
        services.AddScoped<EffectiveSettings>();

        // Identity's stores alone take the context itself; everything else takes its own for each operation.
        services.AddScoped(scope => scope.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContext());
        var place = new PlaceOfDatabase(location.RegistryFile);
        services.AddSingleton(place);
        return location.IsSqlite
            ? services.AddContexts<SqliteRegistryDbContext, SqliteLogsDbContext>(
                options =>
                    options
                        .UseSqlite(
                            SqliteFiles.ConnectionTo(location.RegistryFile),
                            sqlite => sqlite.MaxBatchSize(SqliteFiles.MostStatements)
                        )
                        .AddInterceptors(SqlitePragmas.Instance, BearingReads.Instance, new WrittenInPlace(place)),
                options =>
                    options
                        .UseSqlite(SqliteFiles.ConnectionTo(location.LogsFile))
                        .AddInterceptors(SqlitePragmas.Instance, BearingReads.Instance)
            )
            : services.AddContexts<PostgresRegistryDbContext, PostgresLogsDbContext>(
                options => options.UseNpgsql(location.PostgresConnection).AddInterceptors(BearingReads.Instance),
                options =>
                    options
                        .UseNpgsql(location.PostgresConnection, npgsql => npgsql.MigrationsHistoryTable("__EFMigrationsHistory_Logs"))
                        .AddInterceptors(BearingReads.Instance)
            );
    }

    private static IServiceCollection AddContexts<TRegistry, TLogs>(
        this IServiceCollection services,
        Action<DbContextOptionsBuilder> useRegistry,
        Action<DbContextOptionsBuilder> useLogs
    )
        where TRegistry : RegistryDbContext
        where TLogs : LogsDbContext =>
        services
            .AddPooledDbContextFactory<TRegistry>((provider, builder) => Configure(builder, provider, useRegistry))
            .AddScoped<IDbContextFactory<RegistryDbContext>, RegistryFactory<TRegistry>>()
            .AddSingleton(provider =>
            {
                var builder = new DbContextOptionsBuilder<TLogs>();
                Configure(builder, provider, useLogs);
                return builder.UseApplicationServiceProvider(provider).Options;
            })
            .AddTransient<LogsDbContext>(provider => ActivatorUtilities.CreateInstance<TLogs>(provider));

    private static void Configure(DbContextOptionsBuilder builder, IServiceProvider provider, Action<DbContextOptionsBuilder> use)
    {
        use(builder);
        builder.AddInterceptors(provider.GetRequiredService<OwnCommits>());

        // The one row of settings has its id by default, for other programs that insert it by a seed's statement.
        builder.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.ModelValidationKeyDefaultValueWarning));
        builder.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
    }
}

/// <summary>
/// Lends a context for one operation of this scope's actor. Making one costs more than most queries, so they come from a pool.
/// </summary>
internal sealed class RegistryFactory<TRegistry>(IDbContextFactory<TRegistry> pool, CurrentUser caller, DryRun trial, TimeProvider clock)
    : IDbContextFactory<RegistryDbContext>
    where TRegistry : RegistryDbContext
{
    public RegistryDbContext CreateDbContext() => pool.CreateDbContext().For(caller.Actor, clock, trial.IsOn ? trial : null);
}
