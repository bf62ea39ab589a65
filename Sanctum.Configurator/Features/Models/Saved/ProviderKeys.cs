using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Models;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.Models.Saved;

/// <summary>
/// Finds the key of a model in seed 003's order: the database, then the provider's environment variable, then none. A key that was
/// entered for a provider's own address goes to no other.
/// </summary>
public sealed class ProviderKeys(EffectiveSettings settings, SecretBox secrets, IConfiguration configuration)
{
    public async Task<KeyInForce> FindAsync(LlmConfig config, CancellationToken cancel)
    {
        try
        {
            if (secrets.Open(config.ApiKey, SecretAdoption.PlaceOf(config)) is { Length: > 0 } own)
            {
                return new(own, KeySource.Database);
            }
        }
        catch (SecretUnreadableException)
        {
            return new(null, KeySource.Unreadable);
        }

        return await FindAsync(LlmProvider.Of(config.Type), config.BaseUrl ?? config.ApiBase, cancel);
    }

    /// <summary>The key that a model without one of its own gets.</summary>
    /// <param name="address">As it is typed or stored; null for the provider's own.</param>
    public async Task<KeyInForce> FindAsync(LlmProvider provider, string? address, CancellationToken cancel)
    {
        if (!IsItsOwn(provider, address))
        {
            return new(null, KeySource.None);
        }

        try
        {
            return await FromSettingsAsync(provider, cancel) is { } saved ? new(saved, KeySource.Settings)
                : FromEnvironment(provider) is var (key, variable) ? new(key, KeySource.Environment, variable)
                : new(null, KeySource.None);
        }
        catch (SecretUnreadableException)
        {
            return new(null, KeySource.Unreadable);
        }
    }

    /// <summary>The environment's key and the variable that holds it; null where none is set.</summary>
    public (string Key, string Variable)? FromEnvironment(LlmProvider provider) =>
        provider.KeyVariables.Select(name => (Key: configuration[name]?.Trim(), name)).FirstOrDefault(pair => pair.Key is { Length: > 0 })
            is ({ } key, var variable)
            ? (key, variable)
            : null;

    private async Task<string?> FromSettingsAsync(LlmProvider provider, CancellationToken cancel)
    {
        var column = provider.Type switch
        {
            LlmProvider.OpenAi => "openai_api_key",
            LlmProvider.Anthropic => "anthropic_api_key",
            _ => null,
        };
        return
            column is not null
            && (await settings.ReadAsync(cancel))[column] is { Source: SettingSource.Database } value
            && settings.Open(value) is { Length: > 0 } key
            ? key
            : null;
    }

    private static bool IsItsOwn(LlmProvider provider, string? address) =>
        string.IsNullOrWhiteSpace(address)
        || (provider.Address is null && provider.KeyVariables.Count > 0)
        || (provider.Address is not null && !SecretDestination.IsAnother(provider.Address, address));
}
