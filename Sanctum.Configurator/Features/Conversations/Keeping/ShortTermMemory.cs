using Microsoft.Extensions.Caching.Hybrid;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Keeping;

/// <summary>
/// The last messages of a conversation, as they are given to whoever answers. What was read for the question before is kept, so that only
/// what was said since comes from the database; where nothing is kept, all of it does. Messages that have ended don't change.
/// </summary>
public sealed class ShortTermMemory(HybridCache cache)
{
    /// <summary>Messages just before a summary that are given as they are.</summary>
    public const int KeptBeforeASummary = 6;

    /// <summary>Characters of all messages together.</summary>
    private const int MostCharacters = 400_000;

    /// <param name="path">The messages upwards, the newest first.</param>
    /// <param name="most">Messages.</param>
    internal async Task<IReadOnlyList<SaidMessage>> ReadAsync(
        RegistryDbContext registry,
        Conversation conversation,
        IReadOnlyList<Guid> path,
        int most,
        CancellationToken cancel
    )
    {
        if (path.Count == 0)
        {
            return [];
        }

        var (key, options) = (KeyOf(conversation.Id), OptionsOf(conversation));
        var kept = await cache.GetOrCreateAsync(
            key,
            _ => ValueTask.FromResult<Kept?>(null),
            new() { Flags = (options.Flags ?? HybridCacheEntryFlags.None) | HybridCacheEntryFlags.DisableUnderlyingData },
            cancellationToken: cancel
        );
        var known = kept is null || kept.Most < most ? -1 : Array.IndexOf([.. path], kept.Until);
        var said = await LoadAsync(registry, known < 0 ? path : [.. path.Take(known)], cancel);
        var whole = Shorten(known < 0 ? said : [.. kept!.Messages, .. said], most);
        if (whole is [.., { Role: ConversationMessage.User } last] && last.Id == path[0])
        {
            await cache.SetAsync(key, new Kept(path[0], most, [.. whole]), options, cancellationToken: cancel);
        }

        return whole;
    }

    /// <summary>The conversation has ended: nothing of it is kept but in the database.</summary>
    public ValueTask ForgetAsync(Guid conversation, CancellationToken cancel) => cache.RemoveAsync(KeyOf(conversation), cancel);

    private static string KeyOf(Guid conversation) => $"conversation:{conversation:N}";

    /// <summary>A temporary conversation stays in this process.</summary>
    private static HybridCacheEntryOptions OptionsOf(Conversation conversation) =>
        new() { Flags = conversation.IsTemporary ? HybridCacheEntryFlags.DisableDistributedCache : null };

    /// <summary>Upwards, as much as there is room for; in the order in which it was said.</summary>
    internal static async Task<List<SaidMessage>> LoadAsync(RegistryDbContext registry, IReadOnlyList<Guid> path, CancellationToken cancel)
    {
        List<SaidMessage> said = [];
        var room = MostCharacters;
        foreach (var part in path.Chunk(20))
        {
            var messages = await registry
                .ConversationMessages.AsNoTracking()
                .Where(m => part.Contains(m.Id))
                .Select(m => new
                {
                    m.Id,
                    m.Role,
                    Content = m.Content.Substring(0, MostCharacters),
                    m.Attachments,
                    m.IsSummary,
                })
                .ToDictionaryAsync(m => m.Id, cancel);
            foreach (var message in part.Where(messages.ContainsKey).Select(id => messages[id]))
            {
                var text = AttachedFiles.With(message.Content, ConversationReader.Read<ConversationAttachment>(message.Attachments));
                room -= text.Length;
                if (room < 0 && said.Count > 0)
                {
                    said.Reverse();
                    return said;
                }

                said.Add(new(message.Id, message.Role, text, message.IsSummary));
            }
        }

        said.Reverse();
        return said;
    }

    /// <summary>A summary stands for what is before it, but for the last few messages.</summary>
    private static List<SaidMessage> Shorten(IReadOnlyList<SaidMessage> said, int most)
    {
        var summary = said.Select((message, at) => (message, at)).LastOrDefault(one => one.message.IsSummary);
        var first = summary.message is null ? 0 : Math.Max(0, summary.at - KeptBeforeASummary);
        first = Math.Max(first, said.Count - Math.Max(1, most));
        List<SaidMessage> shown = summary.message is not null && summary.at < first ? [summary.message] : [];
        shown.AddRange(said.Skip(first).Where(message => message == summary.message || !message.IsSummary));
        return shown;
    }

    /// <param name="Until">The question that they end with.</param>
    /// <param name="Most">Messages that there may be: whoever wants more has to read them.</param>
    internal sealed record Kept(Guid Until, int Most, List<SaidMessage> Messages);
}

/// <summary>What was said before, as it is given to whoever answers.</summary>
/// <param name="IsSummary">It stands for what was said before it.</param>
public sealed record SaidMessage(Guid Id, string Role, string Text, bool IsSummary = false);
