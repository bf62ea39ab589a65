namespace Sanctum.Configurator.Platform.Notifying;

/// <summary>
/// The door by which every part of the console tells the operator something. What is raised is kept: it is written before the call
/// returns, and is on its way to the channels even where the console is killed right after.
/// </summary>
public interface INotifier
{
    /// <summary>Tells the operator. What has the group key of something nobody has read yet is counted with it.</summary>
    Task RaiseAsync(Notice notice, CancellationToken cancel);

    /// <summary>Says that what was raised under this key is over. Does nothing where nothing is open under it.</summary>
    Task ResolveAsync(string groupKey, CancellationToken cancel);
}

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
    /// It goes on until <see cref="INotifier.ResolveAsync"/> says that it is over: raising it again meanwhile only brings it up to date.
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

    /// <summary>The channels themselves. What they raise stays in the console.</summary>
    public const string Notifications = "notifications";

    public static readonly IReadOnlyList<string> All = [Letta, Backups, Logs, Jobs, Notifications];

    /// <summary>What an operator calls it.</summary>
    public static string NameOf(string? source) => source switch
    {
        Letta => "Letta server",
        Backups => "Backups",
        Logs => "Logs",
        Jobs => "Scheduled jobs",
        Notifications => "Notifications",
        null or "" => "Another program",
        _ => source,
    };
}
