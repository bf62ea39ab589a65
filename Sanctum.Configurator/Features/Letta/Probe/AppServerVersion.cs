namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>Which App Servers the console was tried with.</summary>
internal static class AppServerVersion
{
    /// <summary>The protocol that the console speaks. There is no negotiation.</summary>
    public const int Protocol = 1;

    /// <summary>The first that tells about itself.</summary>
    public static readonly Version Lowest = new(0, 29, 1);

    public static readonly Version Newest = new(0, 32, 18);

    public static LettaVersion Read(string text) =>
        LettaVersion.FindNumber(text) is { } version ? new(text, version >= Lowest) : new(text, IsSupported: null);

    public static bool IsNewerThanTested(string text) => LettaVersion.FindNumber(text) is { } version && version > Newest;
}
