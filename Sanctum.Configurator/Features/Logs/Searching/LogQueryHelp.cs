namespace Sanctum.Configurator.Features.Logs.Searching;

/// <summary>What may be typed into a search, with an example of each; the page and the guide show it.</summary>
internal static class LogQueryHelp
{
    public static readonly IReadOnlyList<string> Fields =
    [
        "level",
        "source",
        "agent",
        "tool",
        "plugin",
        "user",
        "correlation",
        "message",
        "details",
    ];

    public static readonly IReadOnlyList<(string Example, string Meaning)> Lines =
    [
        ("timeout letta", "lines that have both words, in the message or the details"),
        ("\"connection refused\"", "this exact phrase"),
        ("timeout OR refused", "lines that have one of these words or phrases, with OR in capitals"),
        ("conn*", "words that begin with conn"),
        ("-heartbeat", "without this word; a dash excludes any term"),
        ("level>=warning", "warnings and above; also level:error,critical"),
        ("source:agent", "from agents; also system, tool and plugin"),
        ("agent:Athena", "from this agent; also tool:… and plugin:…; use quotes if the name has spaces"),
        ("user:ada", "caused by this user"),
        ("message~\"took \\d{4,} ms\"", "the message matches this regular expression"),
        ("details.status:502", "this value in the details"),
        ("correlation:4bf92f35", "all lines with this correlation id"),
    ];
}
