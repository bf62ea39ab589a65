using Sanctum.Configurator.Registry.Data.Search;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>Messages that have words, by the databases' indexes of words. What is added to the query narrows it inside the database.</summary>
internal static class MessageSearch
{
    private static readonly WordIndex Index = new(
        "messages",
        "messages_words",
        "id",
        "coalesce(message, '') || ' ' || coalesce(agent_response, '')"
    );

    public static IQueryable<Message> Having(this RegistryDbContext registry, MessageWords words) =>
        WithPieces(Index.FindNewestFirst<Message>(registry, words.Wanted), words);

    /// <summary>The same of a few messages, to which the caller narrows it.</summary>
    public static IQueryable<Message> HavingAmongFew(this RegistryDbContext registry, MessageWords words) =>
        WithPieces(Index.FindAmongFew<Message>(registry, words.Wanted), words);

    /// <summary>The same of some that lie beside each other, where no word is looked for that an index would find.</summary>
    public static IQueryable<Message> HavingBetween(this RegistryDbContext registry, MessageWords words, int low, int high) =>
        WithPieces(Index.FindWithout<Message>(registry, words.Wanted, low, high).Where(m => m.Id >= low && m.Id <= high), words);

    private static IQueryable<Message> WithPieces(IQueryable<Message> messages, MessageWords words)
    {
        messages = messages.AsNoTracking();
        foreach (var piece in words.Pieces)
        {
            messages = messages.Where(m => (m.Text ?? "").Contains(piece) || (m.AgentResponse ?? "").Contains(piece));
        }

        foreach (var piece in words.ExcludedPieces)
        {
            messages = messages.Where(m => !(m.Text ?? "").Contains(piece) && !(m.AgentResponse ?? "").Contains(piece));
        }

        return messages;
    }
}
