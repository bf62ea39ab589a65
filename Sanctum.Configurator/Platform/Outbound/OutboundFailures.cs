using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// The one place that turns failures of outgoing calls into words. <see cref="GuardedHandler"/> and <see cref="AnswerFollower"/> send
/// everything
/// through it, so that callers catch one exception however the transport fails; a library that wraps it again is seen through.
/// </summary>
public static class OutboundFailures
{
    /// <summary>The failed outgoing call in an exception; null where it is something else.</summary>
    public static OutboundFailedException? Find(Exception? e)
    {
        // What was stopped has not failed, whatever broke off with it.
        if (e is OperationCanceledException)
        {
            return null;
        }

        for (var at = e; at is not null; at = at.InnerException)
        {
            if (at is OutboundFailedException failed)
            {
                return failed;
            }
        }

        return IsOfTransport(e) ? Explain(e!) : null;
    }

    /// <summary>Why a call failed, as the end of a sentence that begins "…:"; null for what is no failure of the other side.</summary>
    /// <param name="cancel">The caller's own token: what it stopped is no failure.</param>
    public static string? WhyOf(Exception e, CancellationToken cancel) =>
        e is OperationCanceledException
            ? cancel.IsCancellationRequested
                ? null
                : "the server did not answer in time."
            : Find(e)?.Message;

    /// <summary>What the transport threw before an answer began.</summary>
    internal static OutboundFailedException Explain(Exception e) =>
        e switch
        {
            _ when Within<OutboundFailedException>(e) is { } failed => failed,
            _ when Within<OutboundRefusedException>(e) is { } refused => new(OutboundFailure.Blocked, refused.Message, refused),
            _ when Within<CertificateRefusedException>(e) is { } certificate => new(OutboundFailure.Untrusted, certificate.Message, e),
            _ when Within<SocketException>(e) is { } socket => Explain(socket, e),
            _ when Within<AuthenticationException>(e) is not null
                    || e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
                OutboundFailure.TlsFailed,
                "no encrypted connection could be established. Check that the port uses TLS and that the server offers TLS 1.2 or 1.3.",
                e
            ),
            _ when ErrorOf(e) is { } error => Explain(error, e),
            HttpRequestException { InnerException: not null } or IOException or ObjectDisposedException => Broken(e),
            _ => new(
                OutboundFailure.Unsendable,
                $"the request can't be sent: {e.Message.TrimEnd('.')}. Correct its address, headers or body.",
                e
            ),
        };

    /// <summary>What came while an answer was read.</summary>
    internal static OutboundFailedException InAnswer(Exception e) => Within<OutboundFailedException>(e) ?? new(OutboundFailure.Cut, Cut, e);

    internal static OutboundFailedException TooLarge(long limit) =>
        new(
            OutboundFailure.TooLarge,
            string.Create(CultureInfo.InvariantCulture, $"the server's answer is larger than the limit of {limit} bytes.")
        );

    internal static OutboundFailedException UnknownCoding(string name) =>
        new(
            OutboundFailure.Garbled,
            $"the server's answer uses an unsupported compression ({name}). Turn it off on the server or its proxy."
        );

    /// <param name="isAtEnd">The compressed answer has come to its end.</param>
    internal static OutboundFailedException Garbled(string name, bool isAtEnd, Exception inner) =>
        isAtEnd
            ? new(
                OutboundFailure.Cut,
                $"the server's compressed answer ({name}) is incomplete. Try again; if this persists, check the log of the server or its proxy.",
                inner
            )
            : new(
                OutboundFailure.Garbled,
                $"the server's compressed answer ({name}) can't be decompressed. Correct this on the server or its proxy.",
                inner
            );

    internal const string Cut =
        "the connection was closed in the middle of the answer. Try again; if this persists, check the log of the server or its proxy.";

    private static bool IsOfTransport(Exception? e) =>
        Within<OutboundRefusedException>(e) is not null
        || Within<HttpRequestException>(e) is not null
        || Within<HttpIOException>(e) is not null
        || Within<SocketException>(e) is not null
        || Within<AuthenticationException>(e) is not null;

    private static OutboundFailedException Explain(SocketException socket, Exception e) =>
        socket.SocketErrorCode switch
        {
            SocketError.HostNotFound => new(
                OutboundFailure.NameNotFound,
                "the server's name was not found in DNS. Check the address for typing mistakes.",
                e
            ),
            SocketError.NoData => new(OutboundFailure.NameNotFound, "the server's name has no IP address in DNS. Correct the address.", e),
            SocketError.TryAgain or SocketError.NoRecovery => new(
                OutboundFailure.Unreachable,
                "the server's name could not be resolved. Check the DNS settings of the console's machine.",
                e
            ),
            SocketError.ConnectionRefused => new(
                OutboundFailure.ConnectionRefused,
                "nothing listens on the server's port. Start the server, or correct the port.",
                e
            ),
            SocketError.TimedOut => new(
                OutboundFailure.TimedOut,
                "the server doesn't respond. Check the address, the port and the firewalls.",
                e
            ),
            SocketError.ConnectionReset
            or SocketError.ConnectionAborted
            or SocketError.Shutdown
            or SocketError.NotConnected
            or SocketError.OperationAborted => Broken(e),
            _ => new(OutboundFailure.Unreachable, "the server could not be reached. Check the address and the network.", e),
        };

    private static OutboundFailedException Explain(HttpRequestError error, Exception e) =>
        error switch
        {
            HttpRequestError.NameResolutionError => new(
                OutboundFailure.NameNotFound,
                "the server's name could not be resolved. Check the address for typing mistakes.",
                e
            ),
            HttpRequestError.ConnectionError => new(
                OutboundFailure.Unreachable,
                "the server could not be reached. Check the address, the port and the network.",
                e
            ),
            HttpRequestError.InvalidResponse
            or HttpRequestError.HttpProtocolError
            or HttpRequestError.ExtendedConnectNotSupported
            or HttpRequestError.VersionNegotiationError => new(
                OutboundFailure.NotHttp,
                "the server's answer is not valid HTTP. Another program may listen there: check the port, and whether it is http:// or https://.",
                e
            ),
            HttpRequestError.ConfigurationLimitExceeded => new(
                OutboundFailure.TooLarge,
                "the headers of the server's answer are too large. Correct this on the server or its proxy.",
                e
            ),
            _ => Broken(e),
        };

    private static OutboundFailedException Broken(Exception e) =>
        new(
            OutboundFailure.Cut,
            "the server closed the connection without an answer. Try again; if this persists, check the port and the server's log.",
            e
        );

    private static HttpRequestError? ErrorOf(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            var error =
                (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown;
            if (error != HttpRequestError.Unknown)
            {
                return error;
            }
        }

        return null;
    }

    private static T? Within<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }
}
