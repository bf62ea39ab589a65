using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Tests.Server;

/// <summary>
/// What a power cut at one moment left of a console's data folder, and a console of this process that starts on it. The killed console
/// itself
/// goes on, so that the next moment costs no start of a process.
/// </summary>
public sealed class LeftByAKill : ConsoleServer
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private readonly Lazy<ServiceProvider> _services;

    private LeftByAKill() => _services = new(() => Open(Home));

    /// <summary>The registry of the folder, without a console.</summary>
    public IServiceProvider Registry => _services.Value;

    public static async Task<LeftByAKill> OfAsync(ConsoleProcess console)
    {
        var left = new LeftByAKill();
        await console.CopyAsKilledAsync(left.Home);
        return left;
    }

    /// <summary>Starts a console on it, whose backups are the copied ones.</summary>
    public async Task<Caller> StartAsync(ConsoleProcess killed)
    {
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(Home, "registry.db")};Pooling=False"))
        {
            await connection.OpenAsync(Cancel);
            await using var move = connection.CreateCommand();
            move.CommandText = "UPDATE backups SET file_path = replace(file_path, $from, $to) WHERE file_path IS NOT NULL";
            move.Parameters.AddWithValue("$from", killed.Home);
            move.Parameters.AddWithValue("$to", Home);
            await move.ExecuteNonQueryAsync(Cancel);
        }

        StartServer();
        return WithKey(FirstKey);
    }

    /// <summary>What <c>audit verify</c> says of the files as they are now.</summary>
    public static async Task<(int ExitCode, string Errors)> VerifyAsync(string home)
    {
        await using var services = Open(home);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["audit", "verify"], output, errors, () => services, Cancel);
        return (exitCode, errors.ToString());
    }

    public override async ValueTask DisposeAsync()
    {
        if (_services.IsValueCreated)
        {
            await _services.Value.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private static ServiceProvider Open(string home)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddRegistry(new RegistryLocation(home, null));
        return services.BuildServiceProvider();
    }
}
