using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Registry.Memories;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>What is remembered, as it is shown. Days, tokens and counts are whole numbers.</summary>
public sealed record MemorySettingsView(
    bool IsOn,
    int ShortTermMessages,
    int ShortTermTokens,
    int MostRecalled,
    int? ExtractionConfigId,
    bool UsesModel,
    bool ReadsToolOutput,
    bool ReadsQuotes,
    int HalfLifeDays,
    int Version
) : IHasVersion
{
    internal static MemorySettingsView Of(MemorySettings row) =>
        new(
            row.IsOn,
            row.ShortTermMessages,
            row.ShortTermTokens,
            row.MostRecalled,
            row.ExtractionConfigId,
            row.UsesModel,
            row.ReadsToolOutput,
            row.ReadsQuotes,
            row.HalfLifeDays,
            row.Version
        );

    internal MemorySettingsForm ToForm() =>
        new()
        {
            Version = Version,
            IsOn = IsOn,
            ShortTermMessages = ShortTermMessages,
            ShortTermTokens = ShortTermTokens,
            MostRecalled = MostRecalled,
            ExtractionConfigId = ExtractionConfigId,
            UsesModel = UsesModel,
            ReadsToolOutput = ReadsToolOutput,
            ReadsQuotes = ReadsQuotes,
            HalfLifeDays = HalfLifeDays,
        };
}

/// <summary>What is to be remembered.</summary>
public sealed class MemorySettingsForm
{
    [System.Text.Json.Serialization.JsonIgnore]
    public int Version { get; set; }

    public bool IsOn { get; set; } = true;

    [Range(1, 1000, ErrorMessage = "Enter a number of messages from 1 to 1,000.")]
    public int ShortTermMessages { get; set; } = 30;

    [Range(100, 1_000_000, ErrorMessage = "Enter a number of tokens from 100 to 1,000,000.")]
    public int ShortTermTokens { get; set; } = 16_000;

    [Range(0, 50, ErrorMessage = "Enter a number of memories from 0 to 50.")]
    public int MostRecalled { get; set; } = 5;

    /// <summary>The saved model that reads memories; null for the one that answered.</summary>
    public int? ExtractionConfigId { get; set; }

    /// <summary>A model reads them; otherwise rules do.</summary>
    public bool UsesModel { get; set; } = true;

    public bool ReadsToolOutput { get; set; }

    public bool ReadsQuotes { get; set; }

    [Range(1, 3650, ErrorMessage = "Enter a number of days from 1 to 3,650.")]
    public int HalfLifeDays { get; set; } = 90;
}

/// <summary>Reads and changes the settings of memory, which are one row. Every user may read them.</summary>
public sealed class MemorySettingsService(IDbContextFactory<RegistryDbContext> registries, CurrentUser caller)
{
    private const string MayNot = "You don't have permission to change the settings of memory. It requires settings:write.";

    public async Task<MemorySettingsView> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await ReadAsync(registry, cancel);
    }

    public async Task<Outcome<MemorySettingsView>> SaveAsync(MemorySettingsForm form, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.WriteSettings))
        {
            return new Outcome<MemorySettingsView>.Invalid("", MayNot);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        var row = await registry.MemorySettings.SingleOrDefaultAsync(cancel);
        if (row is not null && row.Version != form.Version)
        {
            return new Outcome<MemorySettingsView>.Conflict(MemorySettingsView.Of(row));
        }

        if (await ProblemsAsync(registry, form, cancel) is { Count: > 0 } reasons)
        {
            return new Outcome<MemorySettingsView>.Invalid(reasons);
        }

        if (row is null)
        {
            registry.Add(row = new());
        }

        Write(form, row);
        await registry.SaveChangesAsync(cancel);
        await registry.CommitWritingAsync(cancel);
        return new Outcome<MemorySettingsView>.Ok(MemorySettingsView.Of(row));
    }

    /// <summary>The saved models that can read memories for everybody.</summary>
    public async Task<IReadOnlyList<(int Id, string Name)>> ModelsAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var models = await registry
            .LlmConfigs.Where(c => c.IsEnabled && c.Purpose == LlmPurpose.Chat && c.UserId == null)
            .OrderBy(c => c.Model)
            .ThenBy(c => c.Id)
            .Select(c => new { c.Id, c.Model })
            .ToListAsync(cancel);
        return [.. models.Select(c => (c.Id, c.Model))];
    }

    internal static async Task<MemorySettingsView> ReadAsync(RegistryDbContext registry, CancellationToken cancel) =>
        MemorySettingsView.Of(await registry.MemorySettings.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new());

    private static async Task<Dictionary<string, string>> ProblemsAsync(
        RegistryDbContext registry,
        MemorySettingsForm form,
        CancellationToken cancel
    )
    {
        var reasons = FormRules.Check(form);
        if (
            form.ExtractionConfigId is { } id
            && !await registry.LlmConfigs.AnyAsync(c => c.Id == id && c.Purpose == LlmPurpose.Chat && c.UserId == null, cancel)
        )
        {
            reasons.TryAdd(nameof(form.ExtractionConfigId), "Unknown model. Choose one that everybody may use and that chats.");
        }

        return reasons;
    }

    private static void Write(MemorySettingsForm form, MemorySettings row)
    {
        (row.IsOn, row.UsesModel, row.ReadsToolOutput, row.ReadsQuotes) = (
            form.IsOn,
            form.UsesModel,
            form.ReadsToolOutput,
            form.ReadsQuotes
        );
        (row.ShortTermMessages, row.ShortTermTokens, row.MostRecalled) = (form.ShortTermMessages, form.ShortTermTokens, form.MostRecalled);
        (row.ExtractionConfigId, row.HalfLifeDays) = (form.ExtractionConfigId, form.HalfLifeDays);
    }
}
