using Microsoft.Extensions.DependencyInjection;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Channels.Email;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Tests.Support;
using static Sanctum.Configurator.Tests.Features.Messaging.Channels.Email.EmailWorld;

namespace Sanctum.Configurator.Tests.Features.Messaging.Channels.Email;

public sealed class EmailChannelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_there_before_is_left_alone_and_what_comes_is_taken_at_once()
    {
        await using var world = await EmailWorld.CreateAsync();
        world.Imap.AddOld(10_000);
        await world.ListenAsync();
        world.Imap.Add(Mail("1@x", "First"));
        world.Imap.Add(Mail("auto@x", "I am away", "Auto-Submitted: auto-replied\n"));
        world.Imap.Add(Mail("2@x", "Second", "In-Reply-To: <1@x>\nReferences: <1@x>\n"));
        await Wait.UntilAsync(async () => await world.CursorAsync() == "7:10003");

        var accepted = world.Channels.Accepted;
        Assert.Equal(["1@x", "2@x"], accepted.Select(m => m.ExternalId));
        Assert.Equal(["1@x", "1@x"], accepted.Select(m => m.Chat));
        Assert.Equal(("ada@example.org", "Ada", "email"), (accepted[0].PlatformUserId, accepted[0].DisplayName, accepted[0].Platform));
        Assert.DoesNotContain(
            world.Imap.Commands,
            c => c.Contains("STORE", StringComparison.Ordinal) || c.StartsWith("SELECT", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(world.Imap.Commands, c => c.StartsWith("UID FETCH 1:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mail_that_comes_while_another_is_read_is_not_waited_for()
    {
        await using var world = await EmailWorld.CreateAsync();
        var isAdded = false;
        world.Imap.Before = command =>
        {
            if (command.Contains("BODY.PEEK[]", StringComparison.Ordinal) && !isAdded)
            {
                isAdded = true;
                world.Imap.Add(Mail("2@x", "Second")); // The server tells it in its answer, and never again.
            }
        };
        await world.ListenAsync();
        world.Imap.Add(Mail("1@x", "First"));
        await Wait.UntilAsync(() => world.Channels.Accepted.Count == 2);
    }

    [Fact]
    public async Task A_mail_that_comes_as_another_is_deleted_is_noticed()
    {
        await using var world = await EmailWorld.CreateAsync();
        world.Imap.AddOld(3);
        await world.ListenAsync();
        world.Imap.Replace(Mail("1@x", "First"));
        await Wait.UntilAsync(() => world.Channels.Accepted.Count == 1);
    }

    [Fact]
    public async Task The_wait_is_ended_before_servers_end_it_and_begun_anew()
    {
        await using var world = await EmailWorld.CreateAsync();
        await world.ListenAsync();
        world.Channels.Clock.Advance(EmailListening.LongestIdle);
        await Wait.UntilAsync(() => world.Imap.Commands.Count(command => command == "IDLE") == 2);
        Assert.Equal(1, world.Imap.Connections);
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_called_again_and_nothing_is_lost()
    {
        await using var world = await EmailWorld.CreateAsync();
        await world.ListenAsync();
        world.Imap.HangUp();
        var row = await Wait.ForAsync(() => world.Channels.ChannelAsync(1), now => now.Problem is not null);
        Assert.Contains("127.0.0.1 can't be reached by IMAP", row.Problem, StringComparison.Ordinal);
        world.Imap.Add(Mail("1@x", "Meanwhile"));
        await Wait.UntilAsync(() =>
        {
            world.Channels.Clock.Advance(TimeSpan.FromSeconds(1));
            return world.Channels.Accepted.Count == 1;
        });
        Assert.Equal(ChannelState.Live, (await Wait.ForAsync(() => world.Channels.ChannelAsync(1), now => now.Problem is null)).State);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_in_a_minute()
    {
        await using var world = await EmailWorld.CreateAsync();
        await using var silent = RawServer.Silent();
        await world.AddAsync(form => form.Settings["imap_port"] = $"{silent.Port}");
        await world.Channels.Host.TickAsync(Cancel);
        await Wait.UntilAsync(() => silent.Accepted == 1);
        world.Channels.Clock.Advance(MailConnections.Patience);
        var row = await Wait.ForAsync(() => world.Channels.ChannelAsync(1), now => now.Problem is not null);
        Assert.StartsWith("127.0.0.1 did not answer in time by IMAP.", row.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_IDLE_is_asked_every_minute_and_one_that_numbers_anew_is_read_again()
    {
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        world.Imap.HasIdle = false;
        await world.AddAsync();
        await world.Channels.Host.TickAsync(Cancel);
        await Wait.UntilAsync(async () => await world.CursorAsync() == "7:0");
        world.Imap.Add(Mail("1@x", "First"));
        await Wait.UntilAsync(async () =>
        {
            world.Channels.Clock.Advance(TimeSpan.FromSeconds(15));
            return await world.CountAsync("messages") == "1";
        });

        await world.Channels.Host.EndAllAsync();
        world.Imap.NumberAnew();
        world.Imap.Add(Mail("2@x", "Second"));
        await world.Channels.Host.TickAsync(Cancel);
        await Wait.UntilAsync(async () => await world.CursorAsync() == "8:101");
        Assert.Equal("2", await world.CountAsync("messages"));
    }

    [Fact]
    public async Task The_same_mail_twice_is_one_message_and_another_of_the_same_sender_is_not()
    {
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        await world.ListenAsync();
        world.Imap.Add(Mail("1@x", "Hello"));
        world.Imap.Add(Mail("1@x", "Hello", "References: <list@y>\n")); // As it comes back by another way.
        world.Imap.Add(Mail("2@x", "Hello"));
        await Wait.UntilAsync(async () => await world.CursorAsync() == "7:3");
        Assert.Equal("2", await world.CountAsync("messages"));
        Assert.Equal("1", await world.CountAsync("letta_users"));
    }

    [Fact]
    public async Task One_mail_that_cannot_be_read_or_had_keeps_no_other_out()
    {
        await using var world = await EmailWorld.CreateAsync();
        world.Imap.Withheld[2] = true;
        await world.ListenAsync();
        world.Imap.Add("\0\0 no mail at all");
        world.Imap.Add(Mail("2@x", "The server does not hand this out"));
        world.Imap.Add(Mail("3@x", "Read"));
        world.Imap.Add(
            Mail(
                "4@x",
                "",
                "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=\"\"\n\n\xff\n",
                from: "=?x?Q?=ZZ?= <eve@example.org>"
            )
        );
        await Wait.UntilAsync(() =>
        {
            world.Channels.Clock.Advance(TimeSpan.FromSeconds(5));
            return world.Channels.Accepted.Any(m => m.ExternalId == "4@x");
        });
        Assert.Equal(["3@x", "4@x"], world.Channels.Accepted.Select(m => m.ExternalId));
    }

    [Fact]
    public async Task Of_a_mail_of_50_MB_only_the_head_is_read_and_the_agent_is_told_so()
    {
        await using var world = await EmailWorld.CreateAsync();
        await world.ListenAsync();
        world.Imap.Add(Mail("1@x", "Much"), size: 50_000_000);
        await Wait.UntilAsync(() => world.Channels.Accepted.Count == 1);
        Assert.Equal("Subject: Question\n\n[The mail is larger than 25 MB. Only its subject was read.]", world.Channels.Accepted[0].Text);
        Assert.DoesNotContain(world.Imap.Commands, command => command.Contains("BODY.PEEK[]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_writes_as_fast_as_a_program_is_answered_no_more()
    {
        await using var world = await EmailWorld.CreateAsync(hasIntake: true);
        await world.ListenAsync();
        for (var at = 1; at <= 25; at++)
        {
            world.Imap.Add(Mail($"{at}@x", "I am out of office"));
        }

        world.Imap.Add(Mail("26@x", "Hello", from: "bob@example.org"));
        await Wait.UntilAsync(async () => await world.CursorAsync() == "7:26");
        Assert.Equal("21", await world.CountAsync("messages"));
    }

    [Fact]
    public async Task Two_consoles_read_a_mailbox_one_at_a_time()
    {
        await using var world = await EmailWorld.CreateAsync();
        await world.ListenAsync();
        await using var other = world.Channels.AnotherConsole();
        await other.GetRequiredService<ChannelHost>().TickAsync(Cancel);
        Assert.Equal(1, world.Imap.Connections);

        await world.Channels.Host.StopAsync(Cancel);
        await other.GetRequiredService<ChannelHost>().TickAsync(Cancel);
        await Wait.UntilAsync(() => world.Imap is { Connections: 2, Idling: 1 });
        await other.GetRequiredService<ChannelHost>().StopAsync(Cancel);
    }

    [Fact]
    public async Task The_test_signs_in_to_both_servers_and_a_wrong_password_is_told_and_not_shown()
    {
        await using var world = await EmailWorld.CreateAsync();
        var test = await world.TestAsync();
        Assert.Equal([("IMAP", true), ("SMTP", true)], test.Steps.Select(step => (step.Name, step.Ok)));
        Assert.Contains("tells of new ones at once", test.Steps[0].Detail, StringComparison.Ordinal);

        world.Imap.Password = "another one";
        test = await world.TestAsync();
        Assert.Equal([false, true], test.Steps.Select(step => step.Ok));
        Assert.Contains("rejects the sign-in for IMAP", test.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeMailServer.Password, test.Message, StringComparison.Ordinal);
        Assert.Empty(world.Smtp.Taken);

        await world.AddAsync();
        await world.Channels.Host.TickAsync(Cancel);
        var row = await Wait.ForAsync(() => world.Channels.ChannelAsync(1), now => now.Problem is not null);
        Assert.Contains("rejects the sign-in for IMAP: What does", row.Problem, StringComparison.Ordinal); // It repeats what it was told.
        Assert.DoesNotContain(
            FakeMailServer.Password,
            await world.Channels.Registry.OutsideAsync("SELECT problem FROM channels"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("imap_host", "127.0.0.2")]
    [InlineData("smtp_port", "2525")]
    [InlineData("smtp_security", "tls")]
    public async Task The_password_goes_to_no_other_server_than_the_one_it_was_given_for(string field, string value)
    {
        await using var world = await EmailWorld.CreateAsync();
        var form = (await world.AddAsync()).ToForm();
        form.Settings[field] = value;
        var refused = Assert.IsType<Outcome<ChannelRow>.Invalid>(await world.Channels.SaveAsync(form));
        Assert.Equal([nameof(form.Secret)], refused.Reasons.Keys);
        var untried = await world.Channels.CallAsync((ChannelTesting tests) => tests.TestAsync(form, Cancel));
        Assert.IsType<Outcome<ChannelTest>.Invalid>(untried);
    }
}
