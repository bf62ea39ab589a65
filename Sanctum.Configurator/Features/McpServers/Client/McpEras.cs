namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>The two eras of the protocol.</summary>
internal static class McpEras
{
    /// <summary>From this version on there are no sessions: each request says by itself what it needs.</summary>
    public const string FirstWithoutSession = "2026-07-28";

    /// <summary>As it is stored, of servers that are discovered.</summary>
    public const string Stateless = FirstWithoutSession;

    /// <summary>As it is stored, of servers with a session.</summary>
    public const string Session = "initialize";

    public static string Of(string version) => string.CompareOrdinal(version, FirstWithoutSession) >= 0 ? Stateless : Session;

    public static string Title(string? era) =>
        era switch
        {
            Stateless => "Without sessions (server/discover)",
            Session => "With a session (initialize)",
            _ => "Unknown",
        };
}
