using System.Globalization;
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
    private const uint MostBytes = 25 * 1024 * 1024;
    private const int MostInAnHour = 30;

    /// <summary>Servers end what says nothing for half an hour.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    /// <summary>How far back a mailbox is read whose numbers no longer count.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(2);

    public async Task RunAsync(OpenChannel channel, IListener listener, CancellationToken cancel)
    {
        try
        {
            using var client = await connections.ImapAsync(channel, cancel);
            var folder = await client.GetFolderAsync(channel.Settings.Text(EmailConnector.Folder)!, cancel);
            await folder.OpenAsync(FolderAccess.ReadOnly, cancel);
            await listener.ReportContactAsync(cancel);
            var reading = new Reading(channel, listener, folder);
            var cursor = await BeginAsync(reading, cancel);
            while (true)
            {
                cursor = await ReadNewAsync(reading, cursor, cancel);
                await listener.ReportContactAsync(cancel);
                await WaitAsync(client, folder, cancel);
            }
        }
        catch (Exception e)
            when (!cancel.IsCancellationRequested
                && MailConnections.ProblemOf(e, "IMAP", channel.Settings.Text(EmailConnector.ImapHost)!) is { } problem
            )
        {
            throw problem;
        }
    }

    /// <summary>Where to go on. A mailbox that was never read begins with what comes from now on.</summary>
    private async Task<EmailCursor> BeginAsync(Reading reading, CancellationToken cancel)
    {
        var validity = reading.Folder.UidValidity;
        if (EmailCursor.Read(reading.Channel.Cursor) is not { } known)
        {
            var first = new EmailCursor(
                validity,
                reading.Folder.UidNext is { } next ? next.Id - 1 : await LastAsync(reading.Folder, cancel)
            );
            await reading.Listener.KeepCursorAsync(first.ToString(), cancel);
            return first;
        }

        if (known.Validity == validity)
        {
            return known;
        }

        // The server has numbered its mails anew. Those of the last days are read again; what was taken is known by its id.
        LogNumberedAnew(reading.Channel.Id);
        var since = await reading.Folder.SearchAsync(SearchQuery.DeliveredAfter((clock.GetUtcNow() - Back).UtcDateTime), cancel);
        return new(validity, since.Count > 0 ? since.Min(uid => uid.Id) - 1 : await LastAsync(reading.Folder, cancel));
    }

    private async Task<EmailCursor> ReadNewAsync(Reading reading, EmailCursor cursor, CancellationToken cancel)
    {
        if (cursor.Last == uint.MaxValue)
        {
            return cursor;
        }

        var range = new UniqueIdRange(new UniqueId(cursor.Last + 1), UniqueId.MaxValue);
        var items = await reading.Folder.FetchAsync(range, MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancel);

        // A range that begins behind the last mail gives that one, by the protocol.
        foreach (var item in items.Where(item => item.UniqueId.Id > cursor.Last).OrderBy(item => item.UniqueId.Id))
        {
            await TakeAsync(reading, item, cancel);
            cursor = cursor with { Last = item.UniqueId.Id };
            await reading.Listener.KeepCursorAsync(cursor.ToString(), cancel);
        }

        return cursor;
    }

    private async Task TakeAsync(Reading reading, IMessageSummary item, CancellationToken cancel)
    {
        if (item.Size > MostBytes)
        {
            LogIgnored(reading.Channel.Id, item.UniqueId.Id, "it is larger than 25 MB");
            return;
        }

        MimeMessage mail;
        try
        {
            mail = await reading.Folder.GetMessageAsync(item.UniqueId, cancel);
        }
        catch (Exception e) when (e is MessageNotFoundException or FormatException)
        {
            LogIgnored(reading.Channel.Id, item.UniqueId.Id, e is FormatException ? "it is no mail that can be read" : "it is gone");
            return;
        }

        using (mail)
        {
            var settings = reading.Channel.Settings;
            var own = settings.Text(EmailConnector.Address)!;
            var reason = EmailFilter.ReasonToIgnore(mail, own, settings.Text(EmailConnector.Senders));
            var sender = EmailFilter.SenderOf(mail);
            if (reason is null && reading.IsTooMany(sender!, clock.GetUtcNow(), MostInAnHour))
            {
                reason = "its sender wrote too often within an hour, as programs do that answer each other";
            }

            if (reason is not null)
            {
                LogIgnored(reading.Channel.Id, item.UniqueId.Id, reason);
                return;
            }

            await reading.Listener.AcceptAsync(await MessageOfAsync(mail, sender!, reading.Channel, cancel), cancel);
        }
    }

    private async Task<IncomingMessage> MessageOfAsync(MimeMessage mail, string sender, OpenChannel channel, CancellationToken cancel)
    {
        var name = mail.From.Mailboxes.FirstOrDefault()?.Name?.Trim();
        var now = clock.GetUtcNow();
        return new()
        {
            Platform = channel.Platform,
            PlatformUserId = sender,
            Username = sender,
            DisplayName = string.IsNullOrEmpty(name) ? null : name[..Math.Min(name.Length, 200)],
            Text = EmailText.Of(mail).Replace("\0", "", StringComparison.Ordinal),
            AgentId = channel.AgentId,
            Chat = await threads.ChatOfAsync(mail, channel.Id, cancel),
            ExternalId = EmailThreads.IdOf(mail),
            WrittenAt = mail.Date > now || mail.Date < now.AddYears(-1) ? now : mail.Date, // Clocks of senders are often wrong.
            Attachments = EmailText.FilesOf(mail),
        };
    }

    /// <summary>Until something came, or it is time to look.</summary>
    private async Task WaitAsync(ImapClient client, IMailFolder folder, CancellationToken cancel)
    {
        if (!client.Capabilities.HasFlag(ImapCapabilities.Idle))
        {
            await Task.Delay(Glance, clock, cancel);
            await client.NoOpAsync(cancel);
            return;
        }

        using var done = new CancellationTokenSource(LongestIdle, clock);
        void Stop(object? sender, EventArgs e) => done.Cancel();
        folder.CountChanged += Stop;
        try
        {
            await client.IdleAsync(done.Token, cancel);
        }
        finally
        {
            folder.CountChanged -= Stop;
        }
    }

    private static async Task<uint> LastAsync(IMailFolder folder, CancellationToken cancel)
    {
        var all = await folder.SearchAsync(SearchQuery.All, cancel);
        return all.Count > 0 ? all.Max(uid => uid.Id) : 0;
    }

    [LoggerMessage(LogLevel.Information, "Channel {Id}: mail {Uid} is left out, as {Why}")]
    private partial void LogIgnored(int id, uint uid, string why);

    [LoggerMessage(LogLevel.Warning, "Channel {Id}: the mail server numbered its mails anew; those of the last days are looked at again")]
    private partial void LogNumberedAnew(int id);

    private sealed record Reading(OpenChannel Channel, IListener Listener, IMailFolder Folder)
    {
        private readonly Dictionary<string, Queue<DateTimeOffset>> _recent = [];

        /// <summary>A last net under the others: two programs that answer each other write much.</summary>
        public bool IsTooMany(string sender, DateTimeOffset now, int most)
        {
            var times = _recent.TryGetValue(sender, out var known) ? known : _recent[sender] = [];
            while (times.TryPeek(out var oldest) && oldest < now.AddHours(-1))
            {
                times.Dequeue();
            }

            times.Enqueue(now);
            return times.Count > most;
        }
    }
}

/// <summary>How far a mailbox was read: the number of its last mail, and the numbering in which that counts.</summary>
internal sealed record EmailCursor(uint Validity, uint Last)
{
    public static EmailCursor? Read(string? text)
    {
        var parts = (text ?? "").Split(':');
        return
            parts.Length == 2
            && uint.TryParse(parts[0], CultureInfo.InvariantCulture, out var validity)
            && uint.TryParse(parts[1], CultureInfo.InvariantCulture, out var last)
            ? new(validity, last)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Validity}:{Last}");
}
