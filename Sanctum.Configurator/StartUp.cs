using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Account;
using Sanctum.Configurator.Platform.Processes;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator;

/// <summary>
/// What comes before the first request: the settings are checked, the databases migrated, the unattended administrator made.
/// </summary>
public static partial class StartUp
{
    /// <exception cref="StartRefusedException">Something that the operator gave can't be used.</exception>
    public static async Task PrepareAsync(WebApplication app)
    {
        Check(app.Services);
        try
        {
            await PrepareDatabasesAsync(app);
        }
        catch (Exception e) when (BrokenRegistry.Find(e) is { } broken)
        {
            throw new StartRefusedException(BrokenRegistry.Sentence(app.Services.GetRequiredService<RegistryLocation>(), broken), e);
        }

        Forget(app);
    }

    private static async Task PrepareDatabasesAsync(WebApplication app)
    {
        if (app.Services.GetRequiredService<RegistryLocation>().Note is { } note)
        {
            LogNote(app.Logger, note);
        }

        await app.Services.GetRequiredService<RegistryMigrator>().MigrateAsync(app.Lifetime.ApplicationStopping);
        await app.Services.GetRequiredService<KeyRingCheck>().RunAsync(app.Lifetime.ApplicationStopping);
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SetUpService>().CreateUnattendedAsync(app.Lifetime.ApplicationStopping);
    }

    /// <summary>
    /// What was needed for the start only is nowhere afterwards, and no program that is started later finds a secret of this one's.
    /// </summary>
    private static void Forget(WebApplication app)
    {
        foreach (
            var setting in new[] { SetUpService.PasswordSetting, SetUpService.ApiKeySetting }.Where(name =>
                app.Configuration[name] is not null
            )
        )
        {
            app.Configuration[setting] = null;
        }

        if (!SecretVariables.Forget())
        {
            LogKept(app.Logger);
        }
    }

    /// <summary>Says what to change. Whoever reads it can do that; a stack trace would only hide the reason.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RefuseAsync(StartRefusedException refusal, TextWriter errors)
    {
        await errors.WriteLineAsync(refusal.Message);
        return 1;
    }

    /// <summary>
    /// All options that are validated at the start. The host would do so too, but log what is wrong as a failure of its own.
    /// </summary>
    private static void Check(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException e)
        {
            throw new StartRefusedException(string.Join(' ', e.Failures), e);
        }
        catch (InvalidOperationException e) when (e.InnerException is FormatException or ArgumentException or OverflowException)
        {
            // The binder's own words name the setting and the value.
            throw new StartRefusedException($"{e.Message} Correct the setting, or leave it out for its default.", e);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Secrets were passed as environment variables, which other programs of the same user can read. Pass secrets in a file instead, such as systemd's LoadCredential or an appsettings.json that only the console's user can read"
    )]
    private static partial void LogKept(ILogger log);

    [LoggerMessage(LogLevel.Warning, "{Note}")]
    private static partial void LogNote(ILogger log, string note);
}
