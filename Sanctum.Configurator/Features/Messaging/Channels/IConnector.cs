using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Carries messages between one kind of platform and the console. It keeps no state of its own: that is in the channel's row.</summary>
public interface IConnector
{
    /// <summary>As <see cref="Channel.Connector"/> has it.</summary>
    string Name { get; }

    /// <summary>As people call it.</summary>
    string Title { get; }

    /// <summary>The platform of all its channels; null where whoever adds a channel names it.</summary>
    string? Platform { get; }

    /// <summary>What it needs to know besides its secret, in the order in which it is asked for.</summary>
    IReadOnlyList<ConnectorField> Fields { get; }

    /// <summary>Its token, password or signing secret; null where it has none.</summary>
    ConnectorSecret? Secret { get; }

    /// <summary>Whether it can send at all; where it can't, answers wait where they are asked for.</summary>
    bool CanSend => true;

    /// <summary>Whether the console has to read the platform, as nobody brings what is written there.</summary>
    bool CanListen => false;

    /// <summary>Nothing is set up for it, so that a channel of another connector may take the place of one of its own.</summary>
    bool GivesWay => false;

    /// <summary>How fast the platform takes messages.</summary>
    SendingPace Pace => SendingPace.Unlimited;

    /// <summary>What is wrong with the settings, beyond what their fields say; field → a sentence.</summary>
    IEnumerable<(string Field, string Reason)> Check(ChannelSettings settings, string? secret) => [];

    /// <summary>What only one channel may have, such as a bot: two would take each other's messages. Null where nothing is.</summary>
    string? IdentityOf(ChannelSettings settings, string? secret) => null;

    /// <summary>Where it leads, in a few words and without what is secret.</summary>
    string TargetOf(ChannelSettings settings);

    /// <summary>The pieces in which an answer is sent, each as long as the platform takes; none for an empty one.</summary>
    IReadOnlyList<string> Split(string answer);

    /// <summary>
    /// Reads what is written on the platform and hands it over, until it is cancelled. It throws where the connection is lost; it is begun
    /// again later.
    /// </summary>
    /// <exception cref="ConnectorProblemException">It knows what is wrong, or how long it should be left alone.</exception>
    Task ListenAsync(OpenChannel channel, IListener listener, CancellationToken cancel);

    /// <summary>Sends one piece. What it throws means that it may have arrived.</summary>
    Task<SendResult> SendAsync(OpenChannel channel, OutboxEntry piece, CancellationToken cancel);

    /// <summary>Tries whether it can be talked to. No person gets anything of it.</summary>
    Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel);
}

/// <summary>What became of a piece.</summary>
public abstract record SendResult
{
    /// <param name="ExternalId">Its id on the platform, where it has one.</param>
    public sealed record Sent(string? ExternalId) : SendResult;

    /// <summary>Not now, and it surely did not arrive: it is tried again, and not before.</summary>
    public sealed record Later(string Why, TimeSpan After) : SendResult;

    /// <summary>Never: it would be refused again.</summary>
    public sealed record Refused(string Why) : SendResult;

    /// <summary>It may have arrived.</summary>
    public sealed record Unknown(string Why) : SendResult;
}

/// <summary>How fast messages may follow each other.</summary>
/// <param name="PerSecond">Over all chats.</param>
/// <param name="Between">How long after one message the next may go to the same chat.</param>
public sealed record SendingPace(int PerSecond, Func<string, TimeSpan> Between)
{
    public static readonly SendingPace Unlimited = new(100, _ => TimeSpan.Zero);
}

/// <summary>One step of a test.</summary>
/// <param name="Detail">What was found, or what went wrong and what to do.</param>
public sealed record ConnectorStep(string Name, bool Ok, string Detail, double Ms);

/// <summary>A platform can't be read, and why, in a sentence that says what to do.</summary>
/// <param name="after">When it is worth trying again; null for as the console thinks.</param>
internal sealed class ConnectorProblemException(string why, TimeSpan? after = null, Exception? inner = null) : Exception(why, inner)
{
    public TimeSpan? After => after;
}
