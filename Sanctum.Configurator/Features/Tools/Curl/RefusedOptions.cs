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
        ("requests go straight to their address here. Take it out if this one may",
            "proxy:x= preproxy= proxy1.0= socks4= socks4a= socks5= socks5-hostname= proxytunnel:p haproxy-protocol haproxy-clientip="),
        ("the connection is made to the host in the address here, as the machine's own resolver finds it. Write that host into the address, or take the option out",
            """
            interface= resolve= connect-to= unix-socket= abstract-unix-socket= dns-interface= dns-ipv4-addr= dns-ipv6-addr= dns-servers= doh-url=
            ipfs-gateway=
            """),
        ("certificates and keys are files of your machine, which are not read here. Servers are judged by the authorities of the system and those of Outbound:TrustedCertificates. Take it out if that does",
            """
            cert:E= cert-type= key= key-type= pass= cacert= capath= crlfile= pinnedpubkey= engine= pubkey= ssl-auto-client-cert cert-status
            httpsig-key= httpsig-algo= httpsig-headers= httpsig-keyid=
            """),
        ("how the connection is encrypted is the machine's affair here: TLS 1.2 or newer. Take it out if that does",
            "ciphers= tls13-ciphers= curves= sigalgs= ech= tlsv1.3! tlsuser= tlspassword= tlsauthtype="),
        ("requests are not signed here, and the key that signs must not be sent in the place of a signature. Take it out together with -u",
            "aws-sigv4="),
        ("it reads a file of your machine, and what that says of the request is not known here. Write it into the command, with https:// in the address",
            "config:K= hsts="),
    ];

    public static IReadOnlyList<CurlOption> All { get; } =
    [
        .. from list in Lists
           from read in OptionNames.Read(list.Names)
           select new CurlOption(read.Name, read.Letter, read.Takes, (_, use) => use.IsOn ? $"{use.Spelled} can't be done: {list.Reason}." : null, null),
    ];
}
