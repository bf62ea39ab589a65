using System.CommandLine;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>
/// The command <c>config get</c>, by which other programs read a setting that is in force. The value alone goes to the output, so that
/// <c>$(…)</c> takes it; where it comes from goes to the errors.
/// </summary>
public static class SettingsCommands
{
    public static Command Config(Func<IServiceProvider> services)
    {
        var column = new Argument<string>("COLUMN") { Description = "The setting, such as letta_server_port." };
        var reveal = new Option<bool>("--reveal") { Description = "Prints a secret. This is recorded in the history." };
        var get = new Command("get", "Prints the effective value of a setting. The exit code is 1 if it is not set.") { column, reveal };
        get.SetAction(
            (parsed, cancel) =>
            {
                var console = parsed.InvocationConfiguration;
                return GetAsync(services(), parsed.GetValue(column)!, parsed.GetValue(reveal), console.Output, console.Error, cancel);
            }
        );
        return new("config", "Reads the settings.") { get };
    }

    private static async Task<int> GetAsync(
        IServiceProvider services,
        string name,
        bool isRevealed,
        TextWriter output,
        TextWriter errors,
        CancellationToken cancel
    )
    {
        if (SettingsFile.ColumnOf(name) is not { } column)
        {
            var likely = NearestName.Find(name.ToLowerInvariant(), SettingsFile.Columns);
            await errors.WriteLineAsync($"{name} is not a setting.{(likely is null ? "" : $" Did you mean {likely}?")}");
            return 1;
        }

        await RegistryCommands.RequireMigratedAsync(services, cancel);
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Actor = Actor.CommandLine;
        var (value, source, refusal) = await FindAsync(scope.ServiceProvider, column, isRevealed, cancel);
        if (value is null)
        {
            await errors.WriteLineAsync(refusal ?? $"{column} is not set.");
            return 1;
        }

        await output.WriteLineAsync(value);
        await errors.WriteLineAsync($"source: {source}");
        return 0;
    }

    private static async Task<(string? Value, string? Source, string? Refusal)> FindAsync(
        IServiceProvider scope,
        string column,
        bool isRevealed,
        CancellationToken cancel
    )
    {
        await using var registry = await scope.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
        var stored = await registry.SystemConfig.AsNoTracking().SingleAsync(cancel);
        if (Setting.Find(column) is not { } setting)
        {
            return (EnumText<DeploymentEnvironment>.Of(stored.Environment), "database", null);
        }

        var effective = scope.GetRequiredService<EffectiveSettings>();
        var found = effective.Of(stored)[column];
        var source = found.Source.ToString().ToLowerInvariant() + (found.Variable is null ? "" : $" ({found.Variable})");
        if (!setting.IsSecret || string.IsNullOrEmpty(found.Value))
        {
            return (string.IsNullOrEmpty(found.Value) ? null : found.Value, source, null);
        }

        if (!isRevealed)
        {
            return (null, null, $"{column} is set (source: {source}). Add --reveal to print it.");
        }

        // Recorded first: what can't be recorded is not shown.
        var secret = effective.Open(found);
        await SettingsService.RecordRevealAsync(registry, "reveal", "system_config", SystemConfig.TheId, setting, cancel);
        return (secret, source, null);
    }
}
