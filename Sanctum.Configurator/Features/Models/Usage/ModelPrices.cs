using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>A price in force on a day.</summary>
/// <param name="MicrosPerMillion">Millionths of a dollar for a million tokens.</param>
/// <param name="IsOwn">The operator entered it; else the console was shipped with it.</param>
internal sealed record PriceInForce(long MicrosPerMillion, DateOnly ValidFrom, bool IsOwn);

/// <summary>
/// What models cost. A price of one's own goes before the one that was shipped; what nobody knows is unknown, and never nothing.
/// </summary>
internal sealed class ModelPrices
{
    private const decimal Micros = 1_000_000m;

    private static readonly Lazy<ShippedPrices> Shipped = new(() =>
    {
        using var file = typeof(ModelPrices).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize<ShippedPrices>(file, ApiJson.Options)!;
    });

    private readonly ILookup<(string, string, LlmTokenKind), LlmPrice> _own;

    private ModelPrices(IEnumerable<LlmPrice> own) => _own = own.ToLookup(price => KeyOf(price.Type, price.Model, price.Kind));

    /// <summary>The day on which the prices that were shipped were read.</summary>
    public static DateOnly ShippedOn => Shipped.Value.Checked;

    public static async Task<ModelPrices> ReadAsync(RegistryDbContext registry, CancellationToken cancel) =>
        new(await registry.LlmPrices.AsNoTracking().ToListAsync(cancel));

    /// <summary>Null where nobody knows it. Thinking costs what answering costs, unless it has a price of its own.</summary>
    public PriceInForce? Find(string type, string model, LlmTokenKind kind, DateOnly day) =>
        FindOwn(type, model, kind, day)
        ?? FindShipped(type, model, kind, day)
        ?? (kind == LlmTokenKind.Reasoning ? Find(type, model, LlmTokenKind.Output, day) : null);

    /// <summary>What a call costs in millionths of a dollar, and by which prices; null where a price or a number of tokens is unknown.</summary>
    public (long? Micros, IReadOnlyDictionary<string, long> Prices) CostOf(string type, string model, TokenCounts tokens, DateOnly day)
    {
        var prices = new Dictionary<string, long>();
        var (cost, isKnown) = (0m, tokens != TokenCounts.Unknown);
        foreach (var kind in Enum.GetValues<LlmTokenKind>().Where(kind => tokens.Of(kind) is > 0))
        {
            if (Find(type, model, kind, day) is not { } price)
            {
                isKnown = false;
                continue;
            }

            prices[EnumText<LlmTokenKind>.Of(kind)] = price.MicrosPerMillion;
            cost += tokens.Of(kind)!.Value * (decimal)price.MicrosPerMillion / Micros;
        }

        return (isKnown ? (long)Math.Ceiling(cost) : null, prices);
    }

    private PriceInForce? FindOwn(string type, string model, LlmTokenKind kind, DateOnly day) =>
        _own[KeyOf(type, model, kind)]
            .Where(price => price.ValidFrom <= day && (price.ValidUntil is null || day <= price.ValidUntil))
            .OrderByDescending(price => price.ValidFrom)
            .Select(price => new PriceInForce(price.MicrosPerMillion, price.ValidFrom, IsOwn: true))
            .FirstOrDefault();

    private static PriceInForce? FindShipped(string type, string model, LlmTokenKind kind, DateOnly day) =>
        Shipped
            .Value.Models.Where(price => KeyOf(price.Type, price.Model, kind) == KeyOf(type, model, kind) && price.ValidFrom <= day)
            .OrderByDescending(price => price.ValidFrom)
            .Select(price =>
                price.Of(kind) is { } dollars ? new PriceInForce((long)(dollars * Micros), price.ValidFrom, IsOwn: false) : null
            )
            .FirstOrDefault();

    private static (string, string, LlmTokenKind) KeyOf(string type, string model, LlmTokenKind kind) =>
        (type.Trim().ToLowerInvariant(), model.Trim().ToLowerInvariant(), kind);

    private sealed record ShippedPrices(
        [property: JsonPropertyName("checked")] DateOnly Checked,
        [property: JsonPropertyName("models")] IReadOnlyList<ShippedPrice> Models
    );

    /// <summary>In dollars for a million tokens.</summary>
    private sealed record ShippedPrice(
        [property: JsonPropertyName("type")] string Type,
        [property: JsonPropertyName("model")] string Model,
        [property: JsonPropertyName("valid_from")] DateOnly ValidFrom,
        [property: JsonPropertyName("input")] decimal? Input,
        [property: JsonPropertyName("cached_read")] decimal? CachedRead,
        [property: JsonPropertyName("cache_write")] decimal? CacheWrite,
        [property: JsonPropertyName("output")] decimal? Output,
        [property: JsonPropertyName("embedding")] decimal? Embedding
    )
    {
        public decimal? Of(LlmTokenKind kind) =>
            kind switch
            {
                LlmTokenKind.Input => Input,
                LlmTokenKind.CachedRead => CachedRead,
                LlmTokenKind.CacheWrite => CacheWrite,
                LlmTokenKind.Output => Output,
                LlmTokenKind.Embedding => Embedding,
                _ => null,
            };
    }
}
