using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Features.Backups;
using Sanctum.Configurator.Features.OldConfigurator;
using Sanctum.Configurator.Features.SystemSettings;
using Sanctum.Configurator.Features.Users;

namespace Sanctum.Configurator;

/// <summary>What the console does when it is started with a command instead of as a web server.</summary>
public static class CommandLine
{
    /// <summary>
    /// Whether these arguments are a command: the first is a bare word, or asks for help. Everything else, such as <c>--urls</c> or
    /// <c>urls=…</c>, is for the web server.
    /// </summary>
    public static bool IsCommand(IReadOnlyList<string> args) =>
        args is ["--help" or "-h" or "-?" or "--version", ..]
        || (args is [[not ('-' or '/'), ..] first, ..] && !first.Contains('=', StringComparison.Ordinal));

    /// <summary>Runs the command against the registry that the configuration names.</summary>
    /// <returns>The exit code: 0 where the command did or found what was asked for.</returns>
    /// <param name="location">The registry, where it is known already; null for the one that the configuration names.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        TextWriter output,
        TextWriter errors,
        RegistryLocation? location = null
    )
    {
        await using var provider = new LazyServices(location);
        return await RunAsync(args, output, errors, provider.Get, CancellationToken.None);
    }

    /// <summary>Runs the command with these services, which are asked for only where the command needs them.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        TextWriter output,
        TextWriter errors,
        Func<IServiceProvider> services,
        CancellationToken cancel
    )
    {
        var root = new RootCommand("Sanctum Configurator. Without a command it starts the web server.")
        {
            RegistryCommands.Migrate(services),
            RegistryCommands.Audit(services),
            SettingsCommands.Config(services),
            UserCommands.User(services),
            BackupCommands.Backup(services),
            OldConfiguratorCommands.ImportOld(services),
        };
        try
        {
            return await root.Parse(args)
                .InvokeAsync(
                    new()
                    {
                        Output = output,
                        Error = errors,
                        EnableDefaultExceptionHandler = false,
                    },
                    cancel
                );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whoever reads this has a shell on the machine; a stack trace would only hide the reason.
            await errors.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>The product's own services without its web server and its workers, configured alike.</summary>
    private sealed class LazyServices(RegistryLocation? location) : IAsyncDisposable
    {
        private WebApplication? _app;

        public IServiceProvider Get()
        {
            if (_app is null)
            {
                var builder = WebApplication.CreateBuilder();
                builder.Logging.ClearProviders();
                builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
                builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
                // What the database refused is said once, in a sentence; and EF asks new ones for a table that they don't have.
                builder.Logging.AddFilter<ConsoleLoggerProvider>("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None);
                builder.Services.AddRegistry(location ?? RegistryLocation.From(builder.Configuration, builder.Environment.ContentRootPath));
                builder.Services.AddSingleton(_ => TypedPassword.OfThisProcess());
                builder.Services.AddReauthentication();
                builder.Services.AddBackupActs();
                builder.Services.AddOldImport();
                _app = builder.Build();
            }

            return _app.Services;
        }

        public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
