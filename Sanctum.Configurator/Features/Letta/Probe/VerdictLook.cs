using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>How a connection test's findings are said and coloured, alike wherever they are shown.</summary>
public static class VerdictLook
{
    private static readonly Dictionary<string, LettaVerdict> ByWord = Enum.GetValues<LettaVerdict>().ToDictionary(v => v.Text());

    public static Tone ToneOf(LettaVerdict verdict, bool hasWarning = false) =>
        !verdict.IsConnected() ? Tone.Bad
        : verdict == LettaVerdict.OpenServer || hasWarning ? Tone.Warning
        : Tone.Good;

    /// <summary>
    /// An App Server that is open to the network gives a shell to anyone there, which is worse than a server that doesn't answer.
    /// </summary>
    public static bool IsDangerous(LettaVerdict? verdict, LettaKind? kind, Uri? address) =>
        verdict == LettaVerdict.OpenServer && kind == LettaKind.AppServer && address?.IsLoopback == false;

    /// <summary>The server as it is called in sentences, such as "Letta App Server 0.32.18".</summary>
    public static string ServerOf(LettaKind? kind, string? version) => $"{kind?.Title() ?? "Letta"} {version}".TrimEnd();

    /// <summary>Of a verdict's word as it is stored; one that this version does not know is bad.</summary>
    public static Tone ToneOf(string word) => ByWord.TryGetValue(word, out var verdict) ? ToneOf(verdict) : Tone.Bad;

    public static string TitleOf(string word) => ByWord.TryGetValue(word, out var verdict) ? TitleOf(verdict) : word;

    public static string TitleOf(LettaVerdict verdict) =>
        verdict switch
        {
            LettaVerdict.Connected => "Connected",
            LettaVerdict.OpenServer => "Connected, open to anyone",
            LettaVerdict.NameNotFound => "Name not found",
            LettaVerdict.Refused => "Refused",
            LettaVerdict.Unreachable => "Unreachable",
            LettaVerdict.Timeout => "Timed out",
            LettaVerdict.TlsUntrusted => "Certificate not trusted",
            LettaVerdict.TlsExpired => "Certificate expired",
            LettaVerdict.TlsNameMismatch => "Certificate for another name",
            LettaVerdict.TlsExpected => "TLS expected",
            LettaVerdict.TlsUnexpected => "No TLS on this port",
            LettaVerdict.TlsFailed => "TLS failed",
            LettaVerdict.Redirect => "Redirected",
            LettaVerdict.NotFound => "Not found",
            LettaVerdict.NotJson => "Not an API",
            LettaVerdict.Unauthorized => "Token not accepted",
            LettaVerdict.Forbidden => "Forbidden",
            LettaVerdict.RateLimited => "Rate limited",
            LettaVerdict.ServerError => "Server error",
            LettaVerdict.NotLetta => "Not a Letta server",
            LettaVerdict.AppServer => "Letta App Server",
            LettaVerdict.WrongKind => "Another kind of server",
            LettaVerdict.VersionUnsupported => "Version not supported",
            LettaVerdict.WebsocketRefused => "WebSocket refused",
            LettaVerdict.NotReady => "Not ready",
            LettaVerdict.Blocked => "Blocked",
            _ => verdict.Text(),
        };

    public static Step StepOf(LettaStep step) =>
        new(
            step.Name,
            step.Ok switch
            {
                null => Tone.Busy,
                false => Tone.Bad,
                true when step.IsWarning => Tone.Warning,
                _ => Tone.Good,
            },
            step.Detail.Length == 0 ? NoDetail : step.Detail,
            step.Ok is null ? null : TimeSpan.FromMilliseconds(step.Ms)
        );

    /// <summary>
    /// Every step in its order, those that were not reached among them, so that the list does not grow while it is filled.
    /// </summary>
    public static IReadOnlyList<Step> AllSteps(IReadOnlyCollection<LettaStep> steps) =>
        [
            .. LettaSteps.All.Select(name =>
                steps.FirstOrDefault(s => s.Name == name) is { } step ? StepOf(step) : new Step(name, Detail: WhyMissing(name, steps))
            ),
        ];

    private static string WhyMissing(string name, IReadOnlyCollection<LettaStep> steps) =>
        name switch
        {
            LettaSteps.Tls when Has(LettaSteps.Http, steps) => "Skipped, because the address begins with http://",
            LettaSteps.WebSocket when Has(LettaSteps.Agents, steps) => "Skipped, because Letta V1 has none",
            LettaSteps.Version when Has(LettaSteps.Authentication, steps) => "An App Server shows it with the right token only",
            _ => NoDetail,
        };

    private static bool Has(string name, IEnumerable<LettaStep> steps) => steps.Any(step => step.Name == name);

    /// <summary>Keeps the line's height.</summary>
    private const string NoDetail = "\u00a0";
}
