using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Carries messages between one kind of platform and the console. It keeps no state of its own: that is in the channel's row.</summary>
public interface IConnector
{
    /// <summary>As <see cref="Channel.Connector"/> has it.</summary>
    string Name { get; }

    /// <summary>The pieces in which an answer is sent, each as long as the platform takes.</summary>
    IReadOnlyList<string> Split(string answer);

    /// <summary>
    /// Reads what is written on the platform and hands it over, until it is cancelled. It throws where the connection is lost; it is begun
    /// again later.
    /// </summary>
    Task ListenAsync(Channel channel, Func<IncomingMessage, CancellationToken, Task> accept, CancellationToken cancel);

    /// <summary>Sends one piece.</summary>
    Task<SendResult> SendAsync(Channel channel, OutboxEntry piece, CancellationToken cancel);
}

/// <summary>What became of a piece.</summary>
public abstract record SendResult
{
    /// <param name="ExternalId">Its id on the platform, where it has one.</param>
    public sealed record Sent(string? ExternalId) : SendResult;

    /// <summary>Not now: it is tried again, and not before.</summary>
    public sealed record Later(string Why, TimeSpan After) : SendResult;

    /// <summary>Never: it would be refused again.</summary>
    public sealed record Refused(string Why) : SendResult;

    /// <summary>It may have arrived.</summary>
    public sealed record Unknown(string Why) : SendResult;
}
