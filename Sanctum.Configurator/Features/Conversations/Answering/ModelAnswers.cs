using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Conversations.Prompting;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>Has a model answer: the one of the conversation, or the one in force with those of the fallback order.</summary>
internal sealed class ModelAnswers(
    IDbContextFactory<RegistryDbContext> registries,
    SavedModels models,
    PromptBuilder prompts,
    SentPrompts sent,
    PromptMemories memories
)
{
    private const string GoOn =
        "Your last answer was cut off. Go on from exactly where it ended, in the same format. Don't repeat what is there, and don't comment on it.";

    public async IAsyncEnumerable<AnswerPart> AskAsync(
        ConversationRun run,
        Conversation conversation,
        IReadOnlyList<SaidMessage> said,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var links = await LinksAsync(run.UserId, conversation, cancel);
        var prompt = await prompts.BuildAsync(conversation, said, links is [var first, ..] ? first.Config.Model : "", cancel);
        await sent.KeepAsync(run.MessageId, prompt, cancel);
        await memories.UsedAsync(prompt.Parts, cancel);
        List<ChatMessage> messages =
        [
            .. prompt.System.Length > 0 ? [new ChatMessage(ChatRole.System, prompt.System)] : Array.Empty<ChatMessage>(),
            .. prompt.Messages.Select(message => new ChatMessage(RoleOf(message.Role), message.Text)),
        ];
        if (run.IsContinuation)
        {
            messages.Add(new(ChatRole.User, GoOn));
        }

        using var chat = models.Open(links, new UsageContext(run.UserId, conversation.Id.ToString()));
        string? by = null;
        await foreach (var part in chat.GetStreamingResponseAsync(messages, cancellationToken: cancel))
        {
            if (by is null && part.AdditionalProperties?[FallbackChat.AnsweredBy] is string name)
            {
                yield return new AnswerPart.By(by = name);
            }

            foreach (var content in part.Contents)
            {
                if (Read(content) is { } read)
                {
                    yield return read;
                }
            }
        }
    }

    /// <summary>One answer as a whole, to messages that are no part of the conversation, with the model's id.</summary>
    /// <exception cref="Models.Client.LlmCallException">No model answered.</exception>
    public async Task<(string Text, string Model)> AnswerAsync(
        int? user,
        Conversation conversation,
        IReadOnlyList<ChatMessage> messages,
        CancellationToken cancel
    )
    {
        var links = await LinksAsync(user, conversation, cancel);
        using var chat = models.Open(links, new UsageContext(user, conversation.Id.ToString()));
        var answer = await chat.GetResponseAsync(messages, cancellationToken: cancel);
        return (answer.Text, links is [var first, ..] ? first.Config.Model : "");
    }

    private static AnswerPart? Read(AIContent content) =>
        content switch
        {
            TextReasoningContent { Text.Length: > 0 } thought => new AnswerPart.Reasoning(thought.Text),
            TextContent { Text.Length: > 0 } text => new AnswerPart.Text(text.Text),
            UsageContent usage => new AnswerPart.Tokens(usage.Details.InputTokenCount, usage.Details.OutputTokenCount),
            _ => null,
        };

    private static ChatRole RoleOf(string role) =>
        role switch
        {
            ConversationMessage.Assistant => ChatRole.Assistant,
            ConversationMessage.System => ChatRole.System,
            _ => ChatRole.User,
        };

    private async Task<IReadOnlyList<LlmLink>> LinksAsync(int? user, Conversation conversation, CancellationToken cancel)
    {
        if (conversation.ConfigId is not { } id)
        {
            return await models.ChainAsync(user, cancel);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry.LlmConfigs.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is { } config
            ? [await models.LinkAsync(config, cancel)]
            : await models.ChainAsync(user, cancel);
    }
}
