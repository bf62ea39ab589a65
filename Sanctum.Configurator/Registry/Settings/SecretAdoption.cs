using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Platform.Secrets;

namespace Sanctum.Configurator.Registry.Settings;

/// <summary>
/// Keeps stored secrets as the operator wants them: seals what another program wrote in the clear, or, where
/// <see cref="SecretOptions.SecretsAsText"/> is on, opens what is sealed.
/// </summary>
internal sealed class SecretAdoption(IServiceScopeFactory scopes, SecretBox secrets)
{
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

        if (!isChanged)
        {
            return;
        }

        registry.Reason = secrets.KeepsText ? "secrets are kept as text, as configured" : "a secret stood in the clear and was encrypted";
        await registry.SaveChangesAsync(cancel);
        if (registry.Database.IsSqlite())
        {
            // The write-ahead log still holds the page as the other program wrote it.
            await registry.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancel);
        }
    }

    private bool Adopt(SettingValues values, Func<Setting, SecretPlace> place)
    {
        var isChanged = false;
        foreach (var setting in Setting.All.Where(s => s.IsSecret))
        {
            if (setting.Read(values) is { Length: > 0 } stored && SecretBox.IsSealed(stored) == secrets.KeepsText)
            {
                setting.Write(values, secrets.Seal(secrets.Open(stored, place(setting)), place(setting)));
                isChanged = true;
            }
        }

        return isChanged;
    }
}
