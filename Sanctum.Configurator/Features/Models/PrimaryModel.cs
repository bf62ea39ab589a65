using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>A step of what a start does with the primary model.</summary>
public sealed record StartStep(
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("is_warning")] bool IsWarning = false
);

/// <summary>
/// Seed 003's flow at every start: the primary model is made where it is missing, takes its key from the environment where one is given, is
/// the active one, and every other one of everybody's is not. It is openai gpt-4o, unless the operator has activated another.
/// </summary>
public sealed class PrimaryModel
{
    public const string Type = LlmProvider.OpenAi;
    public const string Model = "gpt-4o";

    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private volatile StartRun _last = new(null, []);

    internal PrimaryModel(IServiceScopeFactory scopes, TimeProvider clock) => (_scopes, _clock) = (scopes, clock);

    /// <summary>What the last start did; without a time where it has not yet.</summary>
    public StartRun Last => _last;

    public async Task EnforceAsync(CancellationToken cancel)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        await using var registry = await services.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);
        registry.Reason = "the primary model at the start";
        await registry.BeginWritingAsync(cancel);
        List<StartStep> steps = [new("Tables", "They are there.")];
        var primary = await FindAsync(registry, steps, cancel);
        await TakeKeyAsync(services, primary, steps, cancel);
        await EnforceAsync(registry, primary, steps, cancel);
        await registry.CommitWritingAsync(cancel);
        _last = new(_clock.GetUtcNow(), steps);
    }

    private async Task<LlmConfig> FindAsync(RegistryDbContext registry, List<StartStep> steps, CancellationToken cancel)
    {
        var found =
            await registry.LlmConfigs.Where(c => c.UserId == null && c.IsPrimary && c.IsEnabled).FirstOrDefaultAsync(cancel)
            ?? await registry
                .LlmConfigs.Where(c => c.UserId == null && c.Type == Type && c.Model == Model && c.Purpose == LlmPurpose.Chat)
                .OrderBy(c => c.Id)
                .FirstOrDefaultAsync(cancel);
        if (found is not null)
        {
            steps.Add(new("Primary model", $"{LlmProvider.Of(found.Type).Name} {found.Model} exists."));
            return found;
        }

        var made = new LlmConfig
        {
            Type = Type,
            Model = Model,
            IsActive = false,
            CreatedAt = _clock.GetUtcNow(),
        };
        registry.Add(made);
        await registry.SaveChangesAsync(cancel);
        steps.Add(new("Primary model", $"OpenAI {Model} was missing and was created."));
        return made;
    }

    /// <summary>
    /// A key that the environment gives anew is taken; one that was typed since the same one was taken stays, as the database goes first.
    /// </summary>
    private static async Task TakeKeyAsync(IServiceProvider services, LlmConfig primary, List<StartStep> steps, CancellationToken cancel)
    {
        var keys = services.GetRequiredService<ProviderKeys>();
        var secrets = services.GetRequiredService<SecretBox>();
        var provider = LlmProvider.Of(primary.Type);
        var address = primary.BaseUrl ?? primary.ApiBase;
        var isItsOwn = string.IsNullOrWhiteSpace(address) || (provider.Address is { } own && !SecretDestination.IsAnother(own, address));
        if (isItsOwn && keys.FromEnvironment(provider) is var (key, variable))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
            var isNew = hash != primary.EnvironmentKeyHash;
            if (isNew)
            {
                (primary.ApiKey, primary.EnvironmentKeyHash) = (secrets.Seal(key, SecretAdoption.PlaceOf(primary)), hash);
            }

            steps.Add(
                new(
                    "Key",
                    isNew ? $"Taken from {variable} and encrypted in the database."
                        : primary.ApiKey is null ? $"{variable} is used; the database holds none."
                        : $"Kept: {variable} is unchanged since its key was taken."
                )
            );
            return;
        }

        var inForce = await keys.FindAsync(primary, cancel);
        steps.Add(
            inForce.Source switch
            {
                KeySource.Unreadable => new(
                    "Key",
                    "It is stored and can't be decrypted. Restore the keys folder, or enter it again.",
                    true
                ),
                KeySource.None when provider.NeedsKey => new(
                    "Key",
                    $"There is none: models of {provider.Name} can't be used. Enter it on the Models page, or start the console with {provider.KeyVariables[0]}.",
                    true
                ),
                KeySource.None => new("Key", $"There is none, and {provider.Name} needs none."),
                KeySource.Settings => new("Key", "The system settings hold it."),
                _ => new("Key", "The database holds it."),
            }
        );
    }

    private static async Task EnforceAsync(RegistryDbContext registry, LlmConfig primary, List<StartStep> steps, CancellationToken cancel)
    {
        var others = await registry.LlmConfigs.CountAsync(c => c.UserId == null && c.IsActive && c.Id != primary.Id, cancel);
        var was = primary is { IsActive: true, IsPrimary: true };
        primary.IsEnabled = true;
        await ModelService.ActivateAsync(registry, primary, isPrimary: true, cancel);
        steps.Add(
            new(
                "Active",
                others > 0 ? $"{primary.Model} was made the active one again, in place of another."
                    : was ? $"{primary.Model} is the active one."
                    : $"{primary.Model} was made the active one."
            )
        );
    }
}

/// <summary>What a start did with the primary model.</summary>
public sealed record StartRun(
    [property: JsonPropertyName("at")] DateTimeOffset? At,
    [property: JsonPropertyName("steps")] IReadOnlyList<StartStep> Steps
);
