using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>What is said about the server's HTTP answers.</summary>
internal sealed class ExchangeFindings(LettaTarget target, Shown shown)
{
    private readonly string _place = shown.Place(target.BaseAddress);
    private readonly bool _hasToken = target.Token is { Length: > 0 };

    /// <summary>The fault of an answer by its status, or null when its content decides.</summary>
    public LettaFinding? FindFault(LettaAnswer answer) =>
        answer.Status switch
        {
            >= 300 and < 400 => Redirect(answer),
            401 => answer.IsAboutModelProvider() ? ModelProvider(answer) : Unauthorized(answer),
            403 => Forbidden(answer),
            404 => NotFound(answer),
            429 => RateLimited(answer),
            >= 500 => ServerError(answer),
            >= 200 and < 300 => null,
            _ => NotLetta(answer, $"{_place} answered {answer.StatusLine}, which is unexpected from Letta{DetailOf(answer)}."),
        };

    public LettaFinding NotJson(LettaAnswer answer) =>
        new(
            LettaVerdict.NotJson,
            answer.IsHtml
                ? $"{_place} answered with a web page{TitleOf(answer)} instead of Letta's API."
                : answer.Fault switch
                {
                    JsonFault.Empty => $"{_place} answered {answer.StatusLine} without content.",
                    JsonFault.Cut => $"{_place} closed the connection in the middle of its answer.",
                    JsonFault.Compressed => $"{_place} sent a compressed answer without a Content-Encoding header.",
                    _ => $"{_place} did not answer in JSON.",
                },
            $"A proxy or another program answers instead. Add its path to {LettaFields.Address} (such as /letta), or enter Letta's own {LettaFields.Port}."
        )
        {
            Answer = answer,
        };

    public LettaFinding NotLetta(LettaAnswer answer, string? message = null) =>
        new(
            LettaVerdict.NotLetta,
            message ?? $"{_place} answers in JSON, but is not a Letta server.",
            $"Another program answers there: check {LettaFields.Address} and {LettaFields.Port}; {KindHints.PortOf(target.Kind)}."
        )
        {
            Answer = answer,
        };

    public LettaFinding TooLong(LettaAnswer answer, int limit) =>
        NotLetta(answer, $"{_place} sent more than {limit} bytes where Letta sends one short line.");

    public LettaFinding NotHttp() =>
        new(
            LettaVerdict.NotLetta,
            $"{_place} doesn't speak HTTP.",
            $"Another program answers there: check {LettaFields.Port}; {KindHints.PortOf(target.Kind)}."
        );

    public LettaFinding Garbled(OutboundFailedException failed) =>
        new(
            LettaVerdict.NotJson,
            $"The answer of {_place} can't be read: {failed.Message}",
            $"Turn off compression in the proxy in front of Letta, or enter Letta's own address and {LettaFields.Port}."
        );

    public LettaFinding TooLarge(OutboundFailedException failed) =>
        new(
            LettaVerdict.NotLetta,
            $"The answer of {_place} is too large: {failed.Message}",
            $"Another program answers there: check {LettaFields.Address} and {LettaFields.Port}; {KindHints.PortOf(target.Kind)}."
        );

    public LettaFinding HungUp(OutboundFailedException failed) =>
        new(
            LettaVerdict.Unreachable,
            failed.Message.StartsWith(OutboundFailures.Cut, StringComparison.Ordinal)
                ? $"{_place} closed the connection in the middle of its answer."
                : $"{_place} accepted the connection and closed it without an answer.",
            $"The server may just be starting: try again, then check {LettaFields.Port} and the server's log."
        );

    public LettaFinding TlsExpected() =>
        new(
            LettaVerdict.TlsExpected,
            $"{_place} uses TLS, but the address begins with http://.",
            $"Begin {LettaFields.Address} with https://, or change {LettaFields.Port} to the one that uses plain HTTP."
        );

    /// <param name="found">The kind that answered, and not the one that was chosen.</param>
    public LettaFinding WrongKind(LettaAnswer answer, LettaKind found, string? version) =>
        new(
            LettaVerdict.WrongKind,
            $"{_place} is {VerdictLook.ServerOf(found, version)}, but {LettaFields.Kind} is set to {target.Kind!.Value.Title()}.",
            $"Set {LettaFields.Kind} to {found.Title()} or to Automatic, or enter the address of the other server in {LettaFields.Address} and {LettaFields.Port}."
        )
        {
            Answer = answer,
        };

    public LettaFinding UnsendableToken() =>
        new(
            LettaVerdict.Unauthorized,
            $"The token for {_place} was not sent, because it contains characters that can't be sent.",
            $"Copy the token into {LettaFields.Token} again: plain letters, digits and symbols on one line."
        );

    public LettaFinding Connected(LettaAnswer answer, LettaVersion version, int agents, bool isOpen) =>
        isOpen
            ? Open(answer, version, agents)
            : new(
                LettaVerdict.Connected,
                $"Connected to Letta {version.Text}{Retired(version)} at {_place}, with {Count(agents)}.",
                version.IsSupported == false
                    ? $"Letta V1 ended with {LettaVersion.LastOfV1} and no longer gets fixes. Keep it behind a firewall, and back up before you migrate."
                    : "Nothing to do."
            )
            {
                Answer = answer,
            };

    public static string Count(int agents) => string.Create(CultureInfo.InvariantCulture, $"{agents} {(agents == 1 ? "agent" : "agents")}");

    private static string Retired(LettaVersion version) =>
        version.IsSupported == false ? $" (retired on {LettaVersion.V1RetiredText})" : "";

    private LettaFinding Open(LettaAnswer answer, LettaVersion version, int agents) =>
        new(
            LettaVerdict.OpenServer,
            $"Connected to Letta {version.Text}{Retired(version)} at {_place}, with {Count(agents)}, but it doesn't require a token: anyone who can reach it can use it.",
            "Start the Letta server with SECURE=true and LETTA_SERVER_PASSWORD set, "
                + (_hasToken ? $"to the password in {LettaFields.Token}." : $"then enter that password in {LettaFields.Token}.")
        )
        {
            Answer = answer,
        };

    private LettaFinding Redirect(LettaAnswer answer) =>
        new(
            LettaVerdict.Redirect,
            answer.Location is { } there
                ? $"{_place} answered {answer.StatusLine} and redirects to {shown.Place(there)}, which was not followed."
                : $"{_place} answered {answer.StatusLine} without a redirect address.",
            HintOf(answer)
        )
        {
            Answer = answer,
        };

    /// <summary>
    /// What helps against a redirect depends on where it leads: to the same API, to the same path spelt otherwise, or to something else.
    /// </summary>
    private string HintOf(LettaAnswer answer)
    {
        if (answer.Location is not { } there || (there.Scheme != Uri.UriSchemeHttp && there.Scheme != Uri.UriSchemeHttps))
        {
            return $"A proxy or another program answers there. Enter Letta's own address in {LettaFields.Address} and {LettaFields.Port}.";
        }

        var (asked, path) = (target.BaseAddress.AbsolutePath.TrimEnd('/'), answer.Asked.AbsolutePath.TrimEnd('/'));
        var api = path.StartsWith(asked, StringComparison.Ordinal) ? path[asked.Length..] : path;
        var isHere =
            Uri.Compare(
                there,
                target.BaseAddress,
                UriComponents.SchemeAndServer,
                UriFormat.SafeUnescaped,
                StringComparison.OrdinalIgnoreCase
            ) == 0;
        if (!there.AbsolutePath.TrimEnd('/').EndsWith(api, StringComparison.Ordinal))
        {
            return $"That is a sign-in page or another site. Let the proxy pass {KindHints.PathsOf(target.Kind)} unchanged and without sign-in, or enter Letta's own address in {LettaFields.Address} and {LettaFields.Port}.";
        }

        var moved = there.AbsolutePath.TrimEnd('/')[..^api.Length];
        return isHere && moved == asked
                ? $"A proxy rewrites the end of the paths. Let it pass {KindHints.PathsOf(target.Kind)} unchanged, including trailing slashes."
            : isHere || !IsUpgrade(there, moved == asked)
                ? $"If that address is yours, enter {shown.Clean($"{there.Scheme}://{HostOf(there)}{moved}", 200)} in {LettaFields.Address} and {there.Port} in {LettaFields.Port}. A token is sent there only if you enter it again."
            : $"Begin {LettaFields.Address} with https:// and set {LettaFields.Port} to {there.Port}.";
    }

    private bool IsUpgrade(Uri there, bool isSamePath) =>
        isSamePath
        && there.Scheme == Uri.UriSchemeHttps
        && target.BaseAddress.Scheme == Uri.UriSchemeHttp
        && there.IdnHost.Equals(target.BaseAddress.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static string HostOf(Uri place) => place.HostNameType == UriHostNameType.IPv6 ? $"[{place.IdnHost}]" : place.IdnHost;

    private LettaFinding Unauthorized(LettaAnswer answer) =>
        new(
            LettaVerdict.Unauthorized,
            (answer.AsksForLogin, _hasToken) switch
            {
                (true, _) => $"A proxy at {_place} requires its own user name and password ({answer.StatusLine}).",
                (_, true) => $"{_place} rejected the token ({answer.StatusLine}).",
                _ => $"{_place} requires a token, but none was entered ({answer.StatusLine}).",
            },
            answer.AsksForLogin
                ? $"Let the proxy pass {KindHints.PathsOf(target.Kind)} without its own sign-in, or enter Letta's own address in {LettaFields.Address}."
                : $"Enter {KindHints.TokenOf(target.Kind)} in {LettaFields.Token}."
        )
        {
            Answer = answer,
        };

    private LettaFinding ModelProvider(LettaAnswer answer) =>
        new(
            LettaVerdict.ServerError,
            $"{_place} answered {answer.StatusLine} because of its account with a model provider, not because of the token.",
            $"Correct the provider's API key on the Letta server. No change of {LettaFields.Token} is needed."
        )
        {
            Answer = answer,
        };

    private LettaFinding Forbidden(LettaAnswer answer) =>
        new(
            LettaVerdict.Forbidden,
            $"{_place} denies the console access ({answer.StatusLine}){TitleOf(answer)}{DetailOf(answer)}.",
            "A proxy or firewall denies access. Allow the console's machine there"
                + (target.Kind == LettaKind.V1 ? "" : ", let the proxy add no Origin header, which a Letta App Server refuses")
                + $", or enter Letta's own address in {LettaFields.Address}."
        )
        {
            Answer = answer,
        };

    private LettaFinding NotFound(LettaAnswer answer) =>
        new(
            LettaVerdict.NotFound,
            $"{_place} answers, but Letta's API is not under this path ({answer.StatusLine}){TitleOf(answer)}.",
            target.BaseAddress.AbsolutePath == "/"
                ? $"If Letta is behind a proxy, add its path to {LettaFields.Address} (such as /letta); otherwise check {LettaFields.Port}."
                : $"Correct or remove the path {shown.Clean(target.BaseAddress.AbsolutePath.TrimEnd('/'))} in {LettaFields.Address}."
        )
        {
            Answer = answer,
        };

    private LettaFinding RateLimited(LettaAnswer answer) =>
        new(
            LettaVerdict.RateLimited,
            $"{_place} has had too many requests ({answer.StatusLine})"
                + (
                    answer.RetryAfter is { } wait
                        ? $" and asks to wait {Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)} s."
                        : "."
                ),
            "Wait and test again. Letta itself has no rate limit; a proxy in front of it does."
        )
        {
            Answer = answer,
        };

    private LettaFinding ServerError(LettaAnswer answer) =>
        new(
            LettaVerdict.ServerError,
            answer.IsHtml
                ? $"A proxy at {_place} answered {answer.StatusLine}{TitleOf(answer)}: it got no answer from Letta."
                : $"{_place} failed with {answer.StatusLine}{DetailOf(answer)}.",
            answer.IsHtml
                ? $"Check that Letta is running and that the proxy forwards to it. {LettaFields.Address} is reachable."
                : "Check the Letta server's log, then test again."
        )
        {
            Answer = answer,
        };

    private static string TitleOf(LettaAnswer answer) => answer.Title is { } title ? $" titled “{title}”" : "";

    private static string DetailOf(LettaAnswer answer) => answer.FindDetail() is { Length: > 0 } detail ? $": “{detail}”" : "";
}
