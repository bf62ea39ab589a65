using System.Collections.Concurrent;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels;

/// <summary>A platform that does what a test tells it. An answer has a piece between each two bars.</summary>
internal sealed class FakeConnector : IConnector
{
    public static readonly ConnectorField Server = new("server", "Server") { IsRequired = true, IsPlace = true };
    public static readonly ConnectorField Count = new("count", "Count")
    {
        Kind = ConnectorFieldKind.Number,
        Least = 1,
        Most = 9,
        Default = "3",
    };

    private readonly ConcurrentQueue<(int Channel, string Chat, string Text)> _sent = [];
    private int _listening;

    public string Name => "fake";

    public string Title => "Fake";

    public string? Platform => "fake";

    public IReadOnlyList<ConnectorField> Fields => [Server, Count];

    public ConnectorSecret? Secret { get; } = new("Token", "Of the fake.", text => text.Contains(' ') ? "No blanks." : null);

    public bool CanListen => true;

    public SendingPace Pace { get; set; } = SendingPace.Unlimited;

    /// <summary>All attempts, in order.</summary>
    public IReadOnlyList<(int Channel, string Chat, string Text)> Sent => [.. _sent];

    public IReadOnlyList<string> Texts => [.. _sent.Select(each => each.Text)];

    /// <summary>What becomes of a piece; sent where nothing is said.</summary>
    public Func<OutboxEntry, CancellationToken, Task<SendResult>>? Judge { get; set; }

    /// <summary>Instead of listening for good.</summary>
    public Func<OpenChannel, IListener, CancellationToken, Task>? Listen { get; set; }

    public int Listening => Volatile.Read(ref _listening);

    public ConcurrentQueue<OpenChannel> Opened { get; } = [];

    public string TargetOf(ChannelSettings settings) => settings.Text(Server) ?? "";

    public string? IdentityOf(ChannelSettings settings, string? secret) => secret is null ? null : $"the token {secret[..1]}…";

    public IReadOnlyList<string> Split(string answer) => answer.Split('|', StringSplitOptions.RemoveEmptyEntries);

    public async Task ListenAsync(OpenChannel channel, IListener listener, CancellationToken cancel)
    {
        Opened.Enqueue(channel);
        Interlocked.Increment(ref _listening);
        try
        {
            if (Listen is { } listen)
            {
                await listen(channel, listener, cancel);
                return;
            }

            await listener.ReportContactAsync(cancel);
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _listening);
        }
    }

    public async Task<SendResult> SendAsync(OpenChannel channel, OutboxEntry piece, CancellationToken cancel)
    {
        _sent.Enqueue((channel.Id, piece.Chat, piece.Text));
        return Judge is { } judge ? await judge(piece, cancel) : new SendResult.Sent($"x{piece.Id}");
    }

    public Task<IReadOnlyList<ConnectorStep>> TestAsync(OpenChannel channel, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ConnectorStep>>([
            channel.Secret == "right"
                ? new("Sign in", true, "It knows the console.", 1)
                : new("Sign in", false, "The token is wrong. Enter it again.", 1),
        ]);

    /// <summary>A message as somebody writes it there.</summary>
    public static IncomingMessage Message(OpenChannel channel, string text, string id) =>
        new()
        {
            Platform = channel.Platform,
            PlatformUserId = "7",
            Text = text,
            AgentId = channel.AgentId,
            Chat = "7",
            ExternalId = id,
        };
}
