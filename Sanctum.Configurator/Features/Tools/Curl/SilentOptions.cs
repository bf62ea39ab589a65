namespace Sanctum.Configurator.Features.Tools.Curl;

/// <summary>
/// Options that change what curl prints, stores, tries again or how it connects, but not the request. Each is written as
/// <c>name</c>, <c>name:letter</c>, with <c>=</c> behind it where it takes a value and <c>!</c> where it has no <c>--no-</c> form.
/// </summary>
internal static class SilentOptions
{
    private const string Names = """
        silent:s show-error:S verbose:v include:i show-headers fail:f fail-early fail-with-body styled-output progress-bar:# progress-meter
        output:o= remote-name:O remote-name-all remote-header-name:J output-dir= create-dirs create-file-mode= clobber skip-existing out-null
        remove-on-error remote-time:R xattr write-out:w= dump-header:D= cookie-jar:c= junk-session-cookies:j etag-save= stderr= trace=
        trace-ascii= trace-time trace-ids trace-config= libcurl= buffer:N use-ascii:B disable:q parallel:Z parallel-max= parallel-max-host=
        parallel-immediate retry= retry-delay= retry-max-time= retry-connrefused retry-all-errors limit-rate= rate= speed-limit:Y=
        speed-time:y= max-filesize= expect100-timeout= keepalive keepalive-time= keepalive-cnt= tcp-nodelay tcp-fastopen mptcp
        happy-eyeballs-timeout-ms= ipv4:4! ipv6:6! alpn npn sessionid ssl-sessions= false-start tlsv1:1! tlsv1.0! tlsv1.1! tlsv1.2!
        sslv2:2! sslv3:3! http1.0:0! http1.1! http2! http2-prior-knowledge! http3! http3-only! http0.9 basic
        suppress-connect-headers random-file= egd-file= test-event test-duphandle ssl-no-revoke ssl-revoke-best-effort
        tls-earlydata ca-native
        """;

    public static IReadOnlyList<CurlOption> All { get; } =
    [.. OptionNames.Read(Names).Select(read => new CurlOption(read.Name, read.Letter, read.Takes, null, null))];
}
