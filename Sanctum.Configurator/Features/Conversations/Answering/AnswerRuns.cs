using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Work;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>
/// Asks, asks again in other words, has an answer made again, stops it. What is asked for is made by <see cref="AnswerEngine"/>, wherever
/// whoever asked has gone.
/// </summary>
public sealed class AnswerRuns
{
    private const string NotDone = "This answer is being made. Stop it first.";

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly ConversationAccess _access;
    private readonly ConversationService _conversations;
    private readonly AgentAnswers _agents;
    private readonly LiveAnswers _live;
    private readonly Signal<RunsWait> _waiting;
    private readonly Signal<ConversationChanged> _changes;
    private readonly TimeProvider _clock;

    internal AnswerRuns(
        IDbContextFactory<RegistryDbContext> registries,
        ConversationAccess access,
        ConversationService conversations,
        AgentAnswers agents,
        LiveAnswers live,
        Signal<RunsWait> waiting,
        Signal<ConversationChanged> changes,
        TimeProvider clock
    ) =>
        (_registries, _access, _conversations, _agents, _live, _waiting, _changes, _clock) = (
            registries,
            access,
            conversations,
            agents,
            live,
            waiting,
            changes,
            clock
        );

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

        var id = form.ConversationId ?? await FindConversationAsync(form.MessageId, cancel);
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

        return await InConversationAsync(
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
        : OnMessageAsync(
            id,
            message,
            ConversationMessage.User,
            "Only a message of your own can be edited.",
            async (registry, conversation, first) =>
            {
                var question = NewMessage(
                    conversation.Id,
                    first.ParentId,
                    ConversationMessage.User,
                    WholeText.Of(form.Text),
                    first.Attachments
                );
                return await BeginAsync(registry, conversation, question, NewAnswer(question), cancel);
            },
            cancel
        );

    /// <summary>Another answer to the same question, beside the first.</summary>
    public Task<Outcome<BegunAnswer>> RegenerateAsync(Guid id, Guid message, CancellationToken cancel) =>
        OnMessageAsync(
            id,
            message,
            ConversationMessage.Assistant,
            "Only an answer can be made again.",
            async (registry, conversation, first) =>
                first.ParentId is not { } asked
                    ? new Outcome<BegunAnswer>.Invalid("", "There is no question before this answer.")
                    : await BeginAsync(
                        registry,
                        conversation,
                        null,
                        NewMessage(conversation.Id, asked, ConversationMessage.Assistant, "", null),
                        cancel
                    ),
            cancel
        );

    /// <summary>An answer of a model that broke off goes on where it ended.</summary>
    public Task<Outcome<BegunAnswer>> ContinueAsync(Guid id, Guid message, CancellationToken cancel) =>
        OnMessageAsync(
            id,
            message,
            ConversationMessage.Assistant,
            "Only an answer can go on.",
            async (registry, conversation, first) =>
                conversation.Partner == ConversationPartner.Agent
                    ? new Outcome<BegunAnswer>.Invalid("", "An agent can't go on with an answer that was cut off. Ask it again.")
                : first.State is not (ConversationMessageState.CutOff or ConversationMessageState.Stopped) || first.Content.Length == 0
                    ? new Outcome<BegunAnswer>.Invalid("", "This answer wasn't cut off.")
                : await BeginAsync(registry, conversation, null, first, cancel, isContinuation: true),
            cancel
        );

    /// <summary>Allows or denies what the agent wants to do, upon which its answer goes on.</summary>
    public async Task<Outcome<BegunAnswer>> DecideAsync(Guid id, DecisionForm form, CancellationToken cancel)
    {
        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<BegunAnswer>.Invalid(reasons);
        }

        if (form.Approve is not { } approve || string.IsNullOrEmpty(form.RequestId))
        {
            return new Outcome<BegunAnswer>.Invalid(nameof(form.Approve), "Say whether to approve, and the request_id of what was shown.");
        }

        if (approve && await ApprovalProblemAsync(cancel) is { } problem)
        {
            return new Outcome<BegunAnswer>.Invalid("", problem);
        }

        return await InConversationAsync(
            id,
            async (registry, conversation) =>
            {
                var waiting = await registry
                    .ConversationMessages.Where(m => m.ConversationId == id && m.State == ConversationMessageState.AwaitingApproval)
                    .OrderByDescending(m => m.CreatedAt)
                    .FirstOrDefaultAsync(cancel);
                if (waiting is null)
                {
                    return new Outcome<BegunAnswer>.Invalid("", "No approval is pending any more.");
                }

                await registry.RecordAsync(
                    approve ? "approve" : "deny",
                    "agents",
                    $"{conversation.AgentId}",
                    JsonSerializer.Serialize(new { Conversation = id, form.Reason }, ApiJson.Options),
                    cancel
                );
                var decision = JsonSerializer.Serialize(new RunDecision(approve, form.RequestId, form.Reason), ApiJson.Options);
                return await BeginAsync(registry, conversation, null, waiting, cancel, decision: decision);
            },
            cancel
        );
    }

    /// <summary>What waits for an approval; null where nothing does.</summary>
    public async Task<Outcome<PendingApproval>> PendingAsync(Guid id, CancellationToken cancel)
    {
        if (await _access.RefuseAsync<PendingApproval>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        if (
            await _access.Own(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { AgentId: { } agent }
            || await registry.Agents.Where(a => a.Id == agent).Select(a => a.LettaUid).FirstOrDefaultAsync(cancel) is not { } uid
        )
        {
            return new Outcome<PendingApproval>.NotFound();
        }

        try
        {
            var (pending, kind) = await _agents.PendingAsync(id, uid, cancel);
            return new Outcome<PendingApproval>.Ok(new(pending, kind));
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return new Outcome<PendingApproval>.Invalid("", LettaFailures.Advised($"What waits could not be read: {why}"));
        }
    }

    /// <summary>Ends the answer that is made; what came of it stays. What waits after it goes on.</summary>
    public async Task<Outcome<StoppedAnswers>> StopAsync(Guid id, CancellationToken cancel)
    {
        if (await _access.RefuseAsync<StoppedAnswers>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return await _access.Own(registry).AnyAsync(c => c.Id == id, cancel)
            ? new Outcome<StoppedAnswers>.Ok(new(await StopAsync(registry, id, cancel)))
            : new Outcome<StoppedAnswers>.NotFound();
    }

    /// <summary>Takes a message back whose turn has not come, with its answer.</summary>
    public Task<Outcome<BegunAnswer>> WithdrawAsync(Guid id, Guid message, CancellationToken cancel) =>
        InConversationAsync(
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
        if (form.MessageId is { } known && await FindAsync(registry, conversation.Id, known, cancel) is { } again)
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
            await StopAsync(registry, conversation.Id, cancel);
            parent =
                form.WhileAnswering == WhileAnswering.Steer && parent == made
                    ? await registry.ConversationMessages.Where(m => m.Id == made).Select(m => m.ParentId).SingleAsync(cancel)
                    : parent;
        }

        var question = NewMessage(
            conversation.Id,
            parent,
            ConversationMessage.User,
            WholeText.Of(form.Text ?? ""),
            files.Count == 0 ? null : JsonSerializer.Serialize(files, ApiJson.Options),
            form.MessageId
        );
        return await BeginAsync(registry, conversation, question, NewAnswer(question), cancel);
    }

    /// <summary>The caller's conversation that a message is of which was sent before; null where there is none.</summary>
    private async Task<Guid?> FindConversationAsync(Guid? message, CancellationToken cancel)
    {
        if (message is null)
        {
            return null;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return await _access
            .Own(registry)
            .Where(c => registry.ConversationMessages.Any(m => m.Id == message && m.ConversationId == c.Id))
            .Select(c => (Guid?)c.Id)
            .FirstOrDefaultAsync(cancel);
    }

    /// <summary>What became of a message that was sent before with the same id; null where none was.</summary>
    private static async Task<Outcome<BegunAnswer>?> FindAsync(
        RegistryDbContext registry,
        Guid conversation,
        Guid message,
        CancellationToken cancel
    )
    {
        var found = await registry
            .ConversationMessages.Where(m => m.Id == message)
            .Select(m => (Guid?)m.ConversationId)
            .FirstOrDefaultAsync(cancel);
        if (found is null)
        {
            return null;
        }

        var run = await registry
            .ConversationRuns.AsNoTracking()
            .Where(r => registry.ConversationMessages.Any(a => a.Id == r.MessageId && a.ParentId == message))
            .OrderBy(r => r.Id)
            .FirstOrDefaultAsync(cancel);
        return found == conversation && run is not null
            ? new Outcome<BegunAnswer>.Ok(new(conversation, message, run.MessageId, run.Id))
            : new Outcome<BegunAnswer>.Invalid(nameof(AskForm.MessageId), "Another message has this id already.");
    }

    private async Task<Outcome<BegunAnswer>> BeginAsync(
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

        if (conversation.Partner == ConversationPartner.Agent && !await _access.MayTalkAsync())
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
            UserId = _access.UserId,
            Speaker = _access.Name,
            MayRead = conversation.AgentId is not null && await _access.MayEverythingAsync(),
            AgentId = conversation.AgentId,
            Decision = decision,
            IsContinuation = isContinuation,
            CreatedAt = _clock.GetUtcNow(),
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
        var (now, added) = (_clock.GetUtcNow(), (question is null ? 0 : 1) + (isNew ? 1 : 0));
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

    private async Task<int> StopAsync(RegistryDbContext registry, Guid conversation, CancellationToken cancel)
    {
        var running = registry.ConversationRuns.Where(r =>
            r.ConversationId == conversation
            && (r.Status == ConversationRunStatus.Running || r.Crashes > 0)
            && r.Status != ConversationRunStatus.Ended
        );
        var ids = await running.Select(r => r.Id).ToListAsync(cancel);
        await running.ExecuteUpdateAsync(set => set.SetProperty(r => r.IsCancelRequested, true), cancel);
        ids.ForEach(run => _live.Cancel(run, RunStop.Asked));
        return ids.Count;
    }

    private Task<Outcome<BegunAnswer>> OnMessageAsync(
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
    private async Task<Outcome<BegunAnswer>> InConversationAsync(
        Guid id,
        Func<RegistryDbContext, Conversation, Task<Outcome<BegunAnswer>>> act,
        CancellationToken cancel
    )
    {
        if (await _access.RefuseAsync<BegunAnswer>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await _registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var own = _access.Own(registry).Where(c => c.Id == id);
        if (await own.ExecuteUpdateAsync(set => set.SetProperty(c => c.MessageCount, c => c.MessageCount), cancel) == 0)
        {
            return new Outcome<BegunAnswer>.NotFound();
        }

        var outcome = await act(registry, await own.AsNoTracking().SingleAsync(cancel));
        if (outcome is Outcome<BegunAnswer>.Ok)
        {
            await transaction.CommitAsync(cancel);
            _changes.Publish(new(id));
            _waiting.Publish(new());
        }

        return outcome;
    }

    /// <summary>On an App Server, allowing it lets the agent act on the server's machine.</summary>
    private async Task<string?> ApprovalProblemAsync(CancellationToken cancel)
    {
        if (await _access.MayEverythingAsync())
        {
            return null;
        }

        try
        {
            return await _agents.KindAsync(cancel) == LettaKind.AppServer
                ? "Approving the call lets the agent act on the App Server's machine, which requires every permission. Deny it, or ask an administrator."
                : null;
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return LettaFailures.Advised($"The server could not be asked: {why}");
        }
    }

    private ConversationMessage NewAnswer(ConversationMessage question) =>
        NewMessage(question.ConversationId, question.Id, ConversationMessage.Assistant, "", null);

    private ConversationMessage NewMessage(
        Guid conversation,
        Guid? parent,
        string role,
        string content,
        string? attachments,
        Guid? id = null
    )
    {
        var now = _clock.GetUtcNow();
        return new()
        {
            Id = id ?? Guid.CreateVersion7(now),
            ConversationId = conversation,
            ParentId = parent,
            IsFirst = parent is null,
            Role = role,
            Content = content,
            Attachments = attachments,
            CreatedAt = now,
        };
    }
}

/// <summary>How many answers were told to stop.</summary>
public sealed record StoppedAnswers(int Stopped);

/// <summary>What waits for an approval, and on which kind of server; null where nothing waits.</summary>
public sealed record PendingApproval(LettaApproval? Pending, LettaKind Kind);
