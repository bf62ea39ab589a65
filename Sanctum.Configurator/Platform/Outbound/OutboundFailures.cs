using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>
/// The one place that turns failures of outgoing calls into words. <see cref="GuardedHandler"/> and <see cref="AnswerStream"/> send everything
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
        e is OperationCanceledException ? cancel.IsCancellationRequested ? null : "the server did not answer in time." : Find(e)?.Message;

    /// <summary>What the transport threw before an answer began.</summary>
    internal static OutboundFailedException Explain(Exception e) => e switch
    {
        _ when Within<OutboundFailedException>(e) is { } failed => failed,
        _ when Within<OutboundRefusedException>(e) is { } refused => new(OutboundFailure.Blocked, refused.Message, refused),
        _ when Within<CertificateRefusedException>(e) is { } certificate => new(OutboundFailure.Untrusted, certificate.Message, e),
        _ when Within<SocketException>(e) is { } socket => Explain(socket, e),
        _ when Within<AuthenticationException>(e) is not null || e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new(OutboundFailure.TlsFailed, "no encrypted connection came about. Check that the port speaks TLS, and that the server offers TLS 1.2 or 1.3.", e),
        _ when ErrorOf(e) is { } error => Explain(error, e),
        HttpRequestException { InnerException: not null } or IOException or ObjectDisposedException => Broken(e),
        _ => new(OutboundFailure.Unsendable, $"the request can't be sent: {e.Message.TrimEnd('.')}. Correct its address, headers or body.", e),
    };

    /// <summary>What came while an answer was read.</summary>
    internal static OutboundFailedException InAnswer(Exception e) => Within<OutboundFailedException>(e) ?? new(OutboundFailure.Cut, Cut, e);

    internal static OutboundFailedException TooLarge(long limit) => new(
        OutboundFailure.TooLarge, string.Create(CultureInfo.InvariantCulture, $"the server's answer is too large: it is longer than {limit} bytes; the rest was not read."));

    internal static OutboundFailedException UnknownCoding(string name) => new(
        OutboundFailure.Garbled, $"the server's answer is compressed in a way that the console can't unpack ({name}). Turn that off in the server, or in the proxy before it.");

    /// <param name="isAtEnd">The compressed answer has come to its end.</param>
    internal static OutboundFailedException Garbled(string name, bool isAtEnd, Exception inner) => isAtEnd
        ? new(OutboundFailure.Cut, $"the server's answer, which is said to be compressed ({name}), breaks off in the middle. Try again; if it stays so, look into the log of the server, or of the proxy before it.", inner)
        : new(OutboundFailure.Garbled, $"the server says that its answer is compressed ({name}), and it can't be unpacked. Correct that in the server, or in the proxy before it.", inner);

    internal const string Cut = "the connection broke off in the middle of the answer. Try again; if it stays so, look into the log of the server, or of the proxy before it.";

    private static bool IsOfTransport(Exception? e) =>
        Within<OutboundRefusedException>(e) is not null || Within<HttpRequestException>(e) is not null || Within<HttpIOException>(e) is not null
        || Within<SocketException>(e) is not null || Within<AuthenticationException>(e) is not null;

    private static OutboundFailedException Explain(SocketException socket, Exception e) => socket.SocketErrorCode switch
    {
        SocketError.HostNotFound => new(OutboundFailure.NameNotFound, "the server's name is not known to the DNS. Look for a typing mistake in the address.", e),
        SocketError.NoData => new(OutboundFailure.NameNotFound, "the server's name has no address in the DNS. Correct the address.", e),
        SocketError.TryAgain or SocketError.NoRecovery => new(OutboundFailure.Unreachable, "the server's name could not be looked up. Check the DNS settings of the console's machine.", e),
        SocketError.ConnectionRefused => new(OutboundFailure.ConnectionRefused, "the server could not be reached: nothing listens on that port. Start the server, or correct the port.", e),
        SocketError.TimedOut => new(OutboundFailure.TimedOut, "the server could not be reached: it keeps silent. Check the address, the port and the firewalls between.", e),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NotConnected or SocketError.OperationAborted => Broken(e),
        _ => new(OutboundFailure.Unreachable, "the server could not be reached. Check the address, and the network between.", e),
    };

    private static OutboundFailedException Explain(HttpRequestError error, Exception e) => error switch
    {
        HttpRequestError.NameResolutionError => new(OutboundFailure.NameNotFound, "the server's name could not be looked up. Look for a typing mistake in the address.", e),
        HttpRequestError.ConnectionError => new(OutboundFailure.Unreachable, "the server could not be reached. Check the address, the port, and the network between.", e),
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ExtendedConnectNotSupported or HttpRequestError.VersionNegotiationError =>
            new(OutboundFailure.NotHttp, "the server does not answer in HTTP as it should. Another program may listen there: check the port, and whether it is http:// or https://.", e),
        HttpRequestError.ConfigurationLimitExceeded => new(OutboundFailure.TooLarge, "the headers of the server's answer are too large. Correct that in the server, or in the proxy before it.", e),
        _ => Broken(e),
    };

    private static OutboundFailedException Broken(Exception e) =>
        new(OutboundFailure.Cut, "the server hung up without an answer. Try again; if it stays so, check the port and look into the server's log.", e);

    private static HttpRequestError? ErrorOf(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown;
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
