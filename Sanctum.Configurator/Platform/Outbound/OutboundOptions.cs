namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>What the console may call. Link-local and cloud metadata addresses are refused whatever is written here.</summary>
public sealed class OutboundOptions
{
    public const string Section = "Outbound";

    public const int LeastResponseBytes = 1024;

    public const int MostResponseBytes = 256 * 1024 * 1024;

    /// <summary>
    /// The operator's own list: networks (<c>10.0.0.0/8</c>), addresses (<c>192.168.1.1</c>), host names
    /// (<c>files.example</c>) and everything below a name (<c>*.internal</c>).
    /// </summary>
    public IList<string> Refused { get; } = [];

    /// <summary>How much of one answer is read, counted after decompression.</summary>
    public int MaxResponseBytes { get; set; } = 1024 * 1024;

    /// <summary>A PEM file of certificate authorities trusted beside the system's, for servers with a private one.</summary>
    public string? TrustedCertificates { get; set; }
}
