using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>Models whose every call is written down, for talking and for testing alike.</summary>
public sealed class MeteredModels(LlmClient client, UsageLedger ledger, TimeProvider clock)
{
    /// <param name="config">What it is written down for; one that is not saved leaves its name only.</param>
    public IChatClient Chat(LlmPlace place, LlmConfig config, UsageContext context) =>
        new MeteredChat(client.Chat(place), config, ledger, context);

    /// <summary>What a text is embedded as.</summary>
    public async Task<ReadOnlyMemory<float>> EmbedAsync(
        LlmPlace place,
        string text,
        LlmConfig config,
        UsageContext context,
        CancellationToken cancel
    )
    {
        var began = clock.GetTimestamp();
        var (tokens, outcome) = (TokenCounts.Unknown, MeteredChat.Cancelled);
        try
        {
            var (vector, counted) = await client.EmbedAsync(place, text, cancel);
            tokens = counted is null ? TokenEstimate.OfEmbedding(place.Model, text) : TokenCounts.Unknown with { Embedding = counted };
            outcome = MeteredChat.Ok;
            return vector;
        }
        catch (LlmCallException e)
        {
            outcome = e.Verdict.Text();
            throw;
        }
        finally
        {
            await ledger.WriteAsync(new(config, context, tokens, null, clock.GetElapsedTime(began), outcome));
        }
    }
}
