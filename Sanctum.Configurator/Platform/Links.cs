namespace Sanctum.Configurator.Platform;

/// <summary>
/// Addresses that somebody else wrote, such as another program into the registry, before they are drawn, sent or followed.
/// </summary>
public static class Links
{
    /// <summary>
    /// Whether it is a path of this console and of nothing else: browsers read <c>//host</c> and <c>/\host</c> as another host's, and leave
    /// out control characters.
    /// </summary>
    public static bool IsOwnPath(string? link) =>
        link is ['/', ..]
        && !link.StartsWith("//", StringComparison.Ordinal)
        && !link.Contains('\\', StringComparison.Ordinal)
        && !link.Any(char.IsControl);

    /// <summary>
    /// The link where it is a path of this console or an address of the web; null for all else, such as <c>javascript:</c>.
    /// </summary>
    public static string? Safe(string? link) => link?.Trim() is { } trimmed && (IsOwnPath(trimmed) || IsOfWeb(trimmed)) ? trimmed : null;

    private static bool IsOfWeb(string link) =>
        (link.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || link.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        && !link.Any(char.IsControl)
        && !link.Contains('\\', StringComparison.Ordinal)
        && Uri.TryCreate(link, UriKind.Absolute, out var address)
        && address.Host.Length > 0;
}
