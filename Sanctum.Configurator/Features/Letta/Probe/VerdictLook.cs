using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>How a connection test's findings are said and coloured, alike wherever they are shown.</summary>
public static class VerdictLook
{
    private static readonly Dictionary<string, LettaVerdict> ByWord = Enum.GetValues<LettaVerdict>().ToDictionary(v => v.Text());

    public static Tone ToneOf(LettaVerdict verdict, bool hasWarning = false) =>
        !verdict.IsConnected() ? Tone.Bad
        : verdict == LettaVerdict.OpenServer || hasWarning ? Tone.Warning
        : Tone.Good;

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
        name == LettaSteps.Tls && steps.Any(s => s.Name == LettaSteps.Http) ? "Skipped, because the address begins with http://" : NoDetail;

    /// <summary>Keeps the line's height.</summary>
    private const string NoDetail = "\u00a0";
}
