namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>Options that are known and left out, by the reason that is given. Written as in <see cref="OptionNames"/>.</summary>
internal static class UnsupportedOptions
{
    private static readonly (string Reason, string Names)[] Lists =
    [
        (
            "requests are sent directly to the address",
            """
            proxy-user:U= proxy-anyauth proxy-basic proxy-digest proxy-negotiate proxy-ntlm proxy-header= socks5-basic socks5-gssapi
            socks5-gssapi-nec socks5-gssapi-service= proxy-service-name= noproxy= proxy-cacert= proxy-capath= proxy-cert= proxy-cert-type=
            proxy-ciphers= proxy-crlfile= proxy-insecure proxy-key= proxy-key-type= proxy-pass= proxy-pinnedpubkey= proxy-ssl-allow-beast
            proxy-ssl-auto-client-cert proxy-tls13-ciphers= proxy-tlsauthtype= proxy-tlspassword= proxy-tlsuser= proxy-tlsv1! proxy-ca-native
            proxy-http2 proxy-http3
            """
        ),
        (
            "the type of connection can't be chosen",
            "doh-insecure doh-cert-status local-port= ip-tos= vlan-priority= tls-max= ssl-allow-beast ssl ftp-ssl ssl-reqd ftp-ssl-reqd dump-ca-embed"
        ),
        (
            "only Basic and Bearer authentication can be sent with a first request",
            "delegation= service-name= login-options= sasl-authzid= sasl-ir"
        ),
        (
            "it reads a file on your machine. Put its content into the command",
            "netrc:n netrc-file= netrc-optional alt-svc= etag-compare= knownhosts="
        ),
        ("it changes only what follows a redirect, which is followed as HTTP has it", "post301 post302 post303 follow"),
        (
            "the request can't be sent that way",
            "request-target= time-cond:z= continue-at:C= tr-encoding raw ignore-content-length crlf variable= metalink"
        ),
        (
            "it is for other protocols than HTTP",
            """
            append:a list-only:l ftp-port:P= quote:Q= telnet-option:t= ftp-account= ftp-alternative-to-user= ftp-create-dirs ftp-method= ftp-pasv
            ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-ccc-mode= ftp-ssl-control disable-eprt eprt disable-epsv epsv krb= krb4= mail-auth=
            mail-from= mail-rcpt= mail-rcpt-allowfails tftp-blksize= tftp-no-options hostpubmd5= hostpubsha256= compressed-ssh upload-flags=
            """
        ),
        ("it only prints something", "help:h manual:M version:V"),
    ];

    public static IReadOnlyList<CurlOption> All { get; } =
    [
        .. from list in Lists
        from read in OptionNames.Read(list.Names)
        select new CurlOption(read.Name, read.Letter, read.Takes, null, list.Reason),
    ];
}
