using System.Text.Json.Serialization;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Life;

/// <summary>
/// When models end. Whoever knows it best is believed: the operator's own date, then what he imported or the provider's list said, then
/// what the console was shipped with.
/// </summary>
internal sealed class ModelEnds
{
    public const string OwnDate = "your own date";
    public const string ProvidersList = "the provider's list";

    private static readonly Lazy<ShippedEnds> Shipped = new(() =>
    {
        using var file = typeof(ModelEnds).Assembly.GetManifestResourceStream("retirements.json")!;
        return JsonSerializer.Deserialize<ShippedEnds>(file, ApiJson.Options)!;
    });

    private readonly Dictionary<(string, string), ModelEnd> _known = [];

    private ModelEnds(IEnumerable<LlmRetirement> stored)
    {
        var source = $"{Shipped.Value.Source}, read on {Shipped.Value.Checked:yyyy-MM-dd}";
        foreach (var model in Shipped.Value.Models)
        {
            _known[KeyOf(model.Type, model.Model)] = new(model.EndsOn, model.Replacement, source);
        }

        foreach (var row in stored)
        {
            var shipped = _known.GetValueOrDefault(KeyOf(row.Type, row.Model));
            _known[KeyOf(row.Type, row.Model)] = new(row.EndsOn, row.Replacement ?? shipped?.Replacement, row.Source ?? "an imported list");
        }
    }

    public static async Task<ModelEnds> ReadAsync(RegistryDbContext registry, CancellationToken cancel) =>
        new(await registry.LlmRetirements.AsNoTracking().ToListAsync(cancel));

    /// <summary>Null where nobody says that it ends.</summary>
    public ModelEnd? Of(LlmConfig config) => Of(config.Type, config.Model, config.LivesUntil);

    public ModelEnd? Of(string type, string model, DateOnly? own)
    {
        var known = _known.GetValueOrDefault(KeyOf(type, model));
        return own is { } date ? new(date, known?.Replacement, OwnDate) : known;
    }

    private static (string, string) KeyOf(string type, string model) => (type.Trim().ToLowerInvariant(), model.Trim().ToLowerInvariant());

    private sealed record ShippedEnds(
        [property: JsonPropertyName("checked")] DateOnly Checked,
        [property: JsonPropertyName("source")] string Source,
        [property: JsonPropertyName("models")] IReadOnlyList<RetiringModel> Models
    );
}

/// <summary>A line of a list of retirements, as it is imported and exported.</summary>
public sealed record RetiringModel(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("ends_on")] DateOnly EndsOn,
    [property: JsonPropertyName("replacement")] string? Replacement = null
);
