using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Models;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>A model as this console and the Letta server know it.</summary>
/// <param name="Handle">As Letta names it: "openai/gpt-4o".</param>
/// <param name="ConfigId">The console's model; null where only the Letta server has it.</param>
/// <param name="IsOnLetta">The Letta server offers it to its agents.</param>
public sealed record SharedModel(string Handle, int? ConfigId, bool IsOnLetta);

/// <summary>The models of the Letta server beside the console's own.</summary>
/// <param name="CanPush">The server takes a provider's key from here, as App Servers do.</param>
public sealed record LettaModelView(LettaKind Kind, bool CanPush, IReadOnlyList<SharedModel> Models);

/// <summary>
/// Compares the console's models with those that the Letta server offers its agents, and gives the server what it lacks, one way and only
/// when somebody says so.
/// </summary>
public sealed class LettaSide
{
    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly SavedLetta _letta;
    private readonly LettaModels _providers;
    private readonly SavedModels _saved;
    private readonly CurrentUser _caller;

    internal LettaSide(
        IDbContextFactory<RegistryDbContext> registries,
        SavedLetta letta,
        LettaModels providers,
        SavedModels saved,
        CurrentUser caller
    ) => (_registries, _letta, _providers, _saved, _caller) = (registries, letta, providers, saved, caller);

    /// <summary>Those that only one side has come first.</summary>
    public async Task<Outcome<LettaModelView>> ReadAsync(CancellationToken cancel)
    {
        try
        {
            var kind = await _letta.KindAsync(cancel);
            var offered = await (await _letta.AgentsAsync(cancel)).ModelsAsync(cancel);
            await using var registry = await _registries.CreateDbContextAsync(cancel);
            var ours = await registry
                .LlmConfigs.AsNoTracking()
                .Where(c => c.UserId == null && c.IsEnabled && c.Purpose == LlmPurpose.Chat)
                .OrderBy(c => c.Id)
                .ToListAsync(cancel);
            return new Outcome<LettaModelView>.Ok(new(kind, kind == LettaKind.AppServer, Compare(ours, offered)));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<LettaModelView>.Invalid("", $"{char.ToUpperInvariant(why[0])}{why[1..]}");
        }
    }

    /// <summary>Gives an App Server the key of a model's provider, so that its agents can use it.</summary>
    public async Task<Outcome<ProviderConnected>> PushAsync(int id, CancellationToken cancel)
    {
        if (!await _caller.MayAsync(Policies.WriteSettings) || !await _caller.MayAsync(Policies.WriteRegistry))
        {
            return new Outcome<ProviderConnected>.Invalid("", "You don't have permission to change the Letta server.");
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        if (await registry.LlmConfigs.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id && c.UserId == null, cancel) is not { } config)
        {
            return new Outcome<ProviderConnected>.NotFound();
        }

        var link = await _saved.LinkAsync(config, cancel);
        if (link.Place is not { } place)
        {
            return new Outcome<ProviderConnected>.Invalid("", link.Problem!.Message);
        }

        var known = await _providers.ProvidersAsync(cancel);
        if (known is not Outcome<IReadOnlyList<LettaProvider>>.Ok { Value: var providers })
        {
            return new Outcome<ProviderConnected>.Invalid("", known.ProblemWith("The Letta server")!);
        }

        if (providers.FirstOrDefault(provider => provider.Id == config.Type) is not { } target)
        {
            return new Outcome<ProviderConnected>.Invalid(
                "",
                $"The App Server knows no provider {config.Type}. Connect one on the page Letta server."
            );
        }

        var fields = target.Fields.ToDictionary(
            field => field.Key,
            field =>
                field.IsSecret ? place.Key
                : field.Key.Contains("url", StringComparison.OrdinalIgnoreCase) ? place.Address.AbsoluteUri
                : null
        );
        return await _providers.ConnectAsync(target.Id, fields, cancel);
    }

    private static IReadOnlyList<SharedModel> Compare(List<LlmConfig> ours, IReadOnlyList<string> offered)
    {
        var mine = ours.DistinctBy(HandleOf, StringComparer.OrdinalIgnoreCase).ToList();
        var theirs = offered.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var known = mine.ConvertAll(HandleOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. mine.Select(c => new SharedModel(HandleOf(c), c.Id, theirs.Contains(HandleOf(c)))).OrderBy(model => model.IsOnLetta ? 1 : 0),
            .. offered
                .Where(handle => !known.Contains(handle))
                .Order(StringComparer.OrdinalIgnoreCase)
                .Select(handle => new SharedModel(handle, null, true)),
        ];
    }

    private static string HandleOf(LlmConfig config) => new ModelName(config.Type, config.Model).Handle;
}
