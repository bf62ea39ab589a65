using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Answering;

/// <summary>What agents want to do in conversations, and what people decide about it.</summary>
public sealed class AnswerApprovals
{
    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly ConversationAccess _access;
    private readonly AgentAnswers _agents;
    private readonly RunQueue _queue;

    internal AnswerApprovals(
        IDbContextFactory<RegistryDbContext> registries,
        ConversationAccess access,
        AgentAnswers agents,
        RunQueue queue
    ) => (_registries, _access, _agents, _queue) = (registries, access, agents, queue);

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

        return await _queue.InConversationAsync(
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
                return await _queue.BeginAsync(registry, conversation, null, waiting, cancel, decision: decision);
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
}

/// <summary>What waits for an approval, and on which kind of server; null where nothing waits.</summary>
public sealed record PendingApproval(LettaApproval? Pending, LettaKind Kind);
