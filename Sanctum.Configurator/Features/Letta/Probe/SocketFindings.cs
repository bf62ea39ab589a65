using System.Net.Security;
using System.Net.Sockets;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>What is said when name, connection or TLS fail.</summary>
internal sealed class SocketFindings(LettaTarget target, TimeProvider clock)
{
    private readonly string _host = target.BaseAddress.IdnHost;
    private readonly int _port = target.BaseAddress.Port;

    private string Door => $"{(_host.Contains(':', StringComparison.Ordinal) ? $"[{_host}]" : _host)}:{_port}";

    public static LettaFinding Blocked(OutboundRefusedException refusal) =>
        new(
            LettaVerdict.Blocked,
            $"Requests to {refusal.Place} are blocked: {refusal.Reason}.",
            $"Change {LettaFields.Address}. The block list is the setting {OutboundOptions.Section}:{nameof(OutboundOptions.Refused)}; "
                + "link-local and cloud metadata addresses are always blocked."
        );

    public StepEnd NoName(SocketError error) =>
        error switch
        {
            SocketError.HostNotFound => new(
                "Name not found",
                new(
                    LettaVerdict.NameNotFound,
                    $"The host name {_host} could not be found.",
                    $"Check {LettaFields.Address} for typing mistakes. A container's service name works only within its network."
                )
            ),
            SocketError.NoData => new(
                "The name has no address",
                new(
                    LettaVerdict.NameNotFound,
                    $"The host name {_host} exists, but has no IP address.",
                    $"Enter the server's name or IP address in {LettaFields.Address}."
                )
            ),
            _ => new(
                $"The resolver did not answer ({error})",
                new(
                    LettaVerdict.Unreachable,
                    $"The host name {_host} could not be resolved, because this machine's DNS resolver did not answer.",
                    $"Check the DNS settings of the console's machine and try again, or enter the IP address in {LettaFields.Address}."
                )
            ),
        };

    public StepEnd NoConnection(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => new(
                $"{Door} refused the connection",
                new(
                    LettaVerdict.Refused,
                    $"The machine {_host} is reachable, but nothing listens on port {_port}.",
                    $"Start the Letta server or correct {LettaFields.Port}; {KindHints.PortOf(target.Kind)}."
                        + (target.BaseAddress.IsLoopback ? $" If the console runs in a container, {_host} is that container itself." : "")
                )
            ),
            SocketError.TimedOut => new(
                $"{Door} did not respond",
                new(
                    LettaVerdict.Timeout,
                    $"{Door} did not respond before the operating system timed out, in the step {LettaSteps.Tcp}.",
                    $"Check {LettaFields.Address} and {LettaFields.Port}, and whether a firewall drops the connection."
                )
            ),
            _ => new(
                $"No route to {Door} ({error})",
                new(
                    LettaVerdict.Unreachable,
                    $"There is no route from the console's machine to {Door}.",
                    $"Check {LettaFields.Address}, and the network, routes and firewall between both machines."
                )
            ),
        };

    public StepEnd BadCertificate(LettaCertificate certificate)
    {
        var now = clock.GetUtcNow();
        var finding =
            !certificate.IsTimely(now) ? Expired(certificate, now)
            : certificate.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? Mismatched(certificate)
            : Untrusted(certificate);
        return new(
            $"Certificate for {certificate.Names}, issued by {certificate.Issuer}, valid until {LettaCertificate.DayOf(certificate.NotAfter)}",
            finding
        );
    }

    public StepEnd TlsUnexpected() =>
        new(
            $"{Door} answers without TLS",
            new(
                LettaVerdict.TlsUnexpected,
                $"{Door} uses plain HTTP, but the address begins with https://.",
                $"Begin {LettaFields.Address} with http://, or change {LettaFields.Port} to the one that uses TLS."
            )
        );

    public StepEnd TlsFailed() =>
        new(
            $"{Door} did not complete the TLS handshake",
            new(
                LettaVerdict.TlsFailed,
                $"{Door} aborted the TLS handshake.",
                $"Check that {LettaFields.Address} matches the server's configured name, and that the server offers TLS 1.2 or 1.3 "
                    + "without requiring a client certificate."
            )
        );

    private LettaFinding Expired(LettaCertificate certificate, DateTimeOffset now) =>
        new(
            LettaVerdict.TlsExpired,
            now > certificate.NotAfter
                ? $"The certificate of {Door} expired on {LettaCertificate.DayOf(certificate.NotAfter)}."
                : $"The certificate of {Door} is not valid before {LettaCertificate.DayOf(certificate.NotBefore)}.",
            now > certificate.NotAfter
                ? $"Renew the certificate on the server; no change of {LettaFields.Address} is needed."
                : "Check the clocks of both machines; the certificate may not be valid yet."
        );

    private LettaFinding Mismatched(LettaCertificate certificate) =>
        new(
            LettaVerdict.TlsNameMismatch,
            $"The certificate of {Door} is issued for {certificate.Names}, not for {_host}.",
            $"Enter a name from the certificate in {LettaFields.Address}, or install a certificate for {_host} on the server."
        );

    private LettaFinding Untrusted(LettaCertificate certificate) =>
        certificate switch
        {
            { IsSelfSigned: true } => new(
                LettaVerdict.TlsUntrusted,
                $"The certificate of {Door} is self-signed and not trusted.",
                $"Add this certificate to the file in the setting {Trusted} and restart the console{OrPlain}."
            ),
            { End: ChainEnd.Incomplete } => new(
                LettaVerdict.TlsUntrusted,
                $"The certificate of {Door} was issued by “{certificate.Missing}”, but the chain is incomplete: the server doesn't send that certificate, and this machine doesn't know it.",
                $"Configure the server to send its full chain (nginx: set ssl_certificate to fullchain.pem), or add the certificate of “{certificate.Missing}” to the file "
                    + $"in the setting {Trusted} and restart the console{OrPlain}."
            ),
            _ => new(
                LettaVerdict.TlsUntrusted,
                $"The certificate of {Door} was issued by “{certificate.Missing}”, which this machine doesn't trust.",
                $"Put the certificate of “{certificate.Missing}” into the file in the setting {Trusted} and restart the console{OrPlain}."
            ),
        };

    private const string Trusted = $"{OutboundOptions.Section}:{nameof(OutboundOptions.TrustedCertificates)}";

    // Plain HTTP is no way over a network.
    private string OrPlain =>
        target.BaseAddress.IsLoopback
            ? $"; or, as both are on this machine, use Letta's own port without TLS: begin {LettaFields.Address} with http:// and correct {LettaFields.Port}"
            : "";
}
