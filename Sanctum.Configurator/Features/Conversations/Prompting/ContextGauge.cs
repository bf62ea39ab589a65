using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.Memories;
using Sanctum.Configurator.Features.Models.Saved;
using Sanctum.Configurator.Features.Models.Usage;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Conversations.Prompting;

/// <summary>How much of its room a conversation takes, as the next question would be sent.</summary>
/// <param name="Tokens">Of the messages that would be sent.</param>
/// <param name="Room">Tokens that messages may have; the setting.</param>
/// <param name="System">Tokens of the system prompt as it was sent last.</param>
/// <param name="LeftOut">Messages on this branch that would not be sent, of the newest 200.</param>
/// <param name="IsEstimated">The model's own tokenizer is not known.</param>
public sealed record ContextUse(int Tokens, int Room, int System, int Messages, int LeftOut, bool IsEstimated, string? Model);

/// <summary>Measures how much of its room a conversation with a model takes.</summary>
public sealed class ContextGauge
{
    private const int MostLookedAt = 200;

    private readonly IDbContextFactory<RegistryDbContext> _registries;
    private readonly ConversationAccess _access;
    private readonly MemorySettingsService _settings;
    private readonly ShortTermMemory _said;
    private readonly SavedModels _models;

    internal ContextGauge(
        IDbContextFactory<RegistryDbContext> registries,
        ConversationAccess access,
        MemorySettingsService settings,
        ShortTermMemory said,
        SavedModels models
    ) => (_registries, _access, _settings, _said, _models) = (registries, access, settings, said, models);

    /// <summary>Null where an agent answers, which keeps its own context, and in somebody else's conversation.</summary>
    public async Task<ContextUse?> ReadAsync(Guid id, CancellationToken cancel)
    {
        await using var registry = await _registries.CreateDbContextAsync(cancel);
        if (
            !await _access.MayAsync()
            || await _access.Own(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel)
                is not { Partner: ConversationPartner.Model } conversation
        )
        {
            return null;
        }

        var limits = await _settings.ReadAsync(cancel);
        var model = await ModelOfAsync(registry, conversation, cancel);
        var path = await ConversationTree.LeafAsync(registry, conversation, cancel) is { } leaf
            ? await ConversationTree.UpwardsAsync(registry, id, leaf, MostLookedAt, cancel)
            : [];
        var said = await _said.ReadAsync(registry, conversation, path, limits.ShortTermMessages, cancel);
        var spoken = said.Where(message => !message.IsSummary && !string.IsNullOrWhiteSpace(message.Text)).ToList();
        var (sent, tokens) = PromptBuilder.Fit(spoken, model ?? "", limits.ShortTermTokens);
        var system = await registry
            .ConversationPrompts.Where(p => path.Contains(p.MessageId))
            .OrderByDescending(p => p.CreatedAt)
            .Select(p => p.System)
            .FirstOrDefaultAsync(cancel);
        return new(
            tokens,
            limits.ShortTermTokens,
            TokenEstimate.Count(model ?? "", system ?? ""),
            sent.Count,
            path.Count - sent.Count - said.Count(message => message.IsSummary),
            !TokenEstimate.Knows(model ?? ""),
            model
        );
    }

    private async Task<string?> ModelOfAsync(RegistryDbContext registry, Conversation conversation, CancellationToken cancel) =>
        await registry.LlmConfigs.Where(c => c.Id == conversation.ConfigId).Select(c => c.Model).FirstOrDefaultAsync(cancel)
        ?? (await _models.ChainAsync(_access.UserId, cancel) is [var first, ..] ? first.Config.Model : null);
}
