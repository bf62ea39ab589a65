using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform.Outbound;

namespace Sanctum.Configurator.Features.Letta.Probe;

/// <summary>
/// The one connection of a test, opened phase by phase so that each can be timed and judged. HTTP is then spoken over
/// this very connection, which is what keeps a test as fast as a single client's.
/// </summary>
internal sealed class LettaSocket(LettaTarget target, OutboundDialer dialer, OutboundTls tls, TimeProvider clock, Shown shown) : IDisposable
{
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(14);

    private readonly SocketFindings _findings = new(target, clock);
    private readonly string _host = target.BaseAddress.IdnHost;
    private readonly bool _isSecure = target.BaseAddress.Scheme == Uri.UriSchemeHttps;
    private CheckedHost? _checked;
    private WatchedStream? _wire;
    private LettaCertificate? _certificate;
    private Stream? _ready;

    public bool IsSecure => _isSecure;

    public async Task<StepEnd> ResolveAsync(CancellationToken cancel)
    {
        try
        {
            _checked = await dialer.ResolveAsync(_host, cancel);
        }
        catch (OutboundRefusedException e)
        {
            return new($"{e.Place} is blocked: {e.Reason}", SocketFindings.Blocked(e));
        }
        catch (SocketException e)
        {
            return _findings.NoName(e.SocketErrorCode);
        }

        return new(
            IPAddress.TryParse(_host, out _)
                ? $"{_host} is an IP address; no lookup is needed"
                : $"{_host} is {string.Join(", ", _checked.Addresses.Take(6))}"
        );
    }

    public async Task<StepEnd> ConnectAsync(CancellationToken cancel)
    {
        try
        {
            var socket = await DialAsync(cancel);
            _ready = _wire = new(new NetworkStream(socket, ownsSocket: true));
            return new($"Connected to {socket.RemoteEndPoint}");
        }
        catch (SocketException e)
        {
            return _findings.NoConnection(e.SocketErrorCode);
        }
    }

    public async Task<StepEnd> SecureAsync(CancellationToken cancel)
    {
        var secure = new SslStream(_wire!);
        try
        {
            await secure.AuthenticateAsClientAsync(NewOptions(), cancel);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException && !cancel.IsCancellationRequested)
        {
            await secure.DisposeAsync();
            return await JudgeTlsAsync(cancel);
        }

        _ready = secure;
        var days = _certificate?.DaysLeft(clock.GetUtcNow());
        return new(
            $"{NameOf(secure.SslProtocol)}, certificate issued by {_certificate?.Issuer}, {days} {(days == 1 ? "day" : "days")} left",
            IsWarning: _certificate is { } certificate && certificate.NotAfter - clock.GetUtcNow() < SoonExpired
        );
    }

    /// <summary>
    /// Hands the opened connection over once. A server that hangs up between answers makes us dial again, to the same address.
    /// </summary>
    public async ValueTask<Stream> TakeAsync(CancellationToken cancel)
    {
        if (_ready is { } ready)
        {
            _ready = null;
            return ready;
        }

        var wire = new NetworkStream(await DialAsync(cancel), ownsSocket: true);
        if (!_isSecure)
        {
            return wire;
        }

        var secure = new SslStream(wire);
        await secure.AuthenticateAsClientAsync(NewOptions(), cancel);
        return secure;
    }

    /// <summary>Whether the port, which gave no sense in plain HTTP, greets in TLS. Nothing is said over that connection.</summary>
    public async Task<bool> SpeaksTlsAsync(CancellationToken cancel)
    {
        try
        {
            using var wire = new WatchedStream(new NetworkStream(await DialAsync(cancel), ownsSocket: true));
            using var secure = new SslStream(wire);
            try
            {
                await secure.AuthenticateAsClientAsync(NewOptions(), cancel);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                // A bad certificate is an answer in TLS as well.
            }

            return wire.HasAnsweredInTls;
        }
        catch (Exception e) when (e is SocketException or OutboundRefusedException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _ready?.Dispose();
        _wire?.Dispose();
    }

    private async Task<StepEnd> JudgeTlsAsync(CancellationToken cancel)
    {
        if (_certificate is { } certificate && certificate.Errors != SslPolicyErrors.None)
        {
            return _findings.BadCertificate(certificate);
        }

        var isPlain = _wire!.HasAnswered ? !_wire.HasAnsweredInTls : await SpeaksPlainAsync(cancel);
        return isPlain ? _findings.TlsUnexpected() : _findings.TlsFailed();
    }

    // Some servers just hang up on a TLS greeting; asked in plain HTTP they show what they are.
    private async Task<bool> SpeaksPlainAsync(CancellationToken cancel)
    {
        try
        {
            using var wire = new NetworkStream(await DialAsync(cancel), ownsSocket: true);
            await wire.WriteAsync("HEAD / HTTP/1.0\r\n\r\n"u8.ToArray(), cancel);
            var first = new byte[5];
            return await wire.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancel) == first.Length
                && first.AsSpan().SequenceEqual("HTTP/"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private Task<Socket> DialAsync(CancellationToken cancel) => dialer.ConnectAsync(_checked!, target.BaseAddress.Port, cancel);

    private SslClientAuthenticationOptions NewOptions()
    {
        var options = tls.NewOptions();
        options.TargetHost = _host;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            var judged = tls.Judge(certificate, chain, errors);
            if (certificate is not null)
            {
                _certificate = LettaCertificate.Read(certificate, chain, judged, shown);
            }

            return judged == SslPolicyErrors.None;
        };
        return options;
    }

    private static string NameOf(SslProtocols protocol) =>
        protocol switch
        {
            SslProtocols.Tls13 => "TLS 1.3",
            SslProtocols.Tls12 => "TLS 1.2",
            _ => "TLS",
        };
}
