namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>What may be typed into a search, with an example of each; the page and the guide show it.</summary>
public static class LogQueryHelp
{
    public static readonly IReadOnlyList<string> Fields = ["level", "source", "agent", "tool", "plugin", "user", "correlation", "message", "details"];

    public static readonly IReadOnlyList<(string Example, string Meaning)> Lines =
    [
        ("timeout letta", "lines that have both words, in the message or the details"),
        ("\"connection refused\"", "these words beside each other"),
        ("conn*", "words that begin so"),
        ("-heartbeat", "without this word; a dash excludes any term"),
        ("level>=warning", "warnings and worse; also level:error,critical"),
        ("source:agent", "by agents; also system, tool and plugin"),
        ("agent:Athena", "by this agent; also tool:… and plugin:…, with quotes where the name has spaces"),
        ("user:ada", "caused by this user"),
        ("message~\"took \\d{4,} ms\"", "the message matches this regular expression"),
        ("details.status:502", "this value inside the details"),
        ("correlation:4bf92f35", "everything with this correlation id"),
    ];
}
