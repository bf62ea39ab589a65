using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Keeping;

/// <summary>Adds, changes, holds, releases and forgets memories: one's own, and shared ones for who may change the settings.</summary>
public sealed class MemoryService(
    IDbContextFactory<RegistryDbContext> registries,
    MemoryAccess access,
    MemoryReader reader,
    Signal<MemoriesChanged> changes,
    TimeProvider clock
)
{
    private const string KnownAlready = "The same is remembered already.";
    private const string ByHand = "It was held by hand.";

    /// <summary>Remembers something that somebody wrote by hand; what looks suspicious is held all the same.</summary>
    public async Task<Outcome<MemoryRow>> AddAsync(MemoryForm form, CancellationToken cancel)
    {
        if (await access.RefuseAsync<MemoryRow>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await ProblemsAsync(registry, form, access.Owner!, null, cancel) is { Count: > 0 } reasons)
        {
            return new Outcome<MemoryRow>.Invalid(reasons);
        }

        var (owner, now, content) = (access.Owner!, clock.GetUtcNow(), Unseen.Trim(form.Content!));
        var key = MemoryWords.KeyOf(content);
        var row = new Memory
        {
            Id = Guid.CreateVersion7(now),
            UserId = owner,
            Content = content,
            ContentKey = key,
            MemoryType = form.Kind,
            Scope = form.Scope,
            AgentId = form.AgentId,
            ValidFrom = now,
            CreatedAt = now,
            UpdatedAt = now,
            LastAccessed = now,
        };
        Judge(row);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);

        // Who writes it down again has not forgotten it.
        await registry.MemoryTombstones.Where(t => t.UserId == owner && t.ContentKey == key).ExecuteDeleteAsync(cancel);
        registry.Add(row);
        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return await DoneAsync(row.Id, owner, cancel);
    }

    /// <param name="version">The version that the caller has seen; null where any will do.</param>
    public Task<Outcome<MemoryRow>> ChangeAsync(Guid id, MemoryForm form, int? version, CancellationToken cancel) =>
        WriteAsync(
            id,
            version,
            form.Scope,
            async (registry, row) =>
            {
                if (row.Status == MemoryStatus.Superseded)
                {
                    return Whole("Another memory took its place. Change that one.");
                }

                if (await ProblemsAsync(registry, form, row.UserId, id, cancel) is { Count: > 0 } reasons)
                {
                    return reasons;
                }

                var content = Unseen.Trim(form.Content!);
                if (content != row.Content)
                {
                    (row.Content, row.ContentKey, row.Embedding) = (content, MemoryWords.KeyOf(content), null);
                    Judge(row);
                    await registry.MemoryVectors.Where(v => v.MemoryId == id).ExecuteDeleteAsync(cancel);
                    await MemoryForgetting.HoldDerivedAsync(registry, id, clock.GetUtcNow(), cancel);
                }

                (row.MemoryType, row.Scope, row.AgentId) = (form.Kind, form.Scope, form.AgentId);
                return null;
            },
            cancel
        );

    /// <summary>It is not used any more until it is released.</summary>
    public Task<Outcome<MemoryRow>> HoldAsync(Guid id, int? version, CancellationToken cancel) =>
        WriteAsync(
            id,
            version,
            null,
            (_, row) =>
            {
                if (row.Status != MemoryStatus.Active)
                {
                    return Task.FromResult(Whole("Only an active memory can be held."));
                }

                (row.Status, row.HeldBecause) = (MemoryStatus.Held, ByHand);
                return Task.FromResult<Dictionary<string, string>?>(null);
            },
            cancel
        );

    /// <summary>Somebody has looked at it: it is used from now on.</summary>
    public Task<Outcome<MemoryRow>> ReleaseAsync(Guid id, int? version, CancellationToken cancel) =>
        WriteAsync(
            id,
            version,
            null,
            (_, row) =>
            {
                if (row.Status != MemoryStatus.Held)
                {
                    return Task.FromResult(Whole("Only a held memory can be released."));
                }

                (row.Status, row.HeldBecause) = (MemoryStatus.Active, null);
                return Task.FromResult<Dictionary<string, string>?>(null);
            },
            cancel
        );

    /// <summary>Forgets it with all that was made of it. Only hashes stay, so that it is not remembered again.</summary>
    public async Task<Outcome<ForgottenMemories>> ForgetAsync(Guid id, CancellationToken cancel)
    {
        if (await access.RefuseAsync<ForgottenMemories>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var owner = await access.Readable(registry).Where(m => m.Id == id).Select(m => m.UserId).FirstOrDefaultAsync(cancel);
        if (owner is null)
        {
            return new Outcome<ForgottenMemories>.NotFound();
        }

        if (await access.ProblemWithAsync(owner) is { } problem)
        {
            return new Outcome<ForgottenMemories>.Invalid("", problem);
        }

        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var count = await MemoryForgetting.ForgetAsync(registry, [id], leavesTombstones: true, clock.GetUtcNow(), cancel);
        await transaction.CommitAsync(cancel);
        changes.Publish(new(owner));
        return new Outcome<ForgottenMemories>.Ok(new(count));
    }

    private static Dictionary<string, string>? Whole(string problem) => new() { [""] = problem };

    private static void Judge(Memory row)
    {
        var reason = MemoryGuard.ReasonToHold(row.Content, row.MemoryType == MemoryKind.Summary);
        (row.Status, row.HeldBecause) = (reason is null ? MemoryStatus.Active : MemoryStatus.Held, reason);
    }

    private async Task<Outcome<MemoryRow>> WriteAsync(
        Guid id,
        int? version,
        MemoryScope? becomes,
        Func<RegistryDbContext, Memory, Task<Dictionary<string, string>?>> write,
        CancellationToken cancel
    )
    {
        if (await access.RefuseAsync<MemoryRow>() is { } mayNot)
        {
            return mayNot;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        if (await access.Readable(registry).SingleOrDefaultAsync(m => m.Id == id, cancel) is not { } row)
        {
            return new Outcome<MemoryRow>.NotFound();
        }

        if (await access.ProblemWithAsync(row.UserId, [row.Scope, becomes ?? row.Scope]) is { } problem)
        {
            return new Outcome<MemoryRow>.Invalid("", problem);
        }

        if (version is { } seen && seen != row.Version)
        {
            return new Outcome<MemoryRow>.Conflict((await reader.FindAsync(id, cancel))!);
        }

        if (await write(registry, row) is { } reasons)
        {
            return new Outcome<MemoryRow>.Invalid(reasons);
        }

        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return await DoneAsync(id, row.UserId, cancel);
    }

    private async Task<Outcome<MemoryRow>> DoneAsync(Guid id, string owner, CancellationToken cancel)
    {
        changes.Publish(new(owner));
        return await reader.FindAsync(id, cancel) is { } shown ? new Outcome<MemoryRow>.Ok(shown) : new Outcome<MemoryRow>.NotFound();
    }

    private async Task<Dictionary<string, string>> ProblemsAsync(
        RegistryDbContext registry,
        MemoryForm form,
        string owner,
        Guid? id,
        CancellationToken cancel
    )
    {
        var reasons = FormRules.Check(form);
        if (reasons.Count == 0 && Unseen.TrimToNull(form.Content) is null)
        {
            reasons[nameof(form.Content)] = "Enter what is to be remembered.";
        }

        if (form.Scope == MemoryScope.Shared && !await access.MayShareAsync())
        {
            reasons.TryAdd(nameof(form.Scope), MemoryAccess.MayNotShare);
        }

        if (form.AgentId is { } agent && !await registry.Agents.AnyAsync(a => a.Id == agent, cancel))
        {
            reasons.TryAdd(nameof(form.AgentId), "Unknown agent. Choose another one.");
        }

        var key = reasons.Count == 0 ? MemoryWords.KeyOf(Unseen.Trim(form.Content!)) : null;
        var isKnown =
            key is not null
            && await registry.Memories.AnyAsync(
                m =>
                    m.UserId == owner
                    && m.ContentKey == key
                    && m.Id != id
                    && m.Status != MemoryStatus.Superseded
                    && m.Scope == form.Scope
                    && m.AgentId == form.AgentId,
                cancel
            );
        if (isKnown)
        {
            reasons[nameof(form.Content)] = KnownAlready;
        }

        return reasons;
    }
}
