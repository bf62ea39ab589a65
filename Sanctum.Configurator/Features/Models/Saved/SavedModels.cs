using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Saved;

/// <summary>A saved model that can be called, or why it can't.</summary>
public sealed record LlmLink(LlmConfig Config, LlmPlace? Place, LlmCallException? Problem)
{
    public string Name => $"{LlmProvider.Of(Config.Type).Name} {Config.Model}";
}

/// <summary>Opens what is saved: the model that is in force for somebody, with those that are tried when it fails.</summary>
public sealed class SavedModels(
    IDbContextFactory<RegistryDbContext> registries,
    MeteredModels models,
    ProviderKeys keys,
    UsageLimits limits
)
{
    /// <summary>A saved model as it is called.</summary>
    public async Task<LlmLink> LinkAsync(LlmConfig config, CancellationToken cancel)
    {
        var provider = LlmProvider.Of(config.Type);
        var (address, fault) = LlmPlace.AddressOf(provider, config.BaseUrl ?? config.ApiBase);
        if (address is null)
        {
            return new(config, null, new(LlmVerdict.WrongAddress, fault!, "Correct the field Address."));
        }

        var key = await keys.FindAsync(config, cancel);
        return ProblemOf(config, provider, address, key) is { } problem
            ? new(config, null, problem)
            : new(config, new LlmPlace(provider, config.Model, address, key.Key, config.ApiVersion, config.Purpose), null);
    }

    /// <summary>Why a call can't succeed. A server at another address than the provider's own may ask for no key.</summary>
    private static LlmCallException? ProblemOf(LlmConfig config, LlmProvider provider, Uri address, KeyInForce key) =>
        key.Source switch
        {
            KeySource.Unreadable => new(
                LlmVerdict.KeyMissing,
                $"The key of {config.Model} can't be decrypted.",
                "Restore the keys folder, or enter the key again."
            ),
            KeySource.None when provider.NeedsKey && !SecretDestination.IsAnother(provider.Address, address.AbsoluteUri) => new(
                LlmVerdict.KeyMissing,
                $"{provider.Name} asks for a key, and there is none.",
                $"Enter it for {config.Model} on the page Models, or start the console with {provider.KeyVariables[0]}."
            ),
            _ => null,
        };

    /// <summary>
    /// The model in force for a user, then those of the fallback order: his own before everybody's. Empty where none is active.
    /// </summary>
    /// <param name="userId">Null for nobody in particular.</param>
    public async Task<IReadOnlyList<LlmLink>> ChainAsync(int? userId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var configs = await registry
            .LlmConfigs.AsNoTracking()
            .Where(c => c.IsEnabled && c.Purpose == LlmPurpose.Chat && (c.UserId == null || c.UserId == userId))
            .Where(c => c.IsActive || c.FallbackOrder != null)
            .ToListAsync(cancel);
        var chain = configs
            .OrderBy(c => c.IsActive ? 0 : 1)
            .ThenBy(c => c.UserId is null ? 1 : 0)
            .ThenBy(c => c.FallbackOrder)
            .ThenBy(c => c.Id);
        List<LlmLink> links = [];
        foreach (var config in chain)
        {
            links.Add(await LinkAsync(config, cancel));
        }

        return links;
    }

    /// <summary>Saved models as one, which is counted and limited.</summary>
    public IChatClient Open(IReadOnlyList<LlmLink> links, UsageContext context) =>
        new FallbackChat(
            [
                .. links.Select(link => new ChatLink(
                    link.Name,
                    link.Place is { } place ? models.Chat(place, link.Config, context) : null,
                    link.Problem
                )),
            ],
            cancel => limits.CheckAsync(context.UserId, cancel)
        );
}
