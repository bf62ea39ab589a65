using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Usage;

/// <summary>Writes down what each call took, however it ends: whole, failed, or left by whoever read it.</summary>
internal sealed class MeteredChat(IChatClient inner, LlmConfig config, UsageLedger ledger, UsageContext context)
    : DelegatingChatClient(inner)
{
    private const string Ok = "ok";
    private const string Cancelled = "cancelled";

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var began = TimeProvider.System.GetTimestamp();
        TimeSpan? first = null;
        UsageDetails? usage = null;
        var outcome = Cancelled;
        try
        {
            await using var parts = base.GetStreamingResponseAsync(messages, options, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(parts, why => outcome = why))
            {
                first ??= TimeProvider.System.GetElapsedTime(began);
                foreach (var counted in parts.Current.Contents.OfType<UsageContent>())
                {
                    usage ??= new();
                    usage.Add(counted.Details);
                }

                yield return parts.Current;
            }

            outcome = Ok;
        }
        finally
        {
            await ledger.WriteAsync(new(config, context, TokenCounts.Of(usage), first, TimeProvider.System.GetElapsedTime(began), outcome));
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> parts, Action<string> ended)
    {
        try
        {
            return await parts.MoveNextAsync();
        }
        catch (LlmCallException e)
        {
            ended(e.Verdict.Text());
            throw;
        }
    }
}
