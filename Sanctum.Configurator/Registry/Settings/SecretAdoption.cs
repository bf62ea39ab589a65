using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Sqlite;

namespace Sanctum.Configurator.Registry.Settings;

/// <summary>
/// Keeps stored secrets as the operator wants them: seals what another program wrote in the clear, or, where
/// <see cref="SecretOptions.SecretsAsText"/> is on, opens what is sealed.
/// </summary>
internal sealed partial class SecretAdoption(IServiceScopeFactory scopes, SecretBox secrets, ILogger<SecretAdoption> log)
{
    /// <summary>A secret's old text may still be in the files, because somebody was reading them; to be tried again.</summary>
    public bool IsUnfinished { get; private set; }

    public async Task SealAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
        var isChanged = false;
        foreach (var config in await registry.SystemConfig.ToListAsync(cancel))
        {
            isChanged |= Adopt(config, EffectiveSettings.PlaceOf);
        }

        foreach (var profile in await registry.Profiles.ToListAsync(cancel))
        {
            isChanged |= Adopt(profile, setting => EffectiveSettings.PlaceOf(setting, profile.Environment));
        }

        if (isChanged)
        {
            registry.Reason = secrets.KeepsText ? "secrets are kept as text, as configured" : "a secret stood in the clear and was encrypted";
            await registry.SaveChangesAsync(cancel);
        }

        if ((isChanged || IsUnfinished) && registry.Database.IsSqlite())
        {
            IsUnfinished = !await SqliteFiles.TryWipeAsync(registry, cancel);
        }
    }

    private bool Adopt(SettingValues values, Func<Setting, SecretPlace> place)
    {
        var isChanged = false;
        foreach (var setting in Setting.All.Where(s => s.IsSecret))
        {
            if (setting.Read(values) is { Length: > 0 } stored && SecretBox.IsSealed(stored) == secrets.KeepsText)
            {
                isChanged |= TryAdopt(values, setting, stored, place(setting));
            }
        }

        return isChanged;
    }

    private bool TryAdopt(SettingValues values, Setting setting, string stored, SecretPlace place)
    {
        try
        {
            setting.Write(values, secrets.Seal(secrets.Open(stored, place), place));
            return true;
        }
        catch (SecretUnreadableException e)
        {
            // The others are adopted all the same.
            LogUnreadable(setting.Column, e);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The secret {Column} can't be opened and stays as it is")]
    private partial void LogUnreadable(string column, Exception exception);
}
