using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>Begins, names, pins, archives, shares and deletes the caller's conversations.</summary>
public sealed class ConversationService(
    IDbContextFactory<RegistryDbContext> registries,
    ConversationAccess access,
    ConversationReader reader,
    ShortTermMemory said,
    MemoryIntake memories,
    WaitingCode code,
    Signal<ConversationChanged> changes,
    TimeProvider clock
)
{
    public async Task<Outcome<ConversationRow>> CreateAsync(NewConversationForm form, CancellationToken cancel)
    {
        if (await access.RefuseAsync<ConversationRow>() is { } mayNot)
        {
            return mayNot;
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<ConversationRow>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await PartnerProblemAsync(registry, form.AgentId, form.ConfigId, cancel) is var (field, problem))
        {
            return new Outcome<ConversationRow>.Invalid(field, problem);
        }

        var now = clock.GetUtcNow();
        var conversation = new Conversation
        {
            Id = Guid.CreateVersion7(now),
            UserId = access.Owner,
            Title = Unseen.TrimToNull(form.Title),
            IsNamedByHand = Unseen.TrimToNull(form.Title) is not null,
            CreatedAt = now,
            UpdatedAt = now,
            Partner = form.AgentId is null ? ConversationPartner.Model : ConversationPartner.Agent,
            AgentId = form.AgentId,
            ConfigId = form.ConfigId,
            IsTemporary = form.IsTemporary,
        };
        registry.Add(conversation);
        await registry.SaveChangesAsync(cancel);
        changes.Publish(new(conversation.Id));
        return new Outcome<ConversationRow>.Ok((await reader.FindAsync(conversation.Id, cancel))!);
    }

    /// <param name="version">The version that the caller has seen; null where any will do.</param>
    public async Task<Outcome<ConversationRow>> ChangeAsync(Guid id, ConversationForm form, int? version, CancellationToken cancel)
    {
        if (await access.RefuseAsync<ConversationRow>() is { } mayNot)
        {
            return mayNot;
        }

        if (FormRules.Check(form) is { Count: > 0 } reasons)
        {
            return new Outcome<ConversationRow>.Invalid(reasons);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await access.Own(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } before)
        {
            return new Outcome<ConversationRow>.NotFound();
        }

        if (await ProblemAsync(registry, before, form, cancel) is var (field, problem))
        {
            return new Outcome<ConversationRow>.Invalid(field, problem);
        }

        var known = version ?? before.Version;
        var changed = await WriteAsync(registry, before, form, known, cancel);
        if (changed > 0 && form.IsArchived == true && !before.IsArchived)
        {
            await said.ForgetAsync(id, CancellationToken.None);
            await memories.AfterEndAsync(registry, id, CancellationToken.None);
        }

        changes.Publish(new(id));
        return await reader.FindAsync(id, cancel) is not { } row ? new Outcome<ConversationRow>.NotFound()
            : changed == 0 ? new Outcome<ConversationRow>.Conflict(row)
            : new Outcome<ConversationRow>.Ok(row);
    }

    /// <summary>With all of its messages. What is being answered is stopped.</summary>
    public async Task<Outcome<ConversationRow>> DeleteAsync(Guid id, CancellationToken cancel)
    {
        if (await access.RefuseAsync<ConversationRow>() is { } mayNot)
        {
            return mayNot;
        }

        if (await reader.FindAsync(id, cancel) is not { IsOwn: true } row)
        {
            return new Outcome<ConversationRow>.NotFound();
        }

        await code.FinishAsync(id, cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await access.Own(registry).Where(c => c.Id == id).ExecuteDeleteAsync(cancel);
        await said.ForgetAsync(id, CancellationToken.None);
        changes.Publish(new(id));
        return new Outcome<ConversationRow>.Ok(row);
    }

    /// <summary>Shows the branch that goes on from a message.</summary>
    public async Task<Outcome<ConversationRow>> ShowBranchAsync(Guid id, Guid message, CancellationToken cancel)
    {
        if (await access.RefuseAsync<ConversationRow>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (
            !await access.Own(registry).AnyAsync(c => c.Id == id, cancel)
            || !await registry.ConversationMessages.AnyAsync(m => m.Id == message && m.ConversationId == id, cancel)
        )
        {
            return new Outcome<ConversationRow>.NotFound();
        }

        var leaf = await ConversationTree.DownwardsAsync(registry, message, cancel);
        await registry.Conversations.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.LeafMessageId, leaf), cancel);
        changes.Publish(new(id));
        return new Outcome<ConversationRow>.Ok((await reader.FindAsync(id, cancel))!);
    }

    /// <summary>What is wrong with whom somebody wants to speak with; null where nothing is.</summary>
    internal async Task<(string Field, string Problem)?> PartnerProblemAsync(
        RegistryDbContext registry,
        int? agent,
        int? config,
        CancellationToken cancel
    )
    {
        var user = access.UserId;
        return agent is not null && config is not null ? (nameof(ConversationForm.ConfigId), "Choose an agent or a model, not both.")
            : agent is not null && !await access.MayTalkAsync() ? (nameof(ConversationForm.AgentId), ConversationAccess.MayNotTalk)
            : agent is not null && !await registry.Agents.AnyAsync(a => a.Id == agent, cancel)
                ? (nameof(ConversationForm.AgentId), "Unknown agent. Choose another one.")
            : config is not null
            && !await registry.LlmConfigs.AnyAsync(
                m => m.Id == config && m.Purpose == Registry.Models.LlmPurpose.Chat && (m.UserId == null || m.UserId == user),
                cancel
            )
                ? (nameof(ConversationForm.ConfigId), "Unknown model. Choose another one.")
            : null;
    }

    private async Task<(string Field, string Problem)?> ProblemAsync(
        RegistryDbContext registry,
        Conversation before,
        ConversationForm form,
        CancellationToken cancel
    ) =>
        form.Title is not null && Unseen.TrimToNull(form.Title) is null ? (nameof(form.Title), "Enter a title.")
        : form.IsShared == true && before.IsTemporary ? (nameof(form.IsShared), "A temporary conversation can't be shared.")
        : form.UsesModelInForce && (form.AgentId ?? form.ConfigId) is not null
            ? (nameof(form.UsesModelInForce), "Choose an agent, a model, or the model in force.")
        : await PartnerProblemAsync(registry, form.AgentId, form.ConfigId, cancel);

    /// <summary>Nothing was said by that: it keeps its place in the list.</summary>
    private async Task<int> WriteAsync(
        RegistryDbContext registry,
        Conversation before,
        ConversationForm form,
        int version,
        CancellationToken cancel
    )
    {
        var (title, isAnother) = (
            Unseen.TrimToNull(form.Title) ?? before.Title,
            form.UsesModelInForce || form.AgentId is not null || form.ConfigId is not null
        );
        var named = before.IsNamedByHand || form.Title is not null;
        var (pinned, archived, shared) = (
            form.IsPinned ?? before.IsPinned,
            form.IsArchived ?? before.IsArchived,
            form.IsShared ?? before.IsShared
        );
        var partner =
            !isAnother ? before.Partner
            : form.AgentId is not null ? ConversationPartner.Agent
            : ConversationPartner.Model;
        var (agent, config) = isAnother ? (form.AgentId, form.ConfigId) : (before.AgentId, before.ConfigId);
        return await access
            .Own(registry)
            .Where(c => c.Id == before.Id && c.Version == version)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(c => c.Title, title)
                        .SetProperty(c => c.IsNamedByHand, named)
                        .SetProperty(c => c.IsPinned, pinned)
                        .SetProperty(c => c.IsArchived, archived)
                        .SetProperty(c => c.IsShared, shared)
                        .SetProperty(c => c.Partner, partner)
                        .SetProperty(c => c.AgentId, agent)
                        .SetProperty(c => c.ConfigId, config)
                        .SetProperty(c => c.Version, c => c.Version + 1),
                cancel
            );
    }
}

/// <summary>Something of a conversation is not as it was: its name, its messages, or how far an answer has come.</summary>
public sealed record ConversationChanged(Guid Id);
