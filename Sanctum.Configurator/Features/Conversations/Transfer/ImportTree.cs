namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>Messages of other programs, between which stand nodes that are none: of tools, of thoughts, hidden or empty ones.</summary>
internal static class ImportTree
{
    /// <summary>Nodes above a message at most whose thoughts are its own.</summary>
    private const int Farthest = 50;

    /// <summary>
    /// The messages of a conversation. What named a node that is none goes on from the message above it, and the thoughts between belong to
    /// the answer that follows them.
    /// </summary>
    /// <param name="nodes">Those that are no messages have no role.</param>
    public static ImportedConversation Of(ImportedConversation conversation, IReadOnlyList<ImportedMessage> nodes)
    {
        var known = new Dictionary<string, ImportedMessage>();
        foreach (var node in nodes)
        {
            known.TryAdd(node.Id, node);
        }

        var above = new Dictionary<string, string?>();
        return conversation with
        {
            Leaf = Shown(conversation.Leaf),
            Messages =
            [
                .. nodes
                    .Where(node => node.Role.Length > 0)
                    .Select(node => node with { Parent = Shown(node.Parent), Reasoning = ThoughtsOf(node, known) }),
            ],
        };

        // The first message at a node or above it.
        string? Shown(string? from)
        {
            var (path, at, found) = (new List<string>(), from, (string?)null);
            var seen = new HashSet<string>();
            while (at is not null && !above.TryGetValue(at, out found) && known.TryGetValue(at, out var node) && seen.Add(at))
            {
                if (node.Role.Length > 0)
                {
                    found = at;
                    break;
                }

                path.Add(at);
                at = node.Parent;
            }

            path.ForEach(id => above[id] = found);
            return found;
        }
    }

    private static string? ThoughtsOf(ImportedMessage message, Dictionary<string, ImportedMessage> known)
    {
        if (message.Role != "assistant")
        {
            return null;
        }

        var thoughts = new List<string?> { message.Reasoning };
        var at = message.Parent;
        while (thoughts.Count < Farthest && at is not null && known.TryGetValue(at, out var node) && node.Role.Length == 0)
        {
            thoughts.Add(node.Reasoning);
            at = node.Parent;
        }

        thoughts.Reverse();
        var said = string.Join("\n\n", thoughts.Where(thought => !string.IsNullOrEmpty(thought)));
        return said.Length == 0 ? null : said;
    }
}
