using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>What pages say of channels.</summary>
internal static class ChannelLabels
{
    public static readonly IReadOnlyList<Choice<ChannelMode>> Modes =
    [
        new(ChannelMode.Live, "Live: the agent answers"),
        new(ChannelMode.Listen, "Listen: messages are kept, nobody answers"),
        new(ChannelMode.Echo, "Echo: messages are sent back, for testing"),
    ];

    public static readonly IReadOnlyList<Choice<DuringRun>> DuringRuns =
    [
        new(DuringRun.Queue, "Waits"),
        new(DuringRun.Steer, "Ends it, and both are answered together"),
        new(DuringRun.Interrupt, "Ends the run of the same person"),
    ];

    public static (Tone Tone, string Text) StateOf(ChannelRow channel) =>
        channel.State switch
        {
            ChannelState.Paused => (Tone.Neutral, "Paused"),
            ChannelState.Problem => (Tone.Bad, "Problem"),
            _ => (Tone.Good, "Live"),
        };

    public static string ModeOf(ChannelMode mode) =>
        mode switch
        {
            ChannelMode.Listen => "Listen",
            ChannelMode.Echo => "Echo",
            _ => "Live",
        };
}
