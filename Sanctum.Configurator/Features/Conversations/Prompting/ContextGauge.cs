using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>How much of its model's or its agent's context a conversation takes, as the next question would be sent.</summary>
/// <param name="Tokens">Of the messages that would be sent; of an agent, of all that is in its context.</param>
/// <param name="Room">Tokens that messages may have; the setting. Null for an agent, which keeps its own.</param>
/// <param name="System">Tokens of the system prompt as it was sent last.</param>
/// <param name="LeftOut">Messages on this branch that would not be sent, of the newest 200.</param>
/// <param name="IsEstimated">The model's own tokenizer is not known.</param>
public sealed record ContextUse(int? Tokens, int? Room, int? System, int? Messages, int LeftOut, bool IsEstimated, string? Model)
{
    /// <summary>Tokens that the model or the agent takes at most; null where that is not known.</summary>
    public int? Window { get; init; }

    /// <summary>Who says how large the window is, such as "the provider's list"; null where nobody does.</summary>
    public string? WindowFrom { get; init; }

    /// <summary>Why something is not known, in a sentence; null where all is.</summary>
    public string? Unknown { get; init; }

    /// <summary>Tokens of all that would be sent, the system prompt included; null where that is not known.</summary>
    public int? Used => Room is null ? Tokens : Tokens + (System ?? 0);
}

/// <summary>Measures how much of the context of its model or agent a conversation takes.</summary>
public sealed class ContextGauge
{
    private const int MostLookedAt = 200;
    private const string NoWindow =
        "How many tokens the model takes is not known: neither its provider's list nor the console's own says it.";

    /// <summary>A server that counts anew may take long, and nobody waits for a number.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly ConversationAccess _access;
    private readonly MemorySettingsService _settings;
    private readonly ShortTermMemory _said;
    private readonly SavedModels _models;
    private readonly ModelWindows _windows;
    private readonly SavedLetta _letta;
    private readonly TimeProvider _clock;

    internal ContextGauge(
        IDbContextFactory<RegistryDbContext> registries,
        ConversationAccess access,
        MemorySettingsService settings,
        ShortTermMemory said,
        (SavedModels Models, ModelWindows Windows) models,
        SavedLetta letta,
        TimeProvider clock
    )
    {
        (_registries, _access, _settings, _said, _letta, _clock) = (registries, access, settings, said, letta, clock);
        (_models, _windows) = models;
    }

    /// <summary>Null in somebody else's conversation, and where the agent was deleted.</summary>
    public async Task<ContextUse?> ReadAsync(Guid id, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        return
            await _access.MayAsync()
            && await _access.Own(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is { } conversation
            ? conversation.Partner == ConversationPartner.Agent
                ? await OfAgentAsync(registry, conversation, cancel)
                : await OfModelAsync(registry, conversation, cancel)
            : null;
    }

    private async Task<ContextUse> OfModelAsync(RegistryDbContext registry, Conversation conversation, CancellationToken cancel)
    {
        var limits = await _settings.ReadAsync(cancel);
        var link = await LinkOfAsync(registry, conversation, cancel);
        var model = link?.Config.Model ?? "";
        var window = link is null ? null : await _windows.FindAsync(link, cancel);
        var path = await ConversationTree.LeafAsync(registry, conversation, cancel) is { } leaf
            ? await ConversationTree.UpwardsAsync(registry, conversation.Id, leaf, MostLookedAt, cancel)
            : [];
        var said = await _said.ReadAsync(registry, conversation, path, limits.ShortTermMessages, cancel);
        var spoken = said.Where(message => !message.IsSummary && !string.IsNullOrWhiteSpace(message.Text)).ToList();
        var (sent, tokens) = PromptBuilder.Fit(spoken, model, limits.ShortTermTokens);
        var system = await registry
            .ConversationPrompts.Where(p => path.Contains(p.MessageId))
            .OrderByDescending(p => p.CreatedAt)
            .Select(p => p.System)
            .FirstOrDefaultAsync(cancel);
        return new(
            tokens,
            limits.ShortTermTokens,
            TokenEstimate.Count(model, system ?? ""),
            sent.Count,
            path.Count - sent.Count - said.Count(message => message.IsSummary),
            !TokenEstimate.Knows(model),
            link?.Config.Model
        )
        {
            Window = window?.Tokens,
            WindowFrom = window?.Source,
            Unknown = window is null ? NoWindow : null,
        };
    }

    private async Task<ContextUse?> OfAgentAsync(RegistryDbContext registry, Conversation conversation, CancellationToken cancel)
    {
        var agent = await registry.Agents.Where(a => a.Id == conversation.AgentId).Select(a => a.LettaUid).FirstOrDefaultAsync(cancel);
        if (agent is null)
        {
            return null;
        }

        var (context, problem) = await AskAsync(conversation.Id, agent, cancel);
        return new(context?.Tokens, null, context?.System, context?.Messages, 0, IsEstimated: false, null)
        {
            Window = context?.Window,
            WindowFrom = context?.Window is null ? null : "the Letta server",
            Unknown =
                problem is not null ? $"How full the agent's context is could not be asked: {problem}"
                : context is null ? "The Letta server does not say how full the agent's context is."
                : context.Tokens is null ? "The Letta server tells how full the agent's context is after its next answer."
                : context.Window is null ? "The Letta server does not say how large the agent's context is."
                : null,
        };
    }

    private async Task<(LettaContext? Context, string? Problem)> AskAsync(Guid conversation, string agent, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Patience, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var server = await _letta.TalkingAsync(both.Token, LettaNames.Of(conversation));
            return (await server.ContextAsync(agent, both.Token), null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, "the Letta server did not answer in time.");
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return (null, LettaFailures.Advised(why));
        }
    }

    private async Task<LlmLink?> LinkOfAsync(RegistryDbContext registry, Conversation conversation, CancellationToken cancel) =>
        await registry.LlmConfigs.AsNoTracking().FirstOrDefaultAsync(c => c.Id == conversation.ConfigId, cancel) is { } config
            ? await _models.LinkAsync(config, cancel)
        : await _models.ChainAsync(_access.UserId, cancel) is [var first, ..] ? first
        : null;
}
