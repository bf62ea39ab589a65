using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Outbox;

/// <summary>Sends what waits on a channel: the first piece of each chat, as fast as the platform takes them.</summary>
internal sealed partial class OutboxSender(
    OutboxStore store,
    Connectors connectors,
    ChannelLeases leases,
    OutboxBell bell,
    IOptions<OutboxOptions> options,
    TimeProvider clock,
    ILogger<OutboxSender> log
)
{
    private readonly ConcurrentDictionary<int, Pacer> _pacers = new();
    private readonly ConcurrentDictionary<(int Channel, string Chat), Task> _sending = new();

    /// <summary>Begins to send what may be sent now on the channels of this console.</summary>
    /// <param name="stop">The console stops: what is on its way gets no more time than is needed to say so.</param>
    /// <returns>Whether something waits only for the pace; and the end of all that is on its way.</returns>
    public async Task<(bool HasMore, Task Sent)> BeginAsync(CancellationToken cancel, CancellationToken stop)
    {
        var hasMore = false;
        foreach (var channel in leases.Owned.Where(channel => connectors.FaultOf(channel) is null))
        {
            var connector = connectors.Find(channel.Connector)!;
            foreach (var piece in connector.CanSend ? await store.NextAsync(channel.Id, cancel) : [])
            {
                var key = (channel.Id, piece.Chat);
                if (IsSending(key))
                {
                    continue;
                }

                if (
                    _sending.Keys.Count(other => other.Channel == channel.Id && IsSending(other)) >= options.Value.AtOnce
                    || !_pacers.GetOrAdd(channel.Id, _ => new(clock)).TryTake(connector.Pace, piece.Chat)
                )
                {
                    hasMore = true;
                    continue;
                }

                if (await store.ClaimAsync(piece, cancel))
                {
                    _sending[key] = SendAsync(connector, connectors.TryOpen(channel)!, piece, stop);
                }
            }
        }

        return (hasMore, Task.WhenAll(_sending.Values));
    }

    /// <summary>One that has ended may still stand there.</summary>
    private bool IsSending((int Channel, string Chat) key) => _sending.TryGetValue(key, out var task) && !task.IsCompleted;

    private async Task SendAsync(IConnector connector, OpenChannel channel, OutboxEntry piece, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            var result = await TryAsync(connector, channel, piece, stop);
            LogSent(piece.Id, channel.Id, result.GetType().Name);
            await store.FinishAsync(piece.Id, result, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotKept(piece.Id, e); // Its lease runs out, and then a person decides.
        }
        finally
        {
            _sending.TryRemove((channel.Id, piece.Chat), out _);
            bell.Ring();
        }
    }

    private async Task<SendResult> TryAsync(IConnector connector, OpenChannel channel, OutboxEntry piece, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(options.Value.SendTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            return await connector.SendAsync(channel, piece, either.Token);
        }
        catch (OperationCanceledException)
        {
            return new SendResult.Unknown(
                stop.IsCancellationRequested
                    ? OutboxStore.Broken
                    : $"{connector.Title} did not answer within {options.Value.SendTimeout.TotalSeconds:0} seconds. It may have arrived: look into the chat."
            );
        }
        catch (Exception e)
        {
            LogFailed(piece.Id, e);
            return new SendResult.Unknown($"{connector.Title} failed: {e.Message.TrimEnd('.')}. It may have arrived: look into the chat.");
        }
    }

    [LoggerMessage(LogLevel.Information, "Outbox {Id} on channel {Channel}: {Result}")]
    private partial void LogSent(int id, int channel, string result);

    [LoggerMessage(LogLevel.Error, "Outbox {Id}: sending it failed")]
    private partial void LogFailed(int id, Exception exception);

    [LoggerMessage(LogLevel.Error, "Outbox {Id}: what became of it could not be written")]
    private partial void LogNotKept(int id, Exception exception);
}
