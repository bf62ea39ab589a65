using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>Something an operator should know of.</summary>
/// <param name="Source">The part of the console it comes from: one of <see cref="NoticeSources"/>.</param>
/// <param name="Title">What happened, in a few words. It has no secrets and nothing that strangers wrote.</param>
public sealed record Notice(NoticeLevel Level, string Source, string Title)
{
    /// <summary>What happened, to what, and what to do next.</summary>
    public string? Message { get; init; }

    /// <summary>The page it is about, as a path on this console.</summary>
    public string? Link { get; init; }

    /// <summary>What the same thing is known by when it happens again, or is over; null where it stands alone.</summary>
    public string? GroupKey { get; init; }

    /// <summary>
    /// It goes on until <see cref="Notifier.ResolveAsync"/> says that it is over: raising it again meanwhile only brings it up to date.
    /// Needs a group key.
    /// </summary>
    public bool IsLasting { get; init; }
}

/// <summary>The parts of the console that raise notices.</summary>
public static class NoticeSources
{
    public const string Letta = "letta";
    public const string Backups = "backups";
    public const string Logs = "logs";
    public const string Jobs = "jobs";
    public const string Models = "models";
    public const string McpServers = "mcp";
    public const string Proposals = "proposals";
    public const string Messages = "messages";

    /// <summary>The channels themselves. What they raise stays in the console.</summary>
    public const string Notifications = "notifications";

    public static readonly IReadOnlyList<string> All = [Letta, Backups, Logs, Jobs, Models, McpServers, Messages, Proposals, Notifications];

    /// <summary>What an operator calls it.</summary>
    public static string NameOf(string? source) =>
        source switch
        {
            Letta => "Letta server",
            Backups => "Backups",
            Logs => "Logs",
            Jobs => "Scheduled jobs",
            Models => "Models",
            McpServers => "MCP servers",
            Messages => "Messages",
            Proposals => "Proposals",
            Notifications => "Notifications",
            null or "" => "Another program",
            _ => source,
        };
}
