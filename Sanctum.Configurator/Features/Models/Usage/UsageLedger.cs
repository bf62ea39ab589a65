using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>A call of a model that has ended.</summary>
/// <param name="Outcome">"ok", "cancelled", or the verdict's word.</param>
public sealed record EndedCall(
    LlmConfig Config,
    UsageContext Context,
    TokenCounts Tokens,
    TimeSpan? FirstToken,
    TimeSpan Total,
    string Outcome
);

/// <summary>Writes down each call of a model with its price of that day.</summary>
public sealed partial class UsageLedger(IServiceScopeFactory scopes, TimeProvider clock, ILogger<UsageLedger> log)
{
    /// <summary>How long a call is kept: long enough to compare a month with the same of the year before.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private const string Estimated = "estimated";

    /// <summary>The call is over by now: that it can't be written down is logged, and takes nobody's answer away.</summary>
    public async Task WriteAsync(EndedCall call)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var registry = await scope
                .ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>()
                .CreateDbContextAsync(CancellationToken.None);
            await WriteAsync(registry, call);
        }
        catch (Exception e) when (e is DbUpdateException or InvalidOperationException or System.Data.Common.DbException)
        {
            LogLost(call.Config.Id, call.Tokens.Total, e);
        }
    }

    private async Task WriteAsync(RegistryDbContext registry, EndedCall call)
    {
        var now = clock.GetUtcNow();
        var (type, model) = (call.Config.Type, call.Config.Model);
        var prices = await ModelPrices.ReadAsync(registry, CancellationToken.None);
        var (cost, used) = prices.CostOf(type, model, call.Tokens, DateOnly.FromDateTime(now.UtcDateTime));
        var isThere = await registry.LlmConfigs.AnyAsync(c => c.Id == call.Config.Id);
        registry.Add(
            new LlmUsage
            {
                UsedAt = now,
                ConfigId = isThere ? call.Config.Id : null,
                Type = type,
                Model = model,
                AgentId = call.Context.AgentId,
                UserId = call.Context.UserId,
                Conversation = call.Context.Conversation,
                InputTokens = call.Tokens.Input,
                CachedReadTokens = call.Tokens.CachedRead,
                CacheWriteTokens = call.Tokens.CacheWrite,
                OutputTokens = call.Tokens.Output,
                ReasoningTokens = call.Tokens.Reasoning,
                EmbeddingTokens = call.Tokens.Embedding,
                CostMicros = cost,
                Prices = BasisOf(used, call.Tokens.IsEstimated),
                FirstTokenMs = call.FirstToken?.TotalMilliseconds,
                TotalMs = call.Total.TotalMilliseconds,
                Outcome = call.Outcome,
            }
        );
        await registry.SaveChangesAsync(CancellationToken.None);
        var oldest = now - Kept;
        await registry.LlmUsage.Where(u => u.UsedAt < oldest).ExecuteDeleteAsync(CancellationToken.None);
    }

    /// <summary>Whether the tokens of a call were estimated.</summary>
    internal static bool IsEstimated(string? basis) =>
        basis is not null && JsonNode.Parse(basis) is JsonObject said && said.ContainsKey(Estimated);

    private static string? BasisOf(IReadOnlyDictionary<string, long> prices, bool isEstimated)
    {
        var basis = (JsonObject)JsonSerializer.SerializeToNode(prices)!;
        if (isEstimated)
        {
            basis[Estimated] = true;
        }

        return basis.Count > 0 ? basis.ToJsonString() : null;
    }

    [LoggerMessage(LogLevel.Error, "A call of the model {Config} with {Tokens} tokens could not be written into the usage")]
    private partial void LogLost(int config, long tokens, Exception exception);
}
