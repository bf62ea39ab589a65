namespace Sanctum.Configurator.Features.Messaging.Incoming;

/// <summary>
/// What stands below a writer's own words, such as the earlier mails that a mail repeats: it is kept with the message and found by a search,
/// and the agent, who knows it already, is not told it again.
/// </summary>
internal static class QuotedPart
{
    private const string Mark = "\n\n[Below: quoted, and not told to the agent]\n";

    /// <summary>The text with what is quoted below it, at most so long.</summary>
    public static string Add(string text, string quoted, int most)
    {
        var room = most - text.Length - Mark.Length;
        return quoted.Length == 0 || room <= 0 ? text : $"{text}{Mark}{(quoted.Length <= room ? quoted : quoted[..room])}";
    }

    /// <summary>What the agent is told.</summary>
    public static string Without(string text) => text.Split(Mark, 2)[0];
}
