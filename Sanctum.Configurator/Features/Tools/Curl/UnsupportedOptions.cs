namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>Options that are known and left out, by the reason that is given. Written as in <see cref="OptionNames"/>.</summary>
internal static class UnsupportedOptions
{
    private static readonly (string Reason, string Names)[] Lists =
    [
        ("requests go straight to the address, or as the console's own proxy settings say",
            """
            proxy:x= preproxy= proxy-user:U= proxy-anyauth proxy-basic proxy-digest proxy-negotiate proxy-ntlm proxy-header= proxytunnel:p
            proxy1.0= socks4= socks4a= socks5= socks5-hostname= socks5-basic socks5-gssapi socks5-gssapi-nec socks5-gssapi-service=
            proxy-service-name= noproxy= proxy-cacert= proxy-capath= proxy-cert= proxy-cert-type= proxy-ciphers= proxy-crlfile= proxy-insecure
            proxy-key= proxy-key-type= proxy-pass= proxy-pinnedpubkey= proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tls13-ciphers=
            proxy-tlsauthtype= proxy-tlspassword= proxy-tlsuser= proxy-tlsv1! proxy-ca-native proxy-http2 proxy-http3 haproxy-protocol
            haproxy-clientip=
            """),
        ("certificates and keys are files of your machine, which are not read here",
            """
            cert:E= cert-type= key= key-type= pass= cacert= capath= crlfile= pinnedpubkey= engine= pubkey= ssl-auto-client-cert dump-ca-embed
            httpsig-key=
            """),
        ("how the connection is made cannot be chosen here",
            """
            interface= resolve= connect-to= unix-socket= abstract-unix-socket= dns-interface= dns-ipv4-addr= dns-ipv6-addr= dns-servers= doh-url=
            doh-insecure doh-cert-status local-port= ip-tos= vlan-priority= ciphers= tls13-ciphers= curves= tls-max= ssl-allow-beast ssl ftp-ssl
            ssl-reqd ftp-ssl-reqd sigalgs= ech= tlsuser= tlspassword= tlsauthtype=
            """),
        ("only Basic and Bearer authentication can be sent with a first request",
            """
            digest negotiate ntlm ntlm-wb anyauth aws-sigv4= delegation= service-name= login-options= sasl-authzid= sasl-ir httpsig-algo=
            httpsig-headers= httpsig-keyid=
            """),
        ("it reads a file of your machine, which is not done here: write what it says into the command",
            "config:K= netrc:n netrc-file= netrc-optional hsts= alt-svc= etag-compare= knownhosts="),
        ("it changes only what follows a redirect, which is followed as HTTP has it", "post301 post302 post303 follow"),
        ("the request cannot be sent that way here",
            "request-target= time-cond:z= continue-at:C= tr-encoding raw ignore-content-length crlf variable= ipfs-gateway= metalink"),
        ("it is for other protocols than HTTP",
            """
            append:a list-only:l ftp-port:P= quote:Q= telnet-option:t= ftp-account= ftp-alternative-to-user= ftp-create-dirs ftp-method= ftp-pasv
            ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-ccc-mode= ftp-ssl-control disable-eprt eprt disable-epsv epsv krb= krb4= mail-auth=
            mail-from= mail-rcpt= mail-rcpt-allowfails tftp-blksize= tftp-no-options hostpubmd5= hostpubsha256= compressed-ssh upload-flags=
            """),
        ("it only prints something", "help:h manual:M version:V"),
    ];

    public static IReadOnlyList<CurlOption> All { get; } =
    [
        .. from list in Lists
           from read in OptionNames.Read(list.Names)
           select new CurlOption(read.Name, read.Letter, read.Takes, null, list.Reason),
    ];
}
