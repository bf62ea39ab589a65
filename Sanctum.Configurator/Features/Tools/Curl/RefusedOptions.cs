namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Options that say to whom a request goes, and how it is kept from others. A request without one of them would take its secrets another
/// way than the command asks for, so the command is refused: whoever pastes it takes the option out, or does not. Written as in
/// <see cref="OptionNames"/>.
/// </summary>
internal static class RefusedOptions
{
    private static readonly (string Reason, string Names)[] Lists =
    [
        (
            "requests are sent directly to their address. Remove the option if this one can be too",
            "proxy:x= preproxy= proxy1.0= socks4= socks4a= socks5= socks5-hostname= proxytunnel:p haproxy-protocol haproxy-clientip="
        ),
        (
            "the connection is always made to the host in the address. Put the right host into the address, or remove the option",
            """
            interface= resolve= connect-to= unix-socket= abstract-unix-socket= dns-interface= dns-ipv4-addr= dns-ipv6-addr= dns-servers= doh-url=
            ipfs-gateway=
            """
        ),
        (
            "certificates and keys on your machine can't be read here. Servers are verified with the system's authorities and Outbound:TrustedCertificates. Remove the option if these are enough",
            """
            cert:E= cert-type= key= key-type= pass= cacert= capath= crlfile= pinnedpubkey= engine= pubkey= ssl-auto-client-cert cert-status
            httpsig-key= httpsig-algo= httpsig-headers= httpsig-keyid=
            """
        ),
        (
            "encryption is always TLS 1.2 or newer. Remove the option if that is enough",
            "ciphers= tls13-ciphers= curves= sigalgs= ech= tlsv1.3! tlsuser= tlspassword= tlsauthtype="
        ),
        (
            "signed requests are not supported, and the signing key must not be sent instead. Remove the option together with -u",
            "aws-sigv4="
        ),
        ("it reads a file on your machine. Put its content into the command, with https:// in the address", "config:K= hsts="),
    ];

    public static IReadOnlyList<CurlOption> All { get; } =
    [
        .. from list in Lists
        from read in OptionNames.Read(list.Names)
        select new CurlOption(
            read.Name,
            read.Letter,
            read.Takes,
            (_, use) => use.IsOn ? $"{use.Spelled} is not supported: {list.Reason}." : null,
            null
        ),
    ];
}
