using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Registry.Notifications;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>Notifications and channels in words and tones.</summary>
internal static class NotificationLabels
{
    public static Tone ToneOf(NoticeLevel level) =>
        level switch
        {
            NoticeLevel.Error => Tone.Bad,
            NoticeLevel.Warning => Tone.Warning,
            _ => Tone.Neutral,
        };

    /// <summary>What is over is no longer bad.</summary>
    public static Tone ToneOf(NotificationRow row) => row.ResolvedAt is null ? ToneOf(row.Level) : Tone.Good;

    public static string LevelOf(NoticeLevel level) =>
        level switch
        {
            NoticeLevel.Error => "Error",
            NoticeLevel.Warning => "Warning",
            _ => "Info",
        };

    public static (Tone Tone, string Text, string? Title) StateOf(ChannelRow channel) =>
        channel switch
        {
            { IsEnabled: false } => (Tone.Neutral, "Off", null),
            { Problem: { } problem } => (Tone.Bad, "Can't send", problem),
            { FailingSince: not null } => (Tone.Bad, "Failing", channel.LastFailure),
            { IsQuiet: true } => (Tone.Accent, "Quiet hours", "Only errors are sent until they end."),
            { LastDeliveredAt: null } => (Tone.Neutral, "Not used yet", null),
            _ => (Tone.Good, "Works", null),
        };

    public static string TakesOf(ChannelRow channel) =>
        (
            channel.MinLevel switch
            {
                NoticeLevel.Error => "Errors",
                NoticeLevel.Warning => "Warnings and errors",
                _ => "Everything",
            }
        ) + (channel.Sources is { } sources ? $" from {string.Join(", ", sources.Select(NoticeSources.NameOf))}" : "");

    public static string? QuietOf(ChannelRow channel) =>
        channel is { QuietFrom: { } from, QuietUntil: { } until } ? $"Quiet {Text(from)}–{Text(until)}, {channel.TimeZone}" : null;

    public static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
