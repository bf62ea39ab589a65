using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Configurations;
using Sanctum.Configurator.Registry.Data.Settings;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Sets, changes and takes away single configurations.</summary>
public sealed class ConfigurationService(
    IDbContextFactory<RegistryDbContext> registries,
    ConfigurationWrites writes,
    SecretBox secrets,
    CurrentUser caller
)
{
    /// <summary>Sets or changes a value. Version 0 in the form means that there is none yet.</summary>
    public async Task<Outcome<ConfigurationPlan>> SaveAsync(ConfigurationForm form, bool isDryRun, CancellationToken cancel)
    {
        var reasons = FormRules.Check(form);
        if (reasons.Count > 0)
        {
            return new Outcome<ConfigurationPlan>.Invalid(reasons);
        }

        var outcome = await writes.ApplyAsync([form.ToChange()], isDryRun, null, cancel);
        return outcome is Outcome<ConfigurationPlan>.Conflict && form.Version == 0
            ? new Outcome<ConfigurationPlan>.Invalid(nameof(form.Key), $"{form.Key} is already set there. Change it instead.")
            : outcome;
    }

    /// <summary>Removes a value, so that the inherited one applies.</summary>
    /// <param name="version">The version that was read; null where the newest is meant.</param>
    public Task<Outcome<ConfigurationPlan>> ResetAsync(ConfigurationPlace place, int? version, bool isDryRun, CancellationToken cancel) =>
        writes.ApplyAsync([new(place, null, version)], isDryRun, null, cancel);

    /// <summary>The plain text of a secret. The history keeps that it was looked at, and by whom.</summary>
    public async Task<Outcome<string>> RevealAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.RevealSecrets))
        {
            return new Outcome<string>.Invalid("", "You don't have permission to reveal secrets.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Configurations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.IsEncrypted, cancel) is not { } row)
        {
            return new Outcome<string>.NotFound();
        }

        try
        {
            if (secrets.Open(row.Value, SecretAdoption.PlaceOf(row)) is not { } secret)
            {
                return new Outcome<string>.NotFound();
            }

            await registry.RecordAsync("reveal", "configurations", $"{id}", """{"value":"revealed"}""", cancel);
            return new Outcome<string>.Ok(secret);
        }
        catch (SecretUnreadableException e)
        {
            return new Outcome<string>.Invalid("", e.Message);
        }
    }
}
