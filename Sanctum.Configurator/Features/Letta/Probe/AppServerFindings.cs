using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>Something to see to on an App Server that can be used all the same.</summary>
internal sealed record AppServerWarning(string Message, string Hint);

/// <summary>What is said about an App Server. Its token is worth a shell account on its machine, and its warnings say so.</summary>
internal sealed class AppServerFindings(LettaTarget target, Shown shown)
{
    private const string Update = "npm install -g @letta-ai/letta-code";

    private const string PassWebSockets =
        "Let the proxy pass WebSockets for /ws. nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
        + "proxy_set_header Connection \"upgrade\"; proxy_read_timeout 1h;";

    /// <summary>Told with every good end, for whoever knows V1 only.</summary>
    private const string Unasked =
        "Its agents use their tools, also a shell, without asking, unless a conversation's mode says otherwise; the console opens its own in the mode standard.";

    public static readonly AppServerWarning InClear = new(
        "The token, which is worth a shell account on that machine, travels unencrypted.",
        $"Put TLS in front of the server and begin {LettaFields.Address} with https://: the proxy must pass /ws with the headers Upgrade and Authorization and without Origin, and keep idle connections for more than 30 s."
    );

    public static readonly AppServerWarning InTheCloud = new(
        "Its agents are in Letta Cloud (backend api), not on its machine.",
        "Start it with --backend local if they should be there."
    );

    public static readonly AppServerWarning NoModels = new(
        "It offers no model, so that no agent can answer.",
        "Connect a provider of models on the App Server."
    );

    private readonly string _place = shown.Place(target.BaseAddress);
    private readonly bool _hasToken = target.Token is { Length: > 0 };

    public AppServerWarning Open =>
        new(
            target.BaseAddress.IsLoopback
                ? "It doesn't require a token: every user and program of this machine can run commands as the server's user."
                : "It doesn't require a token: anyone who reaches this port can run commands on that machine.",
            "Start the App Server with --ws-auth capability-token and --ws-token-file FILE, "
                + (
                    _hasToken
                        ? $"with the token of {LettaFields.Token} in that file."
                        : $"then enter the file's token in {LettaFields.Token}."
                )
        );

    public static AppServerWarning EndsSoon(DateTimeOffset end) =>
        new($"The token expires on {TokenClaims.Text(end)}.", $"Make a new token before that, and enter it in {LettaFields.Token}.");

    public static AppServerWarning Untested(string version) =>
        new(
            version.Length == 0
                ? "It doesn't tell its version."
                : $"Its version {version} is older than {AppServerVersion.Lowest}, the oldest that this console was tested with.",
            $"Update the App Server: {Update}."
        );

    public LettaFinding Connected(
        LettaAnswer answer,
        LettaVersion version,
        string agents,
        bool isOpen,
        IReadOnlyCollection<AppServerWarning> warnings
    ) =>
        new(
            isOpen ? LettaVerdict.OpenServer : LettaVerdict.Connected,
            string.Join(
                ' ',
                [
                    $"Connected to {VerdictLook.ServerOf(LettaKind.AppServer, version.Text)} at {_place}, with {agents}.",
                    .. warnings.Select(warning => warning.Message),
                ]
            ),
            string.Join(' ', [.. warnings.Select(warning => warning.Hint), Unasked])
        )
        {
            Answer = answer,
        };

    public LettaFinding NotAppServer(LettaAnswer answer) =>
        new(
            LettaVerdict.NotLetta,
            $"{_place} is not a Letta App Server: {answer.StatusLine} for /{LettaSigns.AppServerInfo}.",
            $"Another program answers there: check {LettaFields.Address} and {LettaFields.Port}, or let the proxy pass {KindHints.PathsOf(LettaKind.AppServer)}."
        )
        {
            Answer = answer,
        };

    public LettaFinding TooOld(LettaAnswer answer) =>
        new(
            LettaVerdict.VersionUnsupported,
            $"{_place} is a Letta App Server older than {AppServerVersion.Lowest}, as it has no /{LettaSigns.AppServerInfo}.",
            $"Update the App Server: {Update}. If it is newer, let the proxy pass {KindHints.PathsOf(LettaKind.AppServer)}."
        )
        {
            Answer = answer,
        };

    public LettaFinding OtherProtocol(LettaAnswer answer, string version, int? protocol) =>
        new(
            LettaVerdict.VersionUnsupported,
            protocol is null
                ? $"{_place} is {VerdictLook.ServerOf(LettaKind.AppServer, version)}, which doesn't tell its protocol; this console speaks protocol {AppServerVersion.Protocol}."
                : $"{_place} is {VerdictLook.ServerOf(LettaKind.AppServer, version)}, which speaks protocol {protocol}; this console speaks protocol {AppServerVersion.Protocol}.",
            protocol > AppServerVersion.Protocol
                ? $"Update this console, or start an App Server of version {AppServerVersion.Newest}."
                : $"Update the App Server: {Update}."
        )
        {
            Answer = answer,
        };

    public LettaFinding NoAgents(LettaAnswer answer, string version) =>
        new(
            LettaVerdict.VersionUnsupported,
            $"{_place} is {VerdictLook.ServerOf(LettaKind.AppServer, version)}, which doesn't let its agents be managed (agent_management is false).",
            $"Start it with --backend local, or update the App Server: {Update}."
        )
        {
            Answer = answer,
        };

    public LettaFinding NoToken(LettaAnswer answer) =>
        new(
            LettaVerdict.Unauthorized,
            $"{_place} requires a token, but none was entered ({answer.StatusLine}).",
            $"Enter {KindHints.TokenOf(LettaKind.AppServer)} in {LettaFields.Token}."
        )
        {
            Answer = answer,
        };

    /// <summary>The server has no codes for this: its words decide what helps.</summary>
    public LettaFinding TokenRefused(LettaAnswer answer, TokenClaims? claims)
    {
        var words = answer.FindDetail() ?? "";
        bool Has(string word) => words.Contains(word, StringComparison.OrdinalIgnoreCase);
        var said = words.Length == 0 ? answer.StatusLine : $"“{words}”";
        var ended = Has("expired") && claims?.Expires is { } end ? $", which ended on {TokenClaims.Text(end)}" : "";
        return new(
            LettaVerdict.Unauthorized,
            $"{_place} rejected the token{ended}: {said}.",
            Has("expired") ? $"Make a new token, and enter it in {LettaFields.Token}."
                : Has("not valid yet") ? $"Check the clocks of both machines, or enter a token in {LettaFields.Token} that is valid now."
                : Has("issuer") ? $"Make a token whose iss is the server's --ws-issuer, and enter it in {LettaFields.Token}."
                : Has("audience") ? $"Make a token whose aud is the server's --ws-audience, and enter it in {LettaFields.Token}."
                : Has("jwt")
                    ? $"Make a token (HS256, with exp) with the server's --ws-shared-secret-file, and enter it in {LettaFields.Token}."
                : Has("missing") || Has("header")
                    ? "The token was sent, but did not arrive: let the proxy pass the header Authorization unchanged."
                : $"Enter {KindHints.TokenOf(LettaKind.AppServer)} in {LettaFields.Token}. The server reads that file at its start only."
        )
        {
            Answer = answer,
        };
    }

    /// <param name="status">Null where the connection was closed instead of an answer.</param>
    public LettaFinding NotUpgraded(int? status) =>
        (
            status switch
            {
                401 => new LettaFinding(
                    LettaVerdict.Unauthorized,
                    $"{_place} takes the token for /{LettaSigns.AppServerInfo}, but not for its WebSocket at /ws (401).",
                    "Let the proxy pass the header Authorization for /ws as well."
                ),
                403 => new(
                    LettaVerdict.WebsocketRefused,
                    $"{_place} refused the WebSocket at /ws (403), because something on the way adds the header Origin.",
                    "Let the proxy take that header away for /ws (nginx: proxy_set_header Origin \"\";)."
                ),
                // A proxy that keeps the header Upgrade back makes a common request of it, for which the server has no answer.
                404 or 426 => new(
                    LettaVerdict.WebsocketRefused,
                    $"{_place} opens no WebSocket at /ws ({status}): a proxy in front of it doesn't pass WebSockets, or --listen has a path.",
                    $"{PassWebSockets} Without a proxy, give --listen no path, and update an App Server of before August 2026: {Update}."
                ),
                _ => new(
                    LettaVerdict.WebsocketRefused,
                    status is null
                        ? $"{_place} closed the connection when a WebSocket was to be opened at /ws."
                        : $"{_place} does not pass WebSockets: it answered {status} to the upgrade at /ws.",
                    PassWebSockets
                ),
            }
        ) with
        {
            Status = status,
        };

    public LettaFinding NotReady() =>
        new(
            LettaVerdict.NotReady,
            $"{_place} opened its WebSocket, but did not answer on it within {target.Timeout.TotalSeconds:0.##} s.",
            "The App Server is starting or busy: wait and test again. If this persists, check its log and restart it."
        );

    public LettaFinding Closed() =>
        new(
            LettaVerdict.Unreachable,
            $"{_place} opened its WebSocket and closed it without an answer.",
            "The server may just be starting: try again, then check its log, and whether a proxy cuts WebSockets off."
        );

    public LettaFinding Garbled() =>
        new(
            LettaVerdict.NotLetta,
            $"{_place} answers on its WebSocket, but not as a Letta App Server does.",
            "Another program answers at /ws: let the proxy pass /ws to the App Server as well."
        );

    public LettaFinding Failed(LettaCallException failed) =>
        new(LettaVerdict.ServerError, $"{_place} can't be used: {failed.Message}", "Check the App Server's log, then test again.");
}
