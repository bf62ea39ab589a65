using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>Something answered at the address of the WebSocket, but opened none.</summary>
/// <param name="status">Of its HTTP answer.</param>
internal sealed class AppServerRefusedException(int status)
    : LettaCallException(
        status switch
        {
            401 => "the App Server refused the token. Correct it in the system settings.",
            403 => "a proxy denied the WebSocket, or added an Origin header, which the App Server refuses. Let it pass /ws unchanged.",
            404 or 426 =>
                "there is no WebSocket at /ws. Check the address, and that a proxy passes WebSockets for /ws, or update the App Server.",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"the WebSocket was not opened: the answer was HTTP {status}. A proxy must pass the headers Upgrade and Connection for /ws."
            ),
        }
    )
{
    public int Status => status;
}

/// <summary>The server answered a command with no.</summary>
/// <param name="words">The server's own, without a full stop.</param>
internal sealed class AppServerSaidNoException(string words) : LettaCallException($"the App Server answered: {words}.")
{
    /// <summary>The protocol has no codes: these are the words in which it says that there is no such thing.</summary>
    public bool IsNotFound => words.EndsWith("not found", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The connection ended, whoever ended it.</summary>
internal sealed class AppServerLostException(Exception? inner = null)
    : LettaCallException(
        "the connection to the App Server was lost. Try again; if this persists, check whether the server is running.",
        inner
    );

/// <summary>Something came over the WebSocket that an App Server does not send.</summary>
internal sealed class AppServerGarbledException(Exception? inner = null)
    : LettaCallException(
        "what answers on the WebSocket is not an App Server. Check the address, and that a proxy passes /ws to it.",
        inner
    );
