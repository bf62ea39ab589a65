using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Api;

/// <summary>For programs that bring messages by the API and come for the answers themselves: nothing is read, and nothing is sent.</summary>
internal sealed class ApiConnector : IConnector
{
    public string Name => "api";

    public string Title => "API";

    public string? Platform => null;

    public IReadOnlyList<ConnectorField> Fields => [];

    public ConnectorSecret? Secret => null;

    public bool CanSend => false;

    public bool GivesWay => true;

    public string TargetOf(ChannelSettings settings) => "Programs that use the API";

    public IReadOnlyList<string> Split(string answer) => [];

    public Task ListenAsync(OpenChannel channel, IListener listener, CancellationToken cancel) => Task.CompletedTask;

    public Task<SendResult> SendAsync(OpenChannel channel, OutboxEntry piece, CancellationToken cancel) =>
        Task.FromResult<SendResult>(new SendResult.Refused("Answers are not sent on this channel. Programs read them by the API."));

    public Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ConnectorStep>>([new("API", true, "Programs bring messages to POST /api/messages.", 0)]);
}
