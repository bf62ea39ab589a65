using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Features.Models.Life;
using Sanctum.Configurator.Features.Models.Probe;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models;

/// <summary>Keeps a row of each test of a saved model, for as long as anybody looks back.</summary>
internal sealed class ModelChecks(TimeProvider clock)
{
    /// <summary>How many tests of each model are kept.</summary>
    internal const int MostKept = 500;

    public async Task AddAsync(RegistryDbContext registry, LlmConfig config, LlmReport report, string by, CancellationToken cancel)
    {
        if (!await registry.LlmConfigs.AnyAsync(c => c.Id == config.Id, cancel))
        {
            return; // It was deleted while it was tested.
        }

        registry.Add(
            new LlmCheck
            {
                ConfigId = config.Id,
                CheckedAt = clock.GetUtcNow(),
                CheckedBy = by,
                Model = config.Model,
                Verdict = report.Verdict.Text(),
                IsUp = report.IsUp,
                LatencyMs = report.LatencyMs,
                FirstTokenMs = report.FirstTokenMs,
                Message = report.Message,
                Hint = report.Hint,
                Steps = JsonSerializer.Serialize(report.Steps, ApiJson.Options),
            }
        );
        if (report.End is { Source: ModelEnds.ProvidersList } end)
        {
            await LearnAsync(registry, config, end, cancel);
        }

        await registry.SaveChangesAsync(cancel);
        var last = await registry
            .LlmChecks.Where(c => c.ConfigId == config.Id)
            .OrderByDescending(c => c.Id)
            .Skip(MostKept - 1)
            .Select(c => c.Id)
            .FirstOrDefaultAsync(cancel);
        await registry.LlmChecks.Where(c => c.ConfigId == config.Id && c.Id < last).ExecuteDeleteAsync(cancel);
    }

    /// <summary>What the provider's own list says of the end is kept, so that the operator is told in time.</summary>
    private async Task LearnAsync(RegistryDbContext registry, LlmConfig config, ModelEnd end, CancellationToken cancel)
    {
        var known = await registry.LlmRetirements.SingleOrDefaultAsync(r => r.Type == config.Type && r.Model == config.Model, cancel);
        if (known is null)
        {
            registry.Add(
                new LlmRetirement
                {
                    Type = config.Type,
                    Model = config.Model,
                    EndsOn = end.EndsOn,
                    Source = ModelEnds.ProvidersList,
                    CreatedAt = clock.GetUtcNow(),
                }
            );
        }
        else if (known.EndsOn != end.EndsOn)
        {
            (known.EndsOn, known.Source) = (end.EndsOn, ModelEnds.ProvidersList);
        }
    }
}
