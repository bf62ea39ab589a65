using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>What the page says of the outbox.</summary>
internal static class OutboxLabels
{
    private const int Longest = 80;

    public static readonly IReadOnlyList<Choice<string>> States =
    [
        new(OutboxFilter.Open, "Not delivered yet"),
        new(OutboxFilter.All, "All"),
        .. Enum.GetValues<OutboxStatus>().Select(status => new Choice<string>(EnumText<OutboxStatus>.Of(status), Text(status))),
    ];

    public static (Tone Tone, string Text) StateOf(OutboxRow row) =>
        (
            row.Status switch
            {
                OutboxStatus.Sent => Tone.Good,
                OutboxStatus.Failed => Tone.Bad,
                OutboxStatus.Unknown => Tone.Warning,
                OutboxStatus.Sending => Tone.Busy,
                _ => Tone.Neutral,
            },
            Text(row.Status)
        );

    /// <summary>The beginning of a text, on one line, no character cut in two.</summary>
    public static string Shortened(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        var info = new StringInfo(line);
        return info.LengthInTextElements <= Longest ? line : info.SubstringByTextElements(0, Longest) + "…";
    }

    /// <summary>What became of them: "3 messages …".</summary>
    public static string Done(OutboxActKind? kind) =>
        kind switch
        {
            OutboxActKind.Retry => "will be sent again",
            OutboxActKind.Resolve => "marked as arrived",
            _ => "cancelled",
        };

    /// <summary>Those that were not changed, where there are any.</summary>
    public static string Left(OutboxActResult result) =>
        (result.Refused.Count > 0 ? $"; {result.Refused.Count} not: {result.Refused[0].Reason.TrimEnd('.')}" : "")
        + (result.Left > 0 ? $"; {result.Left:N0} more match, do it again for them" : "");

    private static string Text(OutboxStatus status) => status.ToString();
}
