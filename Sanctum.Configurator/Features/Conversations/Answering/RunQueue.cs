using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>What is asked for and not made yet: one act at a time in a conversation, and <see cref="AnswerEngine"/> is told.</summary>
internal sealed class RunQueue(
    IDbContextFactory<RegistryDbContext> registries,
    ConversationAccess access,
    LiveAnswers live,
    Signal<RunsWait> waiting,
    Signal<ConversationChanged> changes,
    TimeProvider clock
)
{
    private const string NotDone = "This answer is being made. Stop it first.";

    /// <summary>Puts an answer into the queue of those that are to be made, with its question where that is new.</summary>
    public async Task<Outcome<BegunAnswer>> BeginAsync(
        RegistryDbContext registry,
        Conversation conversation,
        ConversationMessage? question,
        ConversationMessage answer,
        CancellationToken cancel,
        bool isContinuation = false,
        string? decision = null
    )
    {
        if (conversation is { Partner: ConversationPartner.Agent, AgentId: null })
        {
            return new Outcome<BegunAnswer>.Invalid("", "The agent was deleted. Choose another one for this conversation.");
        }

        if (conversation.Partner == ConversationPartner.Agent && !await access.MayTalkAsync())
        {
            return new Outcome<BegunAnswer>.Invalid("", ConversationAccess.MayNotTalk);
        }

        answer.State = ConversationMessageState.Waiting;
        var isNew = registry.Entry(answer).State == EntityState.Detached;
        registry.AddRange(question is null ? [] : [question]);
        registry.AddRange(isNew ? [answer] : []);
        var run = new ConversationRun
        {
            ConversationId = conversation.Id,
            MessageId = answer.Id,
            UserId = access.UserId,
            Speaker = access.Name,
            MayRead = conversation.AgentId is not null && await access.MayEverythingAsync(),
            AgentId = conversation.AgentId,
            Decision = decision,
            IsContinuation = isContinuation,
            CreatedAt = clock.GetUtcNow(),
            ClientId = Guid.CreateVersion7().ToString(),
        };
        registry.Add(run);
        await registry.SaveChangesAsync(cancel);
        await TouchAsync(registry, conversation, question, answer, isNew, cancel);
        return new Outcome<BegunAnswer>.Ok(new(conversation.Id, question?.Id ?? answer.ParentId ?? answer.Id, answer.Id, run.Id));
    }

    private async Task TouchAsync(
        RegistryDbContext registry,
        Conversation conversation,
        ConversationMessage? question,
        ConversationMessage answer,
        bool isNew,
        CancellationToken cancel
    )
    {
        var (now, added) = (clock.GetUtcNow(), (question is null ? 0 : 1) + (isNew ? 1 : 0));
        var title = conversation.Title ?? (question is null ? null : Titles.Of(question.Content));
        await registry
            .Conversations.Where(c => c.Id == conversation.Id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(c => c.UpdatedAt, now)
                        .SetProperty(c => c.LeafMessageId, answer.Id)
                        .SetProperty(c => c.Title, title)
                        .SetProperty(c => c.IsArchived, false)
                        .SetProperty(c => c.MessageCount, c => c.MessageCount + added),
                cancel
            );
    }

    /// <summary>Tells the answers that are made to stop.</summary>
    public async Task<int> StopAsync(RegistryDbContext registry, Guid conversation, CancellationToken cancel)
    {
        var running = registry.ConversationRuns.Where(r =>
            r.ConversationId == conversation
            && (r.Status == ConversationRunStatus.Running || r.Crashes > 0)
            && r.Status != ConversationRunStatus.Ended
        );
        var ids = await running.Select(r => r.Id).ToListAsync(cancel);
        await running.ExecuteUpdateAsync(set => set.SetProperty(r => r.IsCancelRequested, true), cancel);
        ids.ForEach(run => live.Cancel(run, RunStop.Asked));
        return ids.Count;
    }

    /// <summary>An act on one message, whose answer is not being made.</summary>
    /// <param name="otherwise">Why not, where the message is of another role.</param>
    public Task<Outcome<BegunAnswer>> OnMessageAsync(
        Guid id,
        Guid message,
        string role,
        string otherwise,
        Func<RegistryDbContext, Conversation, ConversationMessage, Task<Outcome<BegunAnswer>>> act,
        CancellationToken cancel
    ) =>
        InConversationAsync(
            id,
            async (registry, conversation) =>
                await registry.ConversationMessages.SingleOrDefaultAsync(m => m.Id == message && m.ConversationId == id, cancel)
                    is not { } found
                    ? new Outcome<BegunAnswer>.NotFound()
                : found.Role != role ? new Outcome<BegunAnswer>.Invalid("", otherwise)
                : found.State is ConversationMessageState.Waiting or ConversationMessageState.Streaming
                    ? new Outcome<BegunAnswer>.Invalid("", NotDone)
                : await act(registry, conversation, found),
            cancel
        );

    /// <summary>In one transaction, one at a time for a conversation: two tabs don't put their messages in the same place.</summary>
    public async Task<Outcome<T>> InConversationAsync<T>(
        Guid id,
        Func<RegistryDbContext, Conversation, Task<Outcome<T>>> act,
        CancellationToken cancel
    )
    {
        if (await access.RefuseAsync<T>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var own = access.Own(registry).Where(c => c.Id == id);
        if (await own.ExecuteUpdateAsync(set => set.SetProperty(c => c.MessageCount, c => c.MessageCount), cancel) == 0)
        {
            return new Outcome<T>.NotFound();
        }

        var outcome = await act(registry, await own.AsNoTracking().SingleAsync(cancel));
        if (outcome is Outcome<T>.Ok)
        {
            await transaction.CommitAsync(cancel);
            changes.Publish(new(id));
            waiting.Publish(new());
        }

        return outcome;
    }

    public ConversationMessage NewAnswer(ConversationMessage question) =>
        NewMessage(question.ConversationId, question.Id, ConversationMessage.Assistant, "", null);

    public ConversationMessage NewMessage(
        Guid conversation,
        Guid? parent,
        string role,
        string content,
        string? attachments,
        Guid? id = null,
        bool isSummary = false
    )
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = id ?? Guid.CreateVersion7(now),
            ConversationId = conversation,
            ParentId = parent,
            IsFirst = parent is null,
            IsSummary = isSummary,
            Role = role,
            Content = content,
            Attachments = attachments,
            CreatedAt = now,
        };
    }
}
