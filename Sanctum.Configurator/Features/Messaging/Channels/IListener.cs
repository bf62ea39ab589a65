using Sanctum.Configurator.Features.Messaging.Incoming;

namespace Sanctum.Configurator.Features.Messaging.Channels;

/// <summary>Whom a connector tells what it reads.</summary>
public interface IListener
{
    /// <summary>Takes a message. When this ends the message is kept, or refused for good: it need not come again.</summary>
    Task AcceptAsync(IncomingMessage message, CancellationToken cancel);

    /// <summary>Remembers how far the platform has been read, after all up to there was accepted.</summary>
    Task KeepCursorAsync(string cursor, CancellationToken cancel);

    /// <summary>The platform answered: what was wrong is over.</summary>
    Task ReportContactAsync(CancellationToken cancel);
}

/// <summary>Puts a message that came in where it is kept, and says what became of it. It throws where it could not be kept.</summary>
internal delegate Task<Platform.Outcome<AcceptedMessage>> AcceptMessage(IncomingMessage message, CancellationToken cancel);
