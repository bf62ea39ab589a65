using System.Runtime.CompilerServices;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>Reads conversations and their messages for whoever may see them. What he may not see is not there.</summary>
public sealed class ConversationReader(IDbContextFactory<RegistryDbContext> registries, ConversationAccess access)
{
    /// <summary>Characters of a message that a list of messages has; the rest is read with the message.</summary>
    public const int MostShown = 20_000;

    public const int MostMessages = 200;

    private const int MostPartners = 200;

    /// <summary>The caller's own, pinned ones first, then by when something was said last.</summary>
    public async Task<PageOf<ConversationRow>> ListAsync(PageRequest page, bool areArchived, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await access.MayAsync())
        {
            return new([], 0);
        }

        var own = access.Own(registry).Where(c => c.IsArchived == areArchived);
        var total = await own.CountAsync(cancel);
        var rows = await Rows(
                registry,
                own.OrderByDescending(c => c.IsPinned).ThenByDescending(c => c.UpdatedAt).ThenByDescending(c => c.Id)
            )
            .Skip(page.Skip)
            .Take(page.Take)
            .ToListAsync(cancel);
        return new([.. rows.Select(Row)], total);
    }

    public async Task<ConversationRow?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await access.MayAsync()
            ? (await Rows(registry, access.Readable(registry).Where(c => c.Id == id)).ToListAsync(cancel)).Select(Row).FirstOrDefault()
            : null;
    }

    /// <summary>A page of the branch that is shown, or of the one that leads to a message.</summary>
    /// <param name="before">Messages above this one; null for the newest.</param>
    /// <param name="until">Messages up to this one, itself included.</param>
    public async Task<ConversationPage?> PageAsync(Guid id, Guid? before, Guid? until, int take, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (
            !await access.MayAsync()
            || await access.Readable(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } found
        )
        {
            return null;
        }

        if ((before ?? until ?? await ConversationTree.LeafAsync(registry, found, cancel)) is not { } from)
        {
            return new([], null);
        }

        var most = Math.Clamp(take, 1, MostMessages);
        var skipped = before is null ? 0 : 1;
        var path = (await ConversationTree.UpwardsAsync(registry, id, from, most + skipped + 1, cancel)).Skip(skipped).ToList();
        var shown = path.Take(most).ToList();
        return new(await ViewsAsync(registry, id, shown, MostShown, cancel), path.Count > most ? shown[^1] : null);
    }

    /// <summary>One message with more of its content.</summary>
    public async Task<ConversationMessageView?> MessageAsync(Guid id, Guid message, CancellationToken cancel, int most = int.MaxValue)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return
            await access.MayAsync()
            && await access.Readable(registry).AnyAsync(c => c.Id == id, cancel)
            && await registry.ConversationMessages.AnyAsync(m => m.Id == message && m.ConversationId == id, cancel)
            ? (await ViewsAsync(registry, id, [message], most, cancel)).Single()
            : null;
    }

    /// <summary>Who can answer the caller: the models, the one in force first, and where he may talk to them the agents.</summary>
    public async Task<IReadOnlyList<ConversationPartnerRow>> PartnersAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await access.MayAsync())
        {
            return [];
        }

        var user = access.UserId;
        var models = await registry
            .LlmConfigs.Where(m => m.IsEnabled && m.Purpose == LlmPurpose.Chat && (m.UserId == null || m.UserId == user))
            .OrderBy(m => m.Model)
            .Select(m => new
            {
                m.Id,
                m.Model,
                m.IsActive,
            })
            .Take(MostPartners)
            .ToListAsync(cancel);
        var agents = await access.MayTalkAsync()
            ? await registry
                .Agents.Where(a => a.LettaUid != null)
                .OrderBy(a => a.Name)
                .Select(a => new { a.Id, a.Name })
                .Take(MostPartners)
                .ToListAsync(cancel)
            : [];
        return
        [
            .. models.Exists(model => model.IsActive)
                ? [new ConversationPartnerRow("Model in force", null, null)]
                : Array.Empty<ConversationPartnerRow>(),
            .. agents.Select(agent => new ConversationPartnerRow(agent.Name, agent.Id, null)),
            .. models.Select(model => new ConversationPartnerRow(model.Model, null, model.Id)),
        ];
    }

    /// <summary>The whole branch that is shown, a part at a time.</summary>
    internal static async IAsyncEnumerable<ConversationMessageView> BranchAsync(
        RegistryDbContext registry,
        Conversation conversation,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (await ConversationTree.LeafAsync(registry, conversation, cancel) is not { } leaf)
        {
            yield break;
        }

        var path = await ConversationTree.UpwardsAsync(registry, conversation.Id, leaf, ConversationTree.Longest, cancel);
        path.Reverse();
        foreach (var part in path.Chunk(20))
        {
            foreach (var view in await ViewsAsync(registry, conversation.Id, [.. part.Reverse()], int.MaxValue, cancel))
            {
                yield return view;
            }
        }
    }

    internal static async Task<IReadOnlyList<ConversationMessageView>> ViewsAsync(
        RegistryDbContext registry,
        Guid conversation,
        IReadOnlyList<Guid> path,
        int most,
        CancellationToken cancel
    )
    {
        var rows = await registry
            .ConversationMessages.Where(m => path.Contains(m.Id))
            .Select(m => new
            {
                Message = new ConversationMessage
                {
                    Id = m.Id,
                    ParentId = m.ParentId,
                    Role = m.Role,
                    Content = m.Content.Substring(0, most),
                    CreatedAt = m.CreatedAt,
                    IsFirst = m.IsFirst,
                    IsSummary = m.IsSummary,
                    State = m.State,
                    Reasoning = m.Reasoning == null ? null : m.Reasoning.Substring(0, most),
                    ToolCalls = m.ToolCalls,
                    Attachments = m.Attachments,
                    Model = m.Model,
                    InputTokens = m.InputTokens,
                    OutputTokens = m.OutputTokens,
                    Problem = m.Problem,
                },
                m.Content.Length,
                Run = registry
                    .ConversationRuns.Where(r => r.MessageId == m.Id && r.Status != ConversationRunStatus.Ended)
                    .Select(r => (int?)r.Id)
                    .FirstOrDefault(),
            })
            .ToDictionaryAsync(m => m.Message.Id, cancel);
        var parents = rows.Values.Select(row => row.Message.ParentId).Where(parent => parent is not null).Distinct().ToList();
        var beside = await registry
            .ConversationMessages.Where(m =>
                m.ConversationId == conversation && (parents.Contains(m.ParentId) || (m.ParentId == null && m.IsFirst))
            )
            .OrderBy(m => m.CreatedAt)
            .ThenBy(m => m.Id)
            .Select(m => new { m.Id, m.ParentId })
            .ToListAsync(cancel);
        var groups = beside.ToLookup(m => m.ParentId, m => m.Id);
        return
        [
            .. path.Reverse()
                .Where(rows.ContainsKey)
                .Select(id =>
                {
                    var row = rows[id];
                    List<Guid> group = row.Message.ParentId is null && !row.Message.IsFirst ? [id] : [.. groups[row.Message.ParentId]];
                    return View(row.Message, row.Length, row.Length > most, group, row.Run);
                }),
        ];
    }

    private static ConversationMessageView View(ConversationMessage message, int length, bool isCut, List<Guid> group, int? run) =>
        new(
            message.Id,
            message.ParentId,
            message.Role,
            WholeText.Of(message.Content),
            length,
            isCut,
            message.State,
            message.Reasoning is { Length: > 0 } reasoning ? WholeText.Of(reasoning) : null,
            Read<ConversationToolCall>(message.ToolCalls),
            Read<ConversationAttachment>(message.Attachments),
            message.Model,
            message.InputTokens,
            message.OutputTokens,
            message.Problem,
            message.CreatedAt,
            Math.Max(0, group.IndexOf(message.Id)) + 1,
            Math.Max(1, group.Count),
            run,
            message.IsSummary
        )
        {
            Siblings = group,
        };

    /// <summary>Other programs may have written anything.</summary>
    internal static IReadOnlyList<T> Read<T>(string? json)
    {
        try
        {
            return json is null ? [] : JsonSerializer.Deserialize<List<T>>(json, ApiJson.Options) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    internal static IQueryable<RowParts> Rows(RegistryDbContext registry, IQueryable<Conversation> conversations) =>
        conversations.Select(c => new RowParts(
            c,
            registry.Agents.Where(a => a.Id == c.AgentId).Select(a => a.Name).FirstOrDefault(),
            registry.LlmConfigs.Where(m => m.Id == c.ConfigId).Select(m => m.Model).FirstOrDefault()
        ));

    internal ConversationRow Row(RowParts parts)
    {
        var conversation = parts.Conversation;
        return new(
            conversation.Id,
            string.IsNullOrWhiteSpace(conversation.Title) ? "New conversation" : conversation.Title,
            conversation.CreatedAt,
            conversation.UpdatedAt,
            conversation.MessageCount,
            conversation.IsPinned,
            conversation.IsArchived,
            conversation.IsTemporary,
            conversation.IsShared,
            conversation.Partner,
            conversation.AgentId,
            conversation.ConfigId,
            conversation.Partner == ConversationPartner.Agent ? parts.Agent ?? "A deleted agent" : parts.Model ?? "Model in force",
            conversation.UserId == access.Owner,
            conversation.Version
        );
    }

    internal sealed record RowParts(Conversation Conversation, string? Agent, string? Model);
}
