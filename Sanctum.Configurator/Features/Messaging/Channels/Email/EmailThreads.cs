using Microsoft.EntityFrameworkCore;
using MimeKit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>What an answer goes back to.</summary>
/// <param name="MessageId">The mail that it answers; null where that is not known.</param>
/// <param name="References">The first mail of the thread, and the one that it answers.</param>
internal sealed record EmailReply(string To, string? Subject, string? MessageId, IReadOnlyList<string> References);

/// <summary>Which mails belong together, as their ids say. A thread is a chat, called by the id of its first mail.</summary>
internal sealed class EmailThreads(OwnRegistry registries)
{
    /// <summary>The thread that a mail is of.</summary>
    public async Task<string> ChatOfAsync(MimeMessage mail, int channelId, CancellationToken cancel)
    {
        var ancestors = mail
            .References.Append(mail.InReplyTo)
            .Where(id => !string.IsNullOrEmpty(id) && id.Length <= LengthLimits.Name)
            .Select(id => id!)
            .Distinct()
            .ToList();
        if (ancestors.Count > 0)
        {
            // Mail programs leave some of the ids out: a mail that is known says of which thread it was.
            await using var registry = await registries.CreateDbContextAsync(cancel);
            var known =
                await registry
                    .Messages.Where(m => m.ChannelId == channelId && m.ExternalId != null && ancestors.Contains(m.ExternalId))
                    .OrderByDescending(m => m.Id)
                    .Select(m => m.Chat)
                    .FirstOrDefaultAsync(cancel)
                ?? await registry
                    .Outbox.Where(o => o.ChannelId == channelId && o.ExternalId != null && ancestors.Contains(o.ExternalId))
                    .OrderByDescending(o => o.Id)
                    .Select(o => o.Chat)
                    .FirstOrDefaultAsync(cancel);
            return known ?? ancestors[0];
        }

        return IdOf(mail);
    }

    /// <summary>The mail's own id; one that has none is told apart by what it says.</summary>
    public static string IdOf(MimeMessage mail) =>
        mail.MessageId is { Length: > 0 and <= LengthLimits.Name } id
            ? id
            : "none."
                + Convert.ToHexStringLower(
                    System.Security.Cryptography.SHA256.HashData(
                        System.Text.Encoding.UTF8.GetBytes(
                            $"{mail.MessageId}\n{mail.Date:O}\n{mail.From}\n{mail.Subject}\n{mail.TextBody ?? mail.HtmlBody}"
                        )
                    )
                );

    /// <summary>Null where nobody knows whom to send it to.</summary>
    public async Task<EmailReply?> ReplyToAsync(OutboxEntry piece, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);

        // What is answered; of what an operator writes by himself, the last mail of the thread.
        var answered =
            await registry.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == piece.MessageId && m.ExternalId != null, cancel)
            ?? await registry
                .Messages.AsNoTracking()
                .Where(m => m.ChannelId == piece.ChannelId && m.Chat == piece.Chat && m.ExternalId != null)
                .OrderByDescending(m => m.Id)
                .FirstOrDefaultAsync(cancel);
        var (writer, person) = (answered?.PlatformProfileId, answered is null ? piece.LettaUserId : null);
        var profile = await registry
            .PlatformProfiles.AsNoTracking()
            .Where(p => p.Platform == "email" && ((writer != null && p.Id == writer) || (person != null && p.LettaUserId == person)))
            .OrderBy(p => p.Id)
            .Select(p => p.PlatformUserId)
            .FirstOrDefaultAsync(cancel);
        var to = profile ?? (piece.Chat.Contains('@', StringComparison.Ordinal) && answered is null ? piece.Chat : null);
        if (to is null || !MailboxAddress.TryParse(to, out _))
        {
            return null;
        }

        var id = answered?.ExternalId is { } own && own.Contains('@', StringComparison.Ordinal) ? own : null;
        var root = piece.Chat.Contains('@', StringComparison.Ordinal) && answered is not null ? piece.Chat : null;
        return new(
            to,
            EmailText.SubjectIn(answered?.Text),
            id,
            [.. new[] { root, id }.Where(each => each is not null).Select(each => each!).Distinct()]
        );
    }
}
