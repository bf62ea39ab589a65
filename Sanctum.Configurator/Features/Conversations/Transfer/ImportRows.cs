using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Registry.Conversations;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>The messages of an imported conversation, as they are written.</summary>
internal static class ImportRows
{
    /// <summary>Parents before their children, with ids of the console's own. What names a parent that is not there begins a branch.</summary>
    public static (List<(string Id, ConversationMessage Row)> Rows, List<string> Problems) Of(
        ImportedConversation conversation,
        DateTimeOffset now
    )
    {
        var (rows, problems, ids) = (new List<(string, ConversationMessage)>(), new List<string>(), new Dictionary<string, Guid>());
        var conversationId = Guid.CreateVersion7(now);
        var begun =
            conversation.CreatedAt ?? conversation.Messages.Select(message => message.At).FirstOrDefault(at => at is not null) ?? now;
        var given = conversation.Messages.Select(message => message.Id).ToHashSet();
        if (given.Count < conversation.Messages.Count)
        {
            problems.Add("Some of its messages have the same id: only the first of each is taken.");
        }

        var children = conversation
            .Messages.DistinctBy(message => message.Id)
            .ToLookup(message => message.Parent is { } parent && given.Contains(parent) && parent != message.Id ? parent : null);
        var open = new Stack<(ImportedMessage Message, DateTimeOffset Next)>(After(null, begun));
        while (open.TryPop(out var next))
        {
            var message = next.Message;
            var parent = message.Parent is { } named && ids.TryGetValue(named, out var above) ? above : (Guid?)null;
            var row = new ConversationMessage
            {
                Id = ids[message.Id] = Guid.CreateVersion7(now),
                ConversationId = conversationId,
                ParentId = parent,
                IsFirst = parent is null,
                Role = message.Role,
                Content = WholeText.Of(message.Content),
                Reasoning = WholeText.OrNull(message.Reasoning),
                Model = WholeText.OrNull(message.Model) is { } model ? Cut(model, 255) : null,
                CreatedAt = message.At ?? next.Next,
                State = message.State,
                Problem = WholeText.OrNull(message.Problem),
                Attachments = Written(
                    message.Attachments.Select(file => new ConversationAttachment(WholeText.Of(file.Name), WholeText.Of(file.Text)))
                ),
                ToolCalls = Written(
                    message.ToolCalls.Select(call =>
                        call with
                        {
                            Id = WholeText.Of(call.Id),
                            Name = WholeText.OrNull(call.Name),
                            Arguments = WholeText.Of(call.Arguments),
                            Result = WholeText.OrNull(call.Result),
                        }
                    )
                ),
            };
            rows.Add((message.Id, row));
            foreach (var child in After(message.Id, row.CreatedAt.AddMilliseconds(1)))
            {
                open.Push(child);
            }
        }

        if (rows.Count < given.Count)
        {
            problems.Add($"{given.Count - rows.Count} of its messages stand in a circle, and are left out.");
        }

        return (rows, problems);

        // The last one first; each with the time that it has where the file gives none.
        IEnumerable<(ImportedMessage, DateTimeOffset)> After(string? parent, DateTimeOffset first) =>
            children[parent].Select((child, at) => (child, first.AddMilliseconds(at))).Reverse();
    }

    /// <summary>As the database keeps it; null for none.</summary>
    private static string? Written<T>(IEnumerable<T> parts) =>
        parts.ToList() is { Count: > 0 } some ? JsonSerializer.Serialize(some, ApiJson.Options) : null;

    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
