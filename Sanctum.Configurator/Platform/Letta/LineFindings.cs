using System.Net.Security;
using System.Net.Sockets;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Platform.Letta;

/// <summary>What is said when name, connection or TLS fail.</summary>
internal sealed class LineFindings(LettaTarget target, TimeProvider clock)
{
    private readonly string _host = target.BaseAddress.IdnHost;
    private readonly int _port = target.BaseAddress.Port;

    private string Door => $"{(_host.Contains(':', StringComparison.Ordinal) ? $"[{_host}]" : _host)}:{_port}";

    public static LettaFinding Blocked(OutboundRefusedException refusal) => new(
        LettaVerdict.Blocked,
        $"The console does not call {refusal.Place}: {refusal.Reason}.",
        $"Change {LettaFields.Address}. The operator's own list is the setting {OutboundOptions.Section}:{nameof(OutboundOptions.Refused)}; "
            + "link-local and cloud metadata addresses are never called.");

    public StepEnd NoName(SocketError error) => error switch
    {
        SocketError.HostNotFound => new(
            "Name not found",
            new(
                LettaVerdict.NameNotFound,
                $"The host name {_host} could not be found.",
                $"Look for a typing mistake in {LettaFields.Address}; a container is reached by its service name only from within its network.")),
        SocketError.NoData => new(
            "The name has no address",
            new(
                LettaVerdict.NameNotFound,
                $"The name {_host} exists, but it has no address.",
                $"Type the server's own name or its IP address into {LettaFields.Address}.")),
        _ => new(
            $"The resolver did not answer ({error})",
            new(
                LettaVerdict.Unreachable,
                $"The name {_host} could not be looked up, because this machine's name resolver gave no answer.",
                $"Check the DNS settings of the console's machine and try again, or type the IP address into {LettaFields.Address}.")),
    };

    public StepEnd NoConnection(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => new(
            $"{Door} refused the connection",
            new(
                LettaVerdict.Refused,
                $"The machine {_host} is there, but nothing answers on port {_port}.",
                $"Start the Letta server or correct {LettaFields.Port}; Letta's own default is 8283."
                    + (target.BaseAddress.IsLoopback ? $" If the console runs in a container, {_host} is that container itself." : ""))),
        SocketError.TimedOut => new(
            $"{Door} kept silent",
            new(
                LettaVerdict.Timeout,
                $"{Door} did not answer before the operating system gave up, in the step {LettaSteps.Tcp}.",
                $"Check {LettaFields.Address} and {LettaFields.Port}, and whether a firewall drops the connection.")),
        _ => new(
            $"No way to {Door} ({error})",
            new(
                LettaVerdict.Unreachable,
                $"There is no way from the console's machine to {Door}.",
                $"Check {LettaFields.Address}, and the network, routes and firewall between both machines.")),
    };

    public StepEnd BadCertificate(LettaCertificate certificate)
    {
        var now = clock.GetUtcNow();
        var finding = !certificate.IsTimely(now)
            ? Expired(certificate, now)
            : certificate.Errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? Mismatched(certificate)
                : Untrusted(certificate);
        return new(
            $"Certificate for {certificate.Names}, issued by {certificate.Issuer}, valid until {LettaCertificate.DayOf(certificate.NotAfter)}",
            finding);
    }

    public StepEnd TlsUnexpected() => new(
        $"{Door} answers without TLS",
        new(
            LettaVerdict.TlsUnexpected,
            $"{Door} speaks plain HTTP, but the address begins with https://.",
            $"Begin {LettaFields.Address} with http://, or change {LettaFields.Port} to the one that speaks TLS."));

    public StepEnd TlsFailed() => new(
        $"{Door} did not complete the TLS handshake",
        new(
            LettaVerdict.TlsFailed,
            $"{Door} broke the TLS handshake off.",
            $"Check that {LettaFields.Address} has the name the server is set up for, and that the server offers TLS 1.2 or 1.3 "
                + "without asking for a client certificate."));

    private LettaFinding Expired(LettaCertificate certificate, DateTimeOffset now) => new(
        LettaVerdict.TlsExpired,
        now > certificate.NotAfter
            ? $"The certificate of {Door} expired on {LettaCertificate.DayOf(certificate.NotAfter)}."
            : $"The certificate of {Door} is not valid before {LettaCertificate.DayOf(certificate.NotBefore)}.",
        now > certificate.NotAfter
            ? $"Renew the certificate on the server; {LettaFields.Address} may stay as it is."
            : "Check the clocks of both machines; the certificate may also have been made for later.");

    private LettaFinding Mismatched(LettaCertificate certificate) => new(
        LettaVerdict.TlsNameMismatch,
        $"The certificate of {Door} is made out to {certificate.Names}, not to {_host}.",
        $"Type a name from the certificate into {LettaFields.Address}, or give the server a certificate for {_host}.");

    private LettaFinding Untrusted(LettaCertificate certificate) => certificate switch
    {
        { IsSelfSigned: true } => new(
            LettaVerdict.TlsUntrusted,
            $"The certificate of {Door} is signed by itself, so nothing proves whose it is.",
            $"Put this certificate into the file that the setting {Trusted} names, and start the console again{OrPlain}."),
        { End: ChainEnd.Incomplete } => new(
            LettaVerdict.TlsUntrusted,
            $"The certificate of {Door} was issued by “{certificate.Missing}”, whose certificate the server does not send and this machine does not know: the chain is incomplete.",
            $"Let the server send its whole chain (with nginx, ssl_certificate names fullchain.pem), or put the certificate of “{certificate.Missing}” into the file "
                + $"that the setting {Trusted} names, and start the console again{OrPlain}."),
        _ => new(
            LettaVerdict.TlsUntrusted,
            $"The certificate of {Door} leads to “{certificate.Missing}”, which this machine does not trust.",
            $"Put the certificate of “{certificate.Missing}” into the file that the setting {Trusted} names, and start the console again{OrPlain}."),
    };

    private const string Trusted = $"{OutboundOptions.Section}:{nameof(OutboundOptions.TrustedCertificates)}";

    // Plain HTTP is no way over a network.
    private string OrPlain => target.BaseAddress.IsLoopback ? $"; as both are on this machine, Letta's own port without TLS will do as well: begin {LettaFields.Address} with http:// and correct {LettaFields.Port}" : "";
}
