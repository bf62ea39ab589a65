using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Intake;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

/// <summary>Channels with one mailbox, whose servers are on this machine.</summary>
internal sealed class EmailWorld(ChannelsWorld channels, FakeImap imap, FakeMailServer smtp) : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ChannelsWorld Channels => channels;

    public FakeImap Imap => imap;

    public FakeMailServer Smtp => smtp;

    /// <param name="hasIntake">What comes in is kept as in the product; else <see cref="ChannelsWorld.Accepted"/> has it.</param>
    public static async Task<EmailWorld> CreateAsync(
        TestDatabase database = TestDatabase.Sqlite,
        bool hasIntake = false,
        params (string Key, string? Value)[] settings
    )
    {
        var channels = await ChannelsWorld.CreateAsync(
            database,
            services =>
            {
                if (hasIntake)
                {
                    services.AddMessagingServices().AddSingleton<AcceptMessage>(p => p.GetRequiredService<MessageIntake>().AcceptAsync);
                }
            },
            settings: settings
        );
        return new(channels, new(), new());
    }

    public static string Mail(
        string id,
        string text,
        string more = "",
        string subject = "Question",
        string from = "Ada <ada@example.org>"
    ) =>
        $"From: {from}\nTo: agent@example.com\nSubject: {subject}\nMessage-ID: <{id}>\nDate: Sat, 21 Nov 2026 08:00:00 +0000\n{more}\n{text}\n";

    public ChannelForm Form() =>
        new()
        {
            Name = "Mailbox",
            Connector = "email",
            AgentId = 1,
            Settings = new()
            {
                ["address"] = "agent@example.com",
                ["user"] = FakeMailServer.User,
                ["imap_host"] = "127.0.0.1",
                ["imap_port"] = $"{imap.Port}",
                ["imap_security"] = "none",
                ["smtp_host"] = "127.0.0.1",
                ["smtp_port"] = $"{smtp.Port}",
                ["smtp_security"] = "none",
            },
            Secret = FakeMailServer.Password,
        };

    public Task<ChannelRow> AddAsync(Action<ChannelForm>? set = null)
    {
        var form = Form();
        set?.Invoke(form);
        return channels.AddAsync(form);
    }

    /// <summary>Tests the channel before it is added.</summary>
    public async Task<ChannelTest> TestAsync(Action<ChannelForm>? set = null)
    {
        var form = Form();
        set?.Invoke(form);
        var test = await channels.CallAsync((ChannelTesting tests) => tests.TestAsync(form, Cancel));
        return Assert.IsType<Outcome<ChannelTest>.Ok>(test).Value;
    }

    /// <summary>Adds the channel and waits until the mailbox is read and waited for.</summary>
    public async Task ListenAsync(Action<ChannelForm>? set = null)
    {
        await AddAsync(set);
        await channels.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => imap.Idling == 1);
    }

    public Task<string> CursorAsync() => channels.Registry.OutsideAsync("SELECT cursor FROM channels");

    public Task<string> CountAsync(string table) => channels.Registry.OutsideAsync($"SELECT count(*) FROM {table}");

    /// <summary>The reader goes first: it is to find its servers alive until then.</summary>
    public async ValueTask DisposeAsync()
    {
        await channels.DisposeAsync();
        await imap.DisposeAsync();
        await smtp.DisposeAsync();
    }
}
