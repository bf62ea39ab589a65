using System.Net;
using System.Net.Sockets;

namespace Sanctum.Configurator.Platform.Outbound;

/// <summary>A host whose every address has passed the guard. Only <see cref="OutboundDialer"/> makes one.</summary>
public sealed class CheckedHost
{
    internal CheckedHost(string name, IReadOnlyList<IPAddress> addresses) => (Name, Addresses) = (name, addresses);

    public string Name { get; }

    public IReadOnlyList<IPAddress> Addresses { get; }
}

/// <summary>
/// Opens connections. A name is resolved once, all its addresses are checked, and exactly these are dialled: a second
/// answer of the resolver (DNS rebinding) is never asked for. One refused address condemns the whole name.
/// </summary>
public sealed class OutboundDialer(OutboundGuard guard, HostLookup lookup, TimeProvider clock)
{
    // RFC 8305: how long an address may keep silent before the next one is tried beside it.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <exception cref="OutboundRefusedException">The guard refuses the name or one of its addresses.</exception>
    /// <exception cref="SocketException">The resolver knows no address, or does not answer.</exception>
    public async Task<CheckedHost> ResolveAsync(string host, CancellationToken cancel)
    {
        if (guard.FindReason(host) is { } refusal)
        {
            throw new OutboundRefusedException(host, refusal);
        }

        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await LookUpAsync(host, cancel);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.NoData);
        }

        foreach (var address in addresses)
        {
            if (guard.FindReason(address) is { } reason)
            {
                throw new OutboundRefusedException(literal is null ? $"{host} ({address})" : host, reason);
            }
        }

        return new(host, addresses);
    }

    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancel)
    {
        try
        {
            return await lookup(host, cancel).WaitAsync(cancel);
        }
        catch (ArgumentException)
        {
            // Too long for a name, or with characters that none has: there is no such host.
            throw new SocketException((int)SocketError.HostNotFound);
        }
    }

    /// <summary>Tries the addresses in turn; one that keeps silent is overtaken by the next, the first to answer wins.</summary>
    /// <exception cref="SocketException">None answered; the most telling of their failures.</exception>
    public async Task<Socket> ConnectAsync(CheckedHost host, int port, CancellationToken cancel)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var attempts = new List<Task<Socket>>();
        try
        {
            return await RaceAsync(new Queue<IPAddress>(host.Addresses), port, attempts, losers.Token);
        }
        finally
        {
            await losers.CancelAsync();
            attempts.ForEach(late => _ = HangUpAsync(late));
        }
    }

    internal async ValueTask<Stream> DialAsync(DnsEndPoint place, CancellationToken cancel)
    {
        var host = await ResolveAsync(place.Host, cancel);
        return new NetworkStream(await ConnectAsync(host, place.Port, cancel), ownsSocket: true);
    }

    private async Task<Socket> RaceAsync(Queue<IPAddress> waiting, int port, List<Task<Socket>> attempts, CancellationToken cancel)
    {
        SocketException? failure = null;
        while (waiting.Count > 0 || attempts.Count > 0)
        {
            if (waiting.TryDequeue(out var address))
            {
                attempts.Add(ConnectAsync(new IPEndPoint(address, port), cancel));
            }

            if (await FirstEndedAsync(attempts, waiting.Count > 0, cancel) is not { } ended)
            {
                continue;
            }

            attempts.Remove(ended);
            try
            {
                return await ended;
            }
            catch (SocketException e)
            {
                failure = MoreTelling(failure, e);
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostUnreachable);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint place, CancellationToken cancel)
    {
        var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(place, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Task<Socket>?> FirstEndedAsync(List<Task<Socket>> attempts, bool othersWait, CancellationToken cancel)
    {
        if (!othersWait)
        {
            return await Task.WhenAny(attempts);
        }

        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var headStart = Task.Delay(HeadStart, clock, answered.Token);
        var first = await Task.WhenAny([.. attempts, headStart]);
        await answered.CancelAsync();
        cancel.ThrowIfCancellationRequested();
        return first as Task<Socket>;
    }

    // "Refused" proves that a machine is there, so it says more than "no route" about another of its addresses.
    private static SocketException MoreTelling(SocketException? before, SocketException now) =>
        before is null || now.SocketErrorCode == SocketError.ConnectionRefused ? now : before;

    private static async Task HangUpAsync(Task<Socket> late)
    {
        try
        {
            (await late).Dispose();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It lost the race and has already closed itself.
        }
    }
}
