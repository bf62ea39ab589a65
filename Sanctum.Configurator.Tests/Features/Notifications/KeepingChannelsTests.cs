using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Notifications.Channels;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.Notifications;
using Sanctum.Configurator.Registry.Users;
using Sanctum.Configurator.Tests.Features.Account;
using Sanctum.Configurator.Tests.Support;

namespace Sanctum.Configurator.Tests.Features.Notifications;

public sealed class KeepingChannelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task Secrets_are_sealed_stay_when_nothing_is_typed_and_are_never_told(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        await using var receiver = await FakeReceiver.StartAsync();
        var made = await world.AddWebhookAsync(receiver);
        Assert.StartsWith(
            SecretBox.Prefix,
            await world.Registry.OutsideAsync("SELECT config FROM notification_channels"),
            StringComparison.Ordinal
        );
        Assert.Equal($"{receiver.Address.GetLeftPart(UriPartial.Authority)}/…", made.Target);
        Assert.Equal((true, true), (made.Settings!.HasUrl, made.Settings.HasSecret));
        Assert.DoesNotContain("secret to sign", System.Text.Json.JsonSerializer.Serialize(made, ApiJson.Options), StringComparison.Ordinal);

        var form = made.ToForm();
        form.Name = "Another name";
        var renamed = await world.AddAsync(form);
        await world.RaiseAsync("Signed still");
        await world.SendAsync();
        Assert.Contains("v1=", Assert.Single(receiver.All).Headers["Sanctum-Signature"], StringComparison.Ordinal);
        Assert.Equal(renamed.Version, (await world.ChannelAsync(made.Id)).Version);

        Assert.IsType<Outcome<ChannelRow>.Conflict>(await SaveAsync(world, form));
        await using var context = world.Registry.Open();
        Assert.DoesNotContain(
            "secret to sign",
            string.Join(' ', await context.Changes.Select(c => $"{c.Before} {c.After}").ToListAsync(Cancel)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_stored_password_or_token_goes_to_no_other_server()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        var phone = await world.AddAsync(
            new()
            {
                Name = "Phone",
                Kind = ChannelKinds.Ntfy,
                Server = "https://ntfy.example",
                Topic = "t",
                Token = "tk_1",
            }
        );
        var mail = await world.AddAsync(
            new()
            {
                Name = "Mail",
                Kind = ChannelKinds.Mail,
                Host = "smtp.example.com",
                User = "u",
                Password = "p",
                From = "a@example.com",
                To = "b@example.com",
            }
        );

        var moved = phone.ToForm();
        moved.Server = "https://elsewhere.example";
        Assert.Equal([nameof(moved.Token)], Assert.IsType<Outcome<ChannelRow>.Invalid>(await SaveAsync(world, moved)).Reasons.Keys);
        Assert.IsType<Outcome<SendVerdict>.Invalid>(await world.CallAsync((ChannelService channels) => channels.TestAsync(moved, Cancel)));
        moved.Token = "";
        Assert.False(Assert.IsType<Outcome<ChannelRow>.Ok>(await SaveAsync(world, moved)).Value.Settings!.HasToken);

        var other = mail.ToForm();
        other.Host = "elsewhere.example.com";
        Assert.Equal([nameof(other.Password)], Assert.IsType<Outcome<ChannelRow>.Invalid>(await SaveAsync(world, other)).Reasons.Keys);
    }

    [Fact]
    public async Task A_form_is_told_all_that_is_wrong_with_it()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await world.AddAsync(
            new()
            {
                Name = "Phone",
                Kind = ChannelKinds.Ntfy,
                Server = "https://ntfy.example",
                Topic = "t",
            }
        );
        async Task<IEnumerable<string>> WrongAsync(ChannelForm form) =>
            Assert.IsType<Outcome<ChannelRow>.Invalid>(await SaveAsync(world, form)).Reasons.Keys.Order(StringComparer.Ordinal);

        Assert.Equal(
            ["Name", "Sources", "TimeZone", "Url"],
            await WrongAsync(
                new()
                {
                    TimeZone = "Mars/Olympus",
                    Sources = ["weather"],
                    Url = "ftp://x",
                }
            )
        );
        Assert.Equal(
            ["Name", "QuietUntil", "Server", "Topic"],
            await WrongAsync(
                new()
                {
                    Name = "phone",
                    Kind = "ntfy",
                    Server = "ntfy.sh/x",
                    QuietFrom = new(1, 0),
                }
            )
        );
        Assert.Equal(
            ["From", "Host", "Name", "To"],
            await WrongAsync(
                new()
                {
                    Kind = "smtp",
                    From = "a@example.com\r\nBcc: b@example.com",
                    To = "nobody",
                }
            )
        );
        Assert.Equal(["Kind"], await WrongAsync(new() { Name = "Other", Kind = "pigeon" }));
    }

    [Theory, MemberData(nameof(TestRegistry.Databases), MemberType = typeof(TestRegistry))]
    public async Task A_dry_run_and_a_viewer_write_nothing(TestDatabase database)
    {
        await using var world = await NotificationsWorld.CreateAsync(database);
        var (viewer, form) = (
            await world.Registry.AddUserAsync("vera", UserRole.Viewer),
            new ChannelForm { Name = "Hook", Url = "https://example.com/hook" }
        );

        var shown = Assert
            .IsType<Outcome<ChannelRow>.Ok>(
                await world.CallAsync((ChannelService channels) => channels.SaveAsync(form, dryRun: true, Cancel))
            )
            .Value;
        Assert.Equal((0, "https://example.com/…"), (shown.Id, shown.Target));
        Assert.IsType<Outcome<ChannelRow>.Invalid>(
            await world.CallAsync((ChannelService channels) => channels.SaveAsync(form, dryRun: false, Cancel), viewer)
        );
        Assert.IsType<Outcome<SendVerdict>.Invalid>(
            await world.CallAsync((ChannelService channels) => channels.TestAsync(form, Cancel), viewer)
        );
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM notification_channels"));

        var made = await world.AddAsync(form);
        var seen = (await world.CallAsync((ChannelService channels) => channels.ListAsync(Cancel), viewer)).Single();
        Assert.Null(seen.Settings);
        Assert.IsType<Outcome<ChannelRow>.Invalid>(
            await world.CallAsync((ChannelService channels) => channels.DeleteAsync(made.Id, null, false, Cancel), viewer)
        );
        Assert.IsType<Outcome<ChannelRow>.Conflict>(
            await world.CallAsync((ChannelService channels) => channels.DeleteAsync(made.Id, 99, false, Cancel))
        );
        Assert.IsType<Outcome<ChannelRow>.Ok>(
            await world.CallAsync((ChannelService channels) => channels.DeleteAsync(made.Id, made.Version, true, Cancel))
        );
        Assert.Equal("1", await world.Registry.OutsideAsync("SELECT count(*) FROM notification_channels"));
        Assert.IsType<Outcome<ChannelRow>.Ok>(
            await world.CallAsync((ChannelService channels) => channels.DeleteAsync(made.Id, made.Version, false, Cancel))
        );
        Assert.Equal("0", await world.Registry.OutsideAsync("SELECT count(*) FROM notification_channels"));
    }

    [Fact]
    public async Task What_another_program_wrote_badly_is_shown_and_mended_by_editing()
    {
        await using var world = await NotificationsWorld.CreateAsync();
        await world.Registry.OutsideAsync("INSERT INTO notification_channels (name, kind, config) VALUES ('phone', 'ntfy', 'no json')");
        await world.RaiseAsync("Something", NoticeLevel.Error);
        await world.SendAsync();

        var row = (await world.CallAsync((ChannelService channels) => channels.ListAsync(Cancel))).Single();
        Assert.NotNull(row.Problem);
        Assert.Contains("has no destination", row.LastFailure, StringComparison.Ordinal);
        var form = row.ToForm();
        (form.Server, form.Topic) = ("https://ntfy.example", "t");
        Assert.Null((await world.AddAsync(form)).Problem);
    }

    private static Task<Outcome<ChannelRow>> SaveAsync(NotificationsWorld world, ChannelForm form) =>
        world.CallAsync((ChannelService channels) => channels.SaveAsync(form, dryRun: false, Cancel));
}
