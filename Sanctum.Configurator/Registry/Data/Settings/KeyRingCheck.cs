using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Registry.Data.Settings;

/// <summary>Finds out whether the keys are there that the stored secrets need, and says so where they are not.</summary>
internal sealed partial class KeyRingCheck(
    IServiceScopeFactory scopes,
    RegistryLocation location,
    KeyRing keys,
    StoreProblems troubles,
    ILogger<KeyRingCheck> log
)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var broken = KeyFiles.Broken(location.KeysFolder);
        var lost = (await SealedAsync(cancel)).Count(text => !keys.HasKeyOf(text));
        var sentence =
            broken.Count == 0 && lost == 0
                ? null
                : $"{(broken.Count > 0 ? $"The key file {broken[0]} in {location.KeysFolder} can't be read. " : "")}"
                    + $"{(lost > 0 ? $"{lost} of the stored secrets can't be decrypted, because their keys are not in {location.KeysFolder}. " : "")}"
                    + "Restore the key files from a copy of that folder or from a backup with a passphrase and restart the console, or enter the secrets again.";
        if (troubles.Set(StoreProblems.Keys, sentence) && sentence is not null)
        {
            LogTrouble(sentence);
        }
    }

    private async Task<IReadOnlyList<string>> SealedAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await scope
            .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
            .CreateDbContextAsync(cancel);
        IEnumerable<SettingValues> settings =
        [
            .. await registry.SystemConfig.AsNoTracking().ToListAsync(cancel),
            .. await registry.Profiles.AsNoTracking().ToListAsync(cancel),
        ];
        List<string?> stored =
        [
            .. settings.SelectMany(values => Setting.All.Where(setting => setting.IsSecret).Select(setting => setting.Read(values))),
            .. (await SecretColumns.ReadAsync(registry, areSealed: true, cancel)).Select(secret => secret.Text),
        ];
        return [.. stored.OfType<string>().Where(SecretBox.IsSealed)];
    }

    [LoggerMessage(LogLevel.Critical, "{Trouble}")]
    private partial void LogTrouble(string trouble);
}
