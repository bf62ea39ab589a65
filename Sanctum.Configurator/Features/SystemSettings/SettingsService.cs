using System.Security.Cryptography;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.SystemSettings;

/// <summary>
/// Reads and changes the settings of the three environments. The active one's are the row that every program reads; the others' are kept
/// as profiles until they are switched to.
/// </summary>
public sealed partial class SettingsService(
    IDbContextFactory<RegistryDbContext> registries,
    EffectiveSettings effective,
    SecretBox secrets,
    CurrentUser caller,
    ILogger<SettingsService> log
)
{
    internal const string MayNotMove = "Programs are run and files are backed up from this folder. Changing it requires every permission.";

    /// <summary>What the history says of a secret that somebody took out.</summary>
    private const string Revealed = "revealed";

    private const string TokenColumn = "letta_server_token";
    private const string AddressColumn = "letta_server_address";
    private const string PortColumn = "letta_server_port";

    /// <summary>How often a save that lost a race with another writer is judged anew.</summary>
    private const int Attempts = 5;

    /// <summary>The settings of an environment; of the active one where none is named.</summary>
    public async Task<SettingsView> ReadAsync(DeploymentEnvironment? environment, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return ViewOf(await FindAsync(registry, environment, cancel));
    }

    /// <summary>The environment that is in force.</summary>
    public async Task<DeploymentEnvironment> ActiveAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.SystemConfig.Select(c => c.Environment).SingleAsync(cancel);
    }

    /// <summary>
    /// Saves all changes or none. A change that is based on another value than the stored one is not made: the answer is then the
    /// settings as they are now.
    /// </summary>
    public async Task<Outcome<SettingsView>> SaveAsync(SettingsEdit edit, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TrySaveAsync(edit, cancel);
            }
            catch (DbUpdateConcurrencyException) when (attempt < Attempts)
            {
                // Somebody saved between our reading and our writing; their change may not even touch ours.
            }
        }
    }

    /// <summary>
    /// Makes another environment the active one: keeps the live settings as its profile, and puts the other's in their place.
    /// </summary>
    public async Task<Outcome<SettingsView>> SwitchAsync(DeploymentEnvironment environment, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var live = await registry.SystemConfig.SingleAsync(cancel);
        if (live.Environment != environment)
        {
            var target = await OpenProfileAsync(registry, environment, cancel);
            try
            {
                Copy(Stored(live), Stored(await OpenProfileAsync(registry, live.Environment, cancel)));
                Copy(Stored(target), Stored(live));
            }
            catch (SecretUnreadableException e)
            {
                return new Outcome<SettingsView>.Invalid("", $"The environment was not switched. {e.Message}");
            }

            registry.Reason =
                $"switched from {EnumText<DeploymentEnvironment>.Of(live.Environment)} to {EnumText<DeploymentEnvironment>.Of(environment)}";
            live.Environment = environment;
            try
            {
                await registry.SaveChangesAsync(cancel);
            }
            catch (DbUpdateConcurrencyException)
            {
                return new Outcome<SettingsView>.Conflict(await ReadAsync(null, cancel));
            }

            LogSwitched(environment);
        }

        return new Outcome<SettingsView>.Ok(await ReadAsync(environment, cancel));
    }

    /// <summary>A stored secret's plain text, to be seen or for an encrypted export. Leaves a record in the history.</summary>
    /// <returns>Null where no secret is stored, or it can't be read.</returns>
    public async Task<string?> RevealAsync(string column, DeploymentEnvironment? environment, string act, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = await FindAsync(registry, environment, cancel);
        if (Setting.Find(column) is not { IsSecret: true } setting || TryOpen(setting, found) is not { } secret)
        {
            return null;
        }

        await RecordRevealAsync(registry, act, found.Table, found.RowId, setting, cancel);
        return secret;
    }

    /// <summary>
    /// Says in the history that a secret was taken out; by whom says the actor. What can't be recorded must not be shown.
    /// </summary>
    internal static Task RecordRevealAsync(
        RegistryDbContext registry,
        string act,
        string table,
        int row,
        Setting setting,
        CancellationToken cancel
    ) => registry.RecordAsync(act, table, $"{row}", $$"""{"{{setting.Column}}":"{{Revealed}}"}""", cancel);

    internal static async Task<StoredSettings> FindAsync(
        RegistryDbContext registry,
        DeploymentEnvironment? environment,
        CancellationToken cancel
    )
    {
        var live = await registry.SystemConfig.SingleAsync(cancel);
        if (environment is not { } wanted || wanted == live.Environment)
        {
            return new(live, live.Environment, true, live.LastConnected);
        }

        var profile = await registry.Profiles.SingleOrDefaultAsync(p => p.Environment == wanted, cancel);
        return new(profile ?? new SystemConfigProfile { Environment = wanted }, wanted, false, live.LastConnected);
    }

    private async Task<Outcome<SettingsView>> TrySaveAsync(SettingsEdit edit, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Reason = edit.Reason;
        var found = await FindAsync(registry, edit.Environment, cancel);
        var before = ViewOf(found);
        if ((edit.Version is { } version && version != before.Version) || edit.Changes.Any(c => IsOvertaken(c, before)))
        {
            return new Outcome<SettingsView>.Conflict(before);
        }

        var reasons = Judge(edit, before);
        if (reasons.Count == 0 && Moved(edit, before).FirstOrDefault() is { } moved && !await caller.MayAsync(Policies.Everything))
        {
            reasons[moved.Column] = MayNotMove;
        }

        if (reasons.Count > 0)
        {
            return new Outcome<SettingsView>.Invalid(reasons);
        }

        if (found.Values is SystemConfigProfile { Id: 0 } unsaved)
        {
            registry.Add(unsaved);
        }

        foreach (var change in edit.Changes)
        {
            Apply(found, Setting.Find(change.Column)!, change.Value);
        }

        await registry.SaveChangesAsync(cancel);
        LogSaved(edit.Changes.Count, found.Environment);
        return new Outcome<SettingsView>.Ok(ViewOf(found));
    }

    /// <summary>The folders that the edit moves. Programs are run, plugins are asked and files are backed up from there.</summary>
    internal static IEnumerable<Setting> Moved(SettingsEdit edit, SettingsView before) =>
        from change in edit.Changes
        let setting = Setting.Find(change.Column)
        where
            setting is { Kind: SettingKind.Path }
            && (SettingRules.Check(setting, change.Value).Value ?? setting.Default) != (before[setting.Column].Stored ?? setting.Default)
        select setting;

    private void Apply(StoredSettings found, Setting setting, string? typed)
    {
        var value = SettingRules.Check(setting, typed).Value;
        if (setting.IsSecret)
        {
            // Sealing the same secret again gives other ciphertext: a change that is none.
            if (value is null || TryOpen(setting, found) != value)
            {
                setting.Write(found.Values, secrets.Seal(value, found.PlaceOf(setting)));
            }
        }
        else
        {
            setting.Write(found.Values, value ?? setting.Default);
        }
    }

    /// <summary>Why the changes can't be saved, by column; empty where they can.</summary>
    internal static Dictionary<string, string> Judge(SettingsEdit edit, SettingsView before)
    {
        var reasons = new Dictionary<string, string>();
        var values = before.Fields.ToDictionary(f => f.Setting.Column, f => f.Effective);
        foreach (var change in edit.Changes)
        {
            if (Setting.Find(change.Column) is not { } setting)
            {
                reasons[change.Column] = $"Unknown setting {change.Column}.";
            }
            else if (before[setting.Column] is { IsPinned: true } pinned)
            {
                reasons[setting.Column] =
                    $"This setting is locked by {pinned.Variable}. To change it here, remove the variable and restart the console.";
            }
            else
            {
                var (value, reason) = SettingRules.Check(setting, change.Value);
                values[setting.Column] = value ?? setting.Default;
                if (reason is not null)
                {
                    reasons[setting.Column] = reason;
                }
            }
        }

        if (reasons.Count == 0 && WhyTokenIsAsked(edit, before, values) is { } asked)
        {
            reasons[TokenColumn] = asked;
        }

        if (reasons.Count == 0)
        {
            foreach (var (column, reason) in SettingRules.CheckTogether(values, edit.Changes.Select(c => c.Column).ToHashSet()))
            {
                reasons[column] = reason;
            }
        }

        return reasons;
    }

    /// <summary>The stored token goes to the address that it was given for.</summary>
    private static string? WhyTokenIsAsked(SettingsEdit edit, SettingsView before, Dictionary<string, string?> values)
    {
        var (token, address, port) = (before[TokenColumn], before[AddressColumn], before[PortColumn]);
        return token.Secret is not { IsSet: true }
            || edit.Changes.Any(change => Setting.Find(change.Column)?.Column == TokenColumn)
            || LettaAddress.PlaceOf(address.Effective, port.Effective) == LettaAddress.PlaceOf(values[AddressColumn], values[PortColumn])
                ? null
            : token.IsPinned
                ? $"The token is set by {token.Variable} and can't be sent to another address. Set the address there too, or remove the variable."
            : SecretDestination.Again("token");
    }

    private static bool IsOvertaken(SettingChange change, SettingsView now) =>
        change.Mark is not null
        && Setting.Find(change.Column) is { } setting
        && now[setting.Column] is var field
        && field.Mark != change.Mark
        && (setting.IsSecret || field.Stored != SettingRules.Check(setting, change.Value).Value);

    private SettingsView ViewOf(StoredSettings found)
    {
        var values = effective.Of(found.Values);
        return new(
            found.Environment,
            found.IsActive,
            found.Values.Version,
            found.Values.UpdatedAt == default ? null : found.Values.UpdatedAt,
            found.LastConnected,
            secrets.KeepsText,
            [.. Setting.All.Select(setting => FieldOf(values[setting.Column], found))]
        );
    }

    private SettingField FieldOf(EffectiveValue value, StoredSettings found)
    {
        var setting = value.Setting;
        var stored = setting.Read(found.Values) is { Length: > 0 } text ? text : null;
        return setting.IsSecret
            ? new(setting, null, null, value.Source, value.Variable, value.IsPinned, StateOf(value, found), MarkOf(stored))
            : new(setting, stored, value.Value, value.Source, value.Variable, value.IsPinned, null, stored ?? "");
    }

    private SecretState StateOf(EffectiveValue value, StoredSettings found)
    {
        if (value.Value is null)
        {
            return new(false);
        }

        var secret = value.Source == SettingSource.Environment ? value.Value : TryOpen(value.Setting, found);
        return secret is null
            ? new(true, IsUnreadable: true)
            : new(true, secret.Length >= Setting.ShortestSecretToShow ? secret[^4..] : null);
    }

    /// <summary>A stored secret in the clear, or null where there is none or it can't be read.</summary>
    internal string? TryOpen(Setting setting, StoredSettings found)
    {
        try
        {
            return secrets.Open(setting.Read(found.Values), found.PlaceOf(setting));
        }
        catch (SecretUnreadableException)
        {
            // Shown as such on the page, where it can be replaced.
            return null;
        }
    }

    private static string MarkOf(string? stored) =>
        stored is null ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stored)))[..16];

    private static async Task<SystemConfigProfile> OpenProfileAsync(
        RegistryDbContext registry,
        DeploymentEnvironment environment,
        CancellationToken cancel
    )
    {
        if (await registry.Profiles.SingleOrDefaultAsync(p => p.Environment == environment, cancel) is { } known)
        {
            return known;
        }

        var profile = new SystemConfigProfile { Environment = environment };
        registry.Add(profile);
        return profile;
    }

    /// <summary>Copies every value; secrets are sealed anew, for they are bound to their row.</summary>
    private void Copy(StoredSettings from, StoredSettings to)
    {
        foreach (var setting in Setting.All)
        {
            var value = setting.Read(from.Values);
            if (!setting.IsSecret)
            {
                setting.Write(to.Values, value ?? setting.Default);
            }
            else if (secrets.Open(value, from.PlaceOf(setting)) is var secret && secret != TryOpen(setting, to))
            {
                setting.Write(to.Values, secrets.Seal(secret, to.PlaceOf(setting)));
            }
        }
    }

    private static StoredSettings Stored(SettingValues values) =>
        values is SystemConfig live
            ? new(live, live.Environment, true, live.LastConnected)
            : new(values, ((SystemConfigProfile)values).Environment, false, null);

    [LoggerMessage(LogLevel.Information, "{Count} settings of {Environment} saved")]
    private partial void LogSaved(int count, DeploymentEnvironment environment);

    [LoggerMessage(LogLevel.Information, "Switched to {Environment}")]
    private partial void LogSwitched(DeploymentEnvironment environment);
}

/// <summary>The row that holds an environment's settings.</summary>
internal sealed record StoredSettings(SettingValues Values, DeploymentEnvironment Environment, bool IsActive, DateTimeOffset? LastConnected)
{
    public string Table => Values is SystemConfig ? "system_config" : "system_config_profiles";

    public int RowId => Values is SystemConfigProfile profile ? profile.Id : SystemConfig.TheId;

    public SecretPlace PlaceOf(Setting setting) =>
        IsActive ? EffectiveSettings.PlaceOf(setting) : EffectiveSettings.PlaceOf(setting, Environment);
}
