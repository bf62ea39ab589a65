using MudBlazor;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>What a chip, notice or step says at a glance; always beside words, never by colour alone.</summary>
public enum Tone
{
    Neutral,
    Good,
    Warning,
    Bad,
    Busy,
    Accent,
}

internal static class ToneLook
{
    public static string Css(this Tone tone) =>
        tone switch
        {
            Tone.Good => "good",
            Tone.Warning => "warn",
            Tone.Bad => "bad",
            Tone.Busy => "busy",
            Tone.Accent => "accent",
            _ => "neutral",
        };

    public static Severity Severity(this Tone tone) =>
        tone switch
        {
            Tone.Good => MudBlazor.Severity.Success,
            Tone.Warning => MudBlazor.Severity.Warning,
            Tone.Bad => MudBlazor.Severity.Error,
            Tone.Busy or Tone.Accent => MudBlazor.Severity.Info,
            _ => MudBlazor.Severity.Normal,
        };

    public static string Icon(this Tone tone) =>
        tone switch
        {
            Tone.Good => "check",
            Tone.Warning => "warning",
            Tone.Bad => "alert",
            Tone.Busy => "clock",
            _ => "info",
        };
}
