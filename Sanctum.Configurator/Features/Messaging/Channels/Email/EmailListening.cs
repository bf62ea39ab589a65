using System.Collections.Concurrent;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;
using Sanctum.Configurator.Features.Messaging.Incoming;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>Reads a mailbox: what is new since the last time, and then whatever comes. Nothing in it is changed.</summary>
internal sealed partial class EmailListening(
    MailConnections connections,
    EmailThreads threads,
    TimeProvider clock,
    ILogger<EmailListening> log
)
{
    /// <summary>Of a larger mail only the head is read.</summary>
    internal const uint MostBytes = 25 * 1024 * 1024;

    /// <summary>A mail that the server does not hand out is left out then: one keeps no other out.</summary>
    private const int MostTries = 3;

    /// <summary>Servers end what says nothing for half an hour.</summary>
    internal static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(9);
    internal static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    /// <summary>How far back a mailbox is read whose numbers no longer count.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(2);

    /// <summary>Mails that the server did not hand out → how often.</summary>
    private readonly ConcurrentDictionary<(int Channel, uint Uid), int> _withheld = new();

    public async Task RunAsync(OpenChannel channel, IListener listener, CancellationToken cancel)
    {
        try
        {
            using var client = await connections.ImapAsync(channel, cancel);
            var folder = await client.GetFolderAsync(channel.Settings.Text(EmailConnector.Folder)!, cancel);
            await folder.OpenAsync(FolderAccess.ReadOnly, cancel);
            await listener.ReportContactAsync(cancel);
            using var growth = new MailboxGrowth(folder);
            var reading = new Reading(channel, listener, folder);
            var cursor = await BeginAsync(reading, cancel);
            while (true)
            {
                var news = growth.FromNowOn();
                cursor = await ReadNewAsync(reading, cursor, cancel);
                await listener.ReportContactAsync(cancel);
                await WaitAsync(client, news, cancel);
            }
        }
        catch (Exception e)
            when (!cancel.IsCancellationRequested && MailConnections.ProblemOf(e, EmailConnector.Imap, channel) is { } problem)
        {
            throw problem;
        }
    }

    /// <summary>Where to go on. A mailbox that was never read begins with what comes from now on.</summary>
    private async Task<EmailCursor> BeginAsync(Reading reading, CancellationToken cancel)
    {
        var (folder, validity) = (reading.Folder, reading.Folder.UidValidity);
        if (EmailCursor.Read(reading.Channel.Cursor) is not { } known)
        {
            var first = new EmailCursor(validity, await LastAsync(folder, cancel));
            await reading.Listener.KeepCursorAsync(first.ToString(), cancel);
            return first;
        }

        if (known.Validity == validity)
        {
            return known;
        }

        // The server has numbered its mails anew. Those of the last days are read again; what was taken is known by its id.
        LogNumberedAnew(reading.Channel.Id);
        var since = await folder.SearchAsync(SearchQuery.DeliveredAfter((clock.GetUtcNow() - Back).UtcDateTime), cancel);
        return new(validity, since.Count > 0 ? since.Min(uid => uid.Id) - 1 : await LastAsync(folder, cancel));
    }

    private async Task<EmailCursor> ReadNewAsync(Reading reading, EmailCursor cursor, CancellationToken cancel)
    {
        if (cursor.Last == uint.MaxValue)
        {
            return cursor;
        }

        var range = new UniqueIdRange(new UniqueId(cursor.Last + 1), UniqueId.MaxValue);
        var items = await reading.Folder.FetchAsync(
            range,
            MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate,
            cancel
        );

        // A range that begins behind the last mail gives that one, by the protocol.
        foreach (var item in items.Where(item => item.UniqueId.Id > cursor.Last).OrderBy(item => item.UniqueId.Id))
        {
            using (var mail = await FetchAsync(reading, item, cancel))
            {
                if (mail is not null && await MessageOfAsync(mail, item, reading.Channel, cancel) is { } message)
                {
                    await reading.Listener.AcceptAsync(message, cancel);
                }
            }

            cursor = cursor with { Last = item.UniqueId.Id };
            await reading.Listener.KeepCursorAsync(cursor.ToString(), cancel);
        }

        return cursor;
    }

    /// <summary>Null where it can't be had.</summary>
    private async Task<MimeMessage?> FetchAsync(Reading reading, IMessageSummary item, CancellationToken cancel)
    {
        var key = (reading.Channel.Id, item.UniqueId.Id);
        try
        {
            var mail =
                item.Size > MostBytes
                    ? new MimeMessage(await reading.Folder.GetHeadersAsync(item.UniqueId, cancel))
                    {
                        Body = new TextPart("plain") { Text = "[The mail is larger than 25 MB. Only its subject was read.]" },
                    }
                    : await reading.Folder.GetMessageAsync(item.UniqueId, cancel);
            _withheld.TryRemove(key, out _);
            return mail;
        }
        catch (Exception e) when (e is MessageNotFoundException or FormatException)
        {
            LogIgnored(reading.Channel.Id, item.UniqueId.Id, e is FormatException ? "it is no mail that can be read" : "it is gone");
            return null;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && _withheld.AddOrUpdate(key, 1, (_, times) => times + 1) >= MostTries)
        {
            _withheld.TryRemove(key, out _);
            LogLeftOut(reading.Channel.Id, item.UniqueId.Id, e);
            return null;
        }
    }

    /// <summary>Null where it is not for the agent, or can't be read.</summary>
    private async Task<IncomingMessage?> MessageOfAsync(
        MimeMessage mail,
        IMessageSummary item,
        OpenChannel channel,
        CancellationToken cancel
    )
    {
        IncomingMessage message;
        try
        {
            if (EmailFilter.ReasonToIgnore(mail, channel.Settings) is { } reason)
            {
                LogIgnored(channel.Id, item.UniqueId.Id, reason);
                return null;
            }

            message = Read(mail, item, channel);
        }
        catch (Exception e)
        {
            // Whatever stands in a mail and whatever the library makes of that, the next one is read.
            LogLeftOut(channel.Id, item.UniqueId.Id, e);
            return null;
        }

        if (await threads.IsTooMuchAsync(channel.Id, message.PlatformUserId, message.WrittenAt!.Value, cancel))
        {
            LogIgnored(channel.Id, item.UniqueId.Id, "its sender wrote too often within an hour, as programs do that answer each other");
            return null;
        }

        return message with
        {
            Chat = await threads.ChatOfAsync(mail, channel.Id, cancel),
        };
    }

    private IncomingMessage Read(MimeMessage mail, IMessageSummary item, OpenChannel channel)
    {
        var name = mail.From.Mailboxes.FirstOrDefault()?.Name?.Trim();
        return new()
        {
            Platform = channel.Platform,
            PlatformUserId = EmailFilter.SenderOf(mail)!,
            DisplayName = string.IsNullOrEmpty(name) ? null : name[..Math.Min(name.Length, 200)],
            Text = EmailText.Of(mail),
            AgentId = channel.AgentId,
            ExternalId = EmailThreads.IdOf(mail),
            WrittenAt = item.InternalDate ?? clock.GetUtcNow(), // When it arrived: clocks of senders are often wrong.
            Attachments = EmailText.FilesOf(mail),
        };
    }

    /// <summary>Until something came, or it is time to look.</summary>
    private async Task WaitAsync(ImapClient client, CancellationToken news, CancellationToken cancel)
    {
        if (news.IsCancellationRequested)
        {
            return;
        }

        if (!client.Capabilities.HasFlag(ImapCapabilities.Idle))
        {
            await Task.Delay(Glance, clock, cancel);
            await client.NoOpAsync(cancel);
            return;
        }

        using var alarm = new CancellationTokenSource(LongestIdle, clock);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, news);

        // A server that is gone without a word does not answer the end of the wait either.
        using var lost = new CancellationTokenSource(LongestIdle + MailConnections.Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost.Token, cancel);
        await client.IdleAsync(done.Token, either.Token);
    }

    private static async Task<uint> LastAsync(IMailFolder folder, CancellationToken cancel)
    {
        if (folder.UidNext is { } next)
        {
            return next.Id - 1;
        }

        var all = await folder.SearchAsync(SearchQuery.All, cancel);
        return all.Count > 0 ? all.Max(uid => uid.Id) : 0;
    }

    [LoggerMessage(LogLevel.Information, "Channel {Id}: mail {Uid} is left out, as {Why}")]
    private partial void LogIgnored(int id, uint uid, string why);

    [LoggerMessage(LogLevel.Warning, "Channel {Id}: mail {Uid} can't be read and is left out")]
    private partial void LogLeftOut(int id, uint uid, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Channel {Id}: the mail server numbered its mails anew; those of the last days are looked at again")]
    private partial void LogNumberedAnew(int id);

    private sealed record Reading(OpenChannel Channel, IListener Listener, IMailFolder Folder);
}
