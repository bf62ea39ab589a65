namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>In which way an outgoing call failed.</summary>
public enum OutboundFailure
{
    /// <summary>The guard does not let the console call there.</summary>
    Blocked,

    /// <summary>The address or a header is none that could be sent.</summary>
    Unsendable,
    NameNotFound,

    /// <summary>The machine is there, and nothing listens.</summary>
    ConnectionRefused,
    Unreachable,
    TimedOut,

    /// <summary>Both sides speak TLS, and the certificate is not to be trusted.</summary>
    Untrusted,
    TlsFailed,
    NotHttp,

    /// <summary>The connection ended before the answer did.</summary>
    Cut,

    /// <summary>The answer is compressed in a way that can't be unpacked.</summary>
    Garbled,
    TooLarge,
}

/// <summary>
/// An outgoing call failed. Whatever the transport or a decoder throws becomes one of these, where it leaves the console's guarded client.
/// </summary>
/// <param name="why">The end of a sentence that begins "…:", and what to do next.</param>
public sealed class OutboundFailedException(OutboundFailure failure, string why, Exception? inner = null) : IOException(why, inner)
{
    public OutboundFailure Failure => failure;
}
