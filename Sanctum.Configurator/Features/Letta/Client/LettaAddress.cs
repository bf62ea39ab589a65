using System.Diagnostics.CodeAnalysis;

namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>
/// What a person typed into the server's address and port, read as the base address of Letta's API.
/// <list type="bullet">
/// <item>A port in the address counts. It must agree with the Port field, unless that is empty or still says 443, its
/// default: then nobody chose it. Two chosen ports that differ are refused rather than guessed at.</item>
/// <item>Without a scheme, ports 443 and 8443 mean https, all others http. An empty Port field means 443 for a bare
/// host, and the scheme's own port behind <c>http://</c> or <c>https://</c>.</item>
/// <item>A path is kept (<c>/letta</c>), but a pasted <c>/v1</c> at its end is dropped: every call adds it.</item>
/// <item>Nothing of what was typed is repeated where it may hold a password.</item>
/// </list>
/// </summary>
[SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "The closed set of answers reads as one.")]
public abstract record LettaAddress
{
    public const string DefaultAddress = "https://localhost";

    public const int DefaultPort = 443;

    private LettaAddress() { }

    public static LettaAddress Parse(string? address, int? port) => LettaAddressReader.Read(address, port);

    /// <summary>Where the server is, by its two settings as they are stored, to tell one place from another.</summary>
    public static string PlaceOf(string? address, string? port) =>
        Parse(address, int.TryParse(port, out var number) ? number : null) is Parsed server
            ? server.BaseAddress.AbsoluteUri
            : $"{address} {port}";

    /// <summary>The base address ends with a slash, and its host is in ASCII.</summary>
    public sealed record Parsed(Uri BaseAddress) : LettaAddress;

    /// <summary>A sentence that says what to do, and the field to show it at: "Address" or "Port".</summary>
    public sealed record Refused(string Reason, string Field) : LettaAddress;
}
