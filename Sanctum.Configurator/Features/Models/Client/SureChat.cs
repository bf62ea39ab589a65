using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Sanctum.Configurator.Features.Models.Client;

/// <summary>A library's client that fails in one way, and for which an answer without a word is a failure.</summary>
public sealed class SureChat(IChatClient inner, LlmPlace place, LlmHandler handler) : DelegatingChatClient(inner)
{
    /// <summary>What a call of a tool was given, where that is no JSON.</summary>
    public const string WrittenArguments = "written_arguments";

    private static readonly string[] Ends = ["[DONE]", "message_stop"];

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var answer = await LlmClient.GuardAsync(
            place,
            () => base.GetResponseAsync(messages, options, cancellationToken),
            cancellationToken
        );
        var thoughts = new LeadingThoughts();
        foreach (var message in answer.Messages)
        {
            message.Contents = [.. message.Contents.Select(Given).SelectMany(thoughts.Part), .. thoughts.Rest()];
        }

        return handler.BadEnd is null && answer.Messages.Any(message => message.Contents.Any(IsSomething)) ? answer
            : handler.BadEnd is null ? throw Nothing()
            : throw WhyBroken(hasEnd: true)!;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var (isEmpty, hasEnd, thoughts) = (true, false, new LeadingThoughts());
        await using var parts = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await LlmClient.GuardAsync(place, async () => await parts.MoveNextAsync(), cancellationToken))
        {
            var part = parts.Current;
            part.Contents = [.. part.Contents.Select(Given).SelectMany(thoughts.Part)];
            isEmpty &= !part.Contents.Any(IsSomething);
            hasEnd |= part.FinishReason is not null;
            yield return part;
        }

        if (thoughts.Rest() is { Count: > 0 } rest)
        {
            isEmpty &= !rest.Any(IsSomething);
            yield return new(ChatRole.Assistant, rest);
        }

        if (WhyBroken(hasEnd) is { } why)
        {
            throw why;
        }

        if (isEmpty)
        {
            throw Nothing();
        }
    }

    /// <summary>A connection that ends in good order is no sign that the answer is whole: what stands between may have ended it.</summary>
    private LlmCallException? WhyBroken(bool hasEnd) =>
        LlmAnswers.ExplainInside(place, handler.Tail)
        ?? (
            handler.BadEnd is { } reason ? LlmAnswers.Make(place, LlmVerdict.Broken, null, $"finish_reason {reason}")
            : hasEnd || Ends.Any(end => handler.Tail.Contains(end, StringComparison.Ordinal)) ? null
            : LlmAnswers.Make(place, LlmVerdict.Broken, null, "the stream ended in the middle")
        );

    /// <summary>A tool that needs nothing may be given nothing at all, which the library takes for a fault.</summary>
    private AIContent Given(AIContent content)
    {
        if (content is not FunctionCallContent { Exception: not null } call || handler.ArgumentsOf(call.CallId) is not { } written)
        {
            return content;
        }

        if (string.IsNullOrWhiteSpace(written))
        {
            return new FunctionCallContent(call.CallId, call.Name, new Dictionary<string, object?>());
        }

        (call.AdditionalProperties ??= [])[WrittenArguments] = written;
        return call;
    }

    private static bool IsSomething(AIContent content) =>
        content is TextContent { Text.Length: > 0 } or FunctionCallContent or TextReasoningContent { Text.Length: > 0 } or DataContent;

    private LlmCallException Nothing() =>
        LlmAnswers.ExplainInside(place, handler.Tail) ?? LlmAnswers.Make(place, LlmVerdict.Empty, null, "an empty answer");
}
