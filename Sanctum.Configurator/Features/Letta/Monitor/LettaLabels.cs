using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Probe;

namespace Sanctum.Configurator.Features.Letta.Monitor;

/// <summary>The Letta server's state in words and tones.</summary>
internal static class LettaLabels
{
    /// <summary>By the verdict alone: advice that stays true for months, such as on a retired version, is given in words.</summary>
    public static Tone ToneOf(LettaStatus now) =>
        !now.IsWatched ? Tone.Neutral
        : now.Fault is not null ? Tone.Warning
        : VerdictLook.IsDangerous(now.Verdict, now.Kind, now.Address) ? Tone.Bad
        : now.Verdict is { } verdict ? VerdictLook.ToneOf(verdict)
        : Tone.Neutral;

    /// <summary>As short as the app bar needs it.</summary>
    public static string ChipOf(LettaStatus now) =>
        !now.IsWatched ? $"{ShortNameOf(now)} off"
        : now.Fault is not null ? $"{ShortNameOf(now)}: check the settings"
        : now.Verdict is not { } verdict ? $"{ShortNameOf(now)}: not tested yet"
        : verdict.IsConnected() ? $"{ShortNameOf(now)} {MsOf(now.LatencyMs)}"
        : $"{ShortNameOf(now)}: {verdict.Text().Replace('_', ' ').Replace("tls", "TLS", StringComparison.Ordinal).Replace("websocket", "WebSocket", StringComparison.Ordinal)}";

    /// <summary>As the app bar calls it.</summary>
    public static string ShortNameOf(LettaStatus now) => now.Kind == LettaKind.AppServer ? "App Server" : "Letta";

    /// <summary>As sentences call it: "Letta server" while the kind is not known.</summary>
    public static string NameOf(LettaStatus now) => now.Kind == LettaKind.AppServer ? LettaKind.AppServer.Title() : "Letta server";

    /// <summary>The kind with its version, as far as they are known.</summary>
    public static string ServerOf(LettaKind? kind, string? version) =>
        kind is null && version is null ? "–" : VerdictLook.ServerOf(kind, version);

    public static string TitleOf(LettaStatus now) =>
        !now.IsWatched ? "Off"
        : now.Fault is not null ? "Can't be tested"
        : now.Verdict is { } verdict ? VerdictLook.TitleOf(verdict)
        : "Not tested yet";

    /// <summary>What happened, in a sentence.</summary>
    public static string SentenceOf(LettaStatus now) =>
        !now.IsWatched
            ? "Monitoring is off: “Watch this server” is disabled in the system settings."
            : now.Fault ?? now.Message ?? "The first check starts in a moment.";

    public static string MsOf(double? latency) => latency is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : "–";

    public static string PercentOf(double? availability) =>
        availability is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:0.##} %") : "–";

    public static IReadOnlyList<ChartPoint> Chart(LettaSeries series) => [.. series.Points.Select(PointOf)];

    public static string FiguresOf(LettaSeries series) =>
        series.Checks == 0
            ? "not measured"
            : $"{PercentOf(series.Availability)} available, average {MsOf(series.LatencyAvg)}, highest {MsOf(series.LatencyMax)}";

    private static ChartPoint PointOf(LettaPoint point) =>
        new(point.At, point.LatencyAvg, NoteOf(point)) { IsGap = point.Checks == 0, HasFailed = point.Failures > 0 };

    private static string? NoteOf(LettaPoint point) =>
        point.Checks == 0 ? null
        : point.Failures > 0 ? string.Create(CultureInfo.InvariantCulture, $"{point.Failures} of {point.Checks} failed")
        : point.Checks == 1 ? null
        : string.Create(CultureInfo.InvariantCulture, $"{point.Checks} checks, highest {MsOf(point.LatencyMax)}");
}
