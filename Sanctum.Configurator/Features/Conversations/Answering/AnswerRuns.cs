using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Asks, asks again in other words, has an answer made again, stops it. What is asked for is made by <see cref="AnswerEngine"/>, wherever
/// whoever asked has gone.
/// </summary>
public sealed class AnswerRuns
{
    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly ConversationAccess _access;
    private readonly ConversationService _conversations;
    private readonly RunQueue _queue;

    internal AnswerRuns(
        IDbContextFactory<RegistryDbContext> registries,
        ConversationAccess access,
        ConversationService conversations,
        RunQueue queue
    ) => (_registries, _access, _conversations, _queue) = (registries, access, conversations, queue);

    /// <summary>Says something; the answer is made by and by.</summary>
    public async Task<Outcome<BegunAnswer>> AskAsync(AskForm form, CancellationToken cancel)
    {
        if (await _access.RefuseAsync<BegunAnswer>() is { } mayNot)
        {
            return mayNot;
        }

        List<ConversationAttachment> files = [.. (form.Attachments ?? []).Select(file => file.ToAttachment())];
        if (ProblemsWith(form, files) is { } invalid)
        {
            return invalid;
        }

        var id = form.ConversationId ?? await AskedBefore.ConversationAsync(_registries, _access, form.MessageId, cancel);
        if (id is null)
        {
            var created = await _conversations.CreateAsync(
                new()
                {
                    AgentId = form.AgentId,
                    ConfigId = form.ConfigId,
                    IsTemporary = form.IsTemporary,
                },
                cancel
            );
            if (created is not Outcome<ConversationRow>.Ok { Value: var row })
            {
                return new Outcome<BegunAnswer>.Invalid(((Outcome<ConversationRow>.Invalid)created).Reasons);
            }

            id = row.Id;
        }

        return await _queue.InConversationAsync(
            id.Value,
            (registry, conversation) => AskAsync(registry, conversation, form, files, cancel),
            cancel
        );
    }

    /// <summary>A question in other words, beside the first; the rest of the conversation stays in its own branch.</summary>
    public Task<Outcome<BegunAnswer>> EditAsync(Guid id, Guid message, EditForm form, CancellationToken cancel) =>
        string.IsNullOrWhiteSpace(form.Text)
            ? Task.FromResult<Outcome<BegunAnswer>>(new Outcome<BegunAnswer>.Invalid(nameof(form.Text), "Enter a message."))
        : FormRules.Check(form) is { Count: > 0 } reasons ? Task.FromResult<Outcome<BegunAnswer>>(new Outcome<BegunAnswer>.Invalid(reasons))
        : _queue.OnMessageAsync(
            id,
            message,
            ConversationMessage.User,
            "Only a message of your own can be edited.",
            async (registry, conversation, first) =>
            {
                var question = _queue.NewMessage(
                    conversation.Id,
                    first.ParentId,
                    ConversationMessage.User,
                    WholeText.Of(form.Text),
                    first.Attachments
                );
                return await _queue.BeginAsync(registry, conversation, question, _queue.NewAnswer(question), cancel);
            },
            cancel
        );

    /// <summary>Another answer to the same question, beside the first.</summary>
    public Task<Outcome<BegunAnswer>> RegenerateAsync(Guid id, Guid message, CancellationToken cancel) =>
        _queue.OnMessageAsync(
            id,
            message,
            ConversationMessage.Assistant,
            "Only an answer can be made again.",
            async (registry, conversation, first) =>
                first.ParentId is not { } asked
                    ? new Outcome<BegunAnswer>.Invalid("", "There is no question before this answer.")
                    : await _queue.BeginAsync(
                        registry,
                        conversation,
                        null,
                        _queue.NewMessage(conversation.Id, asked, ConversationMessage.Assistant, "", null),
                        cancel
                    ),
            cancel
        );

    /// <summary>An answer of a model that broke off goes on where it ended.</summary>
    public Task<Outcome<BegunAnswer>> ContinueAsync(Guid id, Guid message, CancellationToken cancel) =>
        _queue.OnMessageAsync(
            id,
            message,
            ConversationMessage.Assistant,
            "Only an answer can go on.",
            async (registry, conversation, first) =>
                conversation.Partner == ConversationPartner.Agent
                    ? new Outcome<BegunAnswer>.Invalid("", "An agent can't go on with an answer that was cut off. Ask it again.")
                : first.State is not (ConversationMessageState.CutOff or ConversationMessageState.Stopped) || first.Content.Length == 0
                    ? new Outcome<BegunAnswer>.Invalid("", "This answer wasn't cut off.")
                : await _queue.BeginAsync(registry, conversation, null, first, cancel, isContinuation: true),
            cancel
        );

    /// <summary>Ends the answer that is made; what came of it stays. What waits after it goes on.</summary>
    public async Task<Outcome<StoppedAnswers>> StopAsync(Guid id, CancellationToken cancel)
    {
        if (await _access.RefuseAsync<StoppedAnswers>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return await _access.Own(registry).AnyAsync(c => c.Id == id, cancel)
            ? new Outcome<StoppedAnswers>.Ok(new(await _queue.StopAsync(registry, id, cancel)))
            : new Outcome<StoppedAnswers>.NotFound();
    }

    /// <summary>Takes a message back whose turn has not come, with its answer.</summary>
    public Task<Outcome<BegunAnswer>> WithdrawAsync(Guid id, Guid message, CancellationToken cancel) =>
        _queue.InConversationAsync<BegunAnswer>(
            id,
            async (registry, conversation) =>
            {
                var run = await registry.ConversationRuns.SingleOrDefaultAsync(
                    r => r.ConversationId == id && r.MessageId == message && r.Status == ConversationRunStatus.Waiting && r.Crashes == 0,
                    cancel
                );
                if (run is null || run.Decision is not null || run.IsContinuation)
                {
                    return new Outcome<BegunAnswer>.Invalid("", "It does not wait any more.");
                }

                if (await registry.ConversationMessages.AnyAsync(m => m.ParentId == message, cancel))
                {
                    return new Outcome<BegunAnswer>.Invalid("", "Another message waits behind it. Take that one back first.");
                }

                var answer = await registry.ConversationMessages.SingleAsync(m => m.Id == message, cancel);
                var asked = answer.ParentId!.Value;
                var question = await registry.ConversationMessages.SingleAsync(m => m.Id == asked, cancel);
                var isAlone = !await registry.ConversationMessages.AnyAsync(m => m.ParentId == asked && m.Id != message, cancel);
                registry.Remove(answer);
                if (isAlone)
                {
                    registry.Remove(question);
                }

                await registry.SaveChangesAsync(cancel);
                var leaf = isAlone ? question.ParentId : await ConversationTree.DownwardsAsync(registry, asked, cancel);
                await registry
                    .Conversations.Where(c => c.Id == id)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(c => c.LeafMessageId, leaf)
                                .SetProperty(c => c.MessageCount, c => c.MessageCount - (isAlone ? 2 : 1)),
                        cancel
                    );
                return new Outcome<BegunAnswer>.Ok(new(id, asked, message, run.Id));
            },
            cancel
        );

    private static Outcome<BegunAnswer>.Invalid? ProblemsWith(AskForm form, List<ConversationAttachment> files) =>
        FormRules.Check(form) is { Count: > 0 } reasons ? new(reasons)
        : string.IsNullOrWhiteSpace(form.Text) && files.Count == 0 ? new(nameof(form.Text), "Enter a message.")
        : AttachedFiles.ProblemWith(files) is { } problem ? new(nameof(form.Attachments), problem)
        : null;

    private async Task<Outcome<BegunAnswer>> AskAsync(
        RegistryDbContext registry,
        Conversation conversation,
        AskForm form,
        List<ConversationAttachment> files,
        CancellationToken cancel
    )
    {
        if (form.MessageId is { } known && await AskedBefore.FindAsync(registry, conversation.Id, known, cancel) is { } again)
        {
            return again;
        }

        var parent = await ConversationTree.LeafAsync(registry, conversation, cancel);
        var running = await registry
            .ConversationRuns.Where(r => r.ConversationId == conversation.Id && r.Status == ConversationRunStatus.Running)
            .Select(r => (Guid?)r.MessageId)
            .FirstOrDefaultAsync(cancel);
        if (running is { } made && form.WhileAnswering != WhileAnswering.Queue)
        {
            await _queue.StopAsync(registry, conversation.Id, cancel);
            parent =
                form.WhileAnswering == WhileAnswering.Steer && parent == made
                    ? await registry.ConversationMessages.Where(m => m.Id == made).Select(m => m.ParentId).SingleAsync(cancel)
                    : parent;
        }

        var question = _queue.NewMessage(
            conversation.Id,
            parent,
            ConversationMessage.User,
            WholeText.Of(form.Text ?? ""),
            files.Count == 0 ? null : JsonSerializer.Serialize(files, ApiJson.Options),
            form.MessageId
        );
        return await _queue.BeginAsync(registry, conversation, question, _queue.NewAnswer(question), cancel);
    }
}

/// <summary>How many answers were told to stop.</summary>
public sealed record StoppedAnswers(int Stopped);
