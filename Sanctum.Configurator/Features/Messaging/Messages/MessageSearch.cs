using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Registry.Data;
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

    public static IQueryable<Message> Having(this RegistryDbContext registry, MessageWords words)
    {
        // SQLite's index is read from its newest row on, so that a page of a common word is as quick as one of a rare word.
        var columns = registry
            .Model.FindEntityType(typeof(Message))!
            .GetProperties()
            .Select(property => property.GetColumnName())
            .Select(column => column == "id" ? "w.rowid AS id" : $"t.{column}");
        var messages = Index.Find<Message>(registry, words, string.Join(", ", columns)).AsNoTracking();
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
