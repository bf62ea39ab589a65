using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Models.Client;

namespace Sanctum.Configurator.Features.Models.Saved;

/// <summary>One of the models that are tried in turn.</summary>
public sealed record ChatLink(string Name, IChatClient? Client, LlmCallException? Problem);

/// <summary>
/// Several models as one: the next is tried where one fails before its first word. Where none answers, the error names each with its own
/// reason.
/// </summary>
/// <param name="limit">Why nobody is called at all; null where somebody may be.</param>
public sealed class FallbackChat(IReadOnlyList<ChatLink> links, Func<CancellationToken, Task<string?>> limit) : IChatClient
{
    /// <summary>Where each part of an answer names the model that it came from.</summary>
    public const string AnsweredBy = "sanctum_model";

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        if (await limit(cancellationToken) is { } reached)
        {
            throw new LlmCallException(
                LlmVerdict.LimitReached,
                reached,
                "Ask an administrator to raise the limit, or wait until the period is over."
            );
        }

        List<(string Name, LlmCallException Why)> failed = [];
        var asked = messages.ToList();
        foreach (var link in links)
        {
            if (link.Client is null)
            {
                failed.Add((link.Name, link.Problem!));
                continue;
            }

            await using var parts = link
                .Client.GetStreamingResponseAsync(asked, options, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            if (await FirstAsync(parts) is { } why)
            {
                failed.Add((link.Name, why));
                continue;
            }

            do
            {
                (parts.Current.AdditionalProperties ??= [])[AnsweredBy] = link.Name;
                yield return parts.Current;
            } while (await parts.MoveNextAsync());

            yield break;
        }

        throw Nobody(failed);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        foreach (var link in links)
        {
            link.Client?.Dispose();
        }
    }

    private static async Task<LlmCallException?> FirstAsync(IAsyncEnumerator<ChatResponseUpdate> parts)
    {
        try
        {
            return await parts.MoveNextAsync() ? null : new(LlmVerdict.Empty, "It ended its answer without a word.", "Try again.");
        }
        catch (LlmCallException e) when (e.Verdict.LetsAnotherTry())
        {
            return e;
        }
    }

    private static LlmCallException Nobody(List<(string Name, LlmCallException Why)> failed) =>
        failed switch
        {
            [] => new(LlmVerdict.ModelMissing, "No model is active.", "Activate a model on the page Models."),
            [var (_, only)] => only,
            _ => new(
                failed[0].Why.Verdict,
                $"None of {failed.Count} models answered. {string.Join(' ', failed.Select((one, at) => $"{at + 1}. {one.Name}: {one.Why.Message}"))}",
                failed[0].Why.Hint,
                failed[0].Why
            )
            {
                // The first of them that is to be asked again decides.
                RetryAfter = failed.Min(one => one.Why.RetryAfter),
            },
        };
}
