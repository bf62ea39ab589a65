namespace Sanctum.Configurator.Platform;

/// <summary>Where a <see cref="NavEntry"/> is shown.</summary>
public enum NavPlace
{
    Side,
    UserMenu,
}

/// <summary>The headings of the side menu. Within each, the entries stand by their order.</summary>
public static class NavGroups
{
    public const string Agents = "Agents";
    public const string Messaging = "Messaging";
    public const string Configure = "Configure";
    public const string Operate = "Operate";
    public const string Administer = "Administer";
}

/// <summary>
/// A page that can be gone to by name. Features register theirs as singletons; it is shown only to whom <see cref="Policy"/> allows.
/// </summary>
/// <param name="Icon">A name the Kit's icons know.</param>
/// <param name="Group">The heading it stands under in the side menu; null stands first, without a heading.</param>
/// <param name="IsDocument">The page is loaded whole, as it stands outside the shell and its circuit.</param>
public sealed record NavEntry(
    string Title,
    string Url,
    string Icon,
    int Order,
    string? Policy = null,
    string? Group = null,
    NavPlace Place = NavPlace.Side,
    bool IsDocument = false
);
