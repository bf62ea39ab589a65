using System.Security.Cryptography;
using MimeKit;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Channels.Email;

/// <summary>Which mails belong together, as their ids say. A thread is a chat, called by the id of its first mail.</summary>
internal sealed class EmailThreads(OwnRegistry registries)
{
    public const string Platform = "email";

    /// <summary>More mails of one sender within an hour are no person's: two programs that answer each other write much.</summary>
    private const int MostInAnHour = 20;

    /// <summary>The thread that a mail is of.</summary>
    public async Task<string> ChatOfAsync(MimeMessage mail, int channelId, CancellationToken cancel)
    {
        var own = IdOf(mail);
        List<string> ancestors = [.. mail.References.Append(mail.InReplyTo ?? "").Where(IsId).Distinct()];
        await using var registry = await registries.CreateDbContextAsync(cancel);

        // One that comes again is where it was; of a reply, mail programs leave some of the ids out, and any that is known will do.
        return await ThreadOfAsync(registry, channelId, [own], cancel)
            ?? await ThreadOfAsync(registry, channelId, ancestors, cancel)
            ?? ancestors.FirstOrDefault(own);
    }

    /// <summary>The mail's own id; one that has none is told apart by what it says.</summary>
    public static string IdOf(MimeMessage mail) =>
        mail.MessageId is { } id && IsId(id)
            ? id
            : $"none.{Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes($"{mail.MessageId}\n{mail.Date:O}\n{mail.From}\n{mail.Subject}\n{EmailText.Of(mail)}"))
            )}";

    /// <summary>A last net under the others.</summary>
    public async Task<bool> IsTooMuchAsync(int channelId, string sender, DateTimeOffset at, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var profiles = registry.PlatformProfiles.Where(p => p.Platform == Platform && p.PlatformUserId == sender).Select(p => p.Id);
        var since = at.AddHours(-1);
        return await registry
                .Messages.Where(m =>
                    m.ChannelId == channelId
                    && m.PlatformProfileId != null
                    && profiles.Contains(m.PlatformProfileId.Value)
                    && m.ExternalId != null
                    && m.Timestamp > since
                    && m.Timestamp <= at
                )
                .CountAsync(cancel) >= MostInAnHour;
    }

    /// <summary>Null where nobody knows whom to send it to.</summary>
    public async Task<EmailReply?> ReplyToAsync(OutboxEntry piece, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var message = await registry.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == piece.MessageId, cancel);
        if (await WriterAsync(registry, piece, message?.PlatformProfileId, cancel) is not { } writer)
        {
            return null;
        }

        // What is answered; of what an operator writes by himself, the person's last mail of the thread.
        var thread = registry.Messages.AsNoTracking().Where(m => m.ChannelId == piece.ChannelId && m.Chat == piece.Chat);
        var answered = message?.ExternalId is not null
            ? message
            : await thread
                .Where(m => m.ExternalId != null && m.PlatformProfileId == writer.Id)
                .OrderByDescending(m => m.Id)
                .FirstOrDefaultAsync(cancel);
        var subject =
            EmailText.SubjectIn(answered?.Text)
            ?? EmailText.SubjectIn(
                await thread
                    .Where(m => m.ExternalId != null && m.Text!.StartsWith(EmailText.SubjectMark))
                    .OrderByDescending(m => m.Id)
                    .Select(m => m.Text)
                    .FirstOrDefaultAsync(cancel)
            );
        var id = answered?.ExternalId is { } known && known.Contains('@', StringComparison.Ordinal) ? known : null;
        string?[] references = [answered is not null && piece.Chat.Contains('@', StringComparison.Ordinal) ? piece.Chat : null, id];
        return new(writer.PlatformUserId, subject, id, [.. references.OfType<string>().Distinct()]);
    }

    /// <summary>Who wrote what is answered; else the person it is for, or the one whose address the chat is.</summary>
    private static async Task<PlatformProfile?> WriterAsync(
        RegistryDbContext registry,
        OutboxEntry piece,
        int? profileId,
        CancellationToken cancel
    )
    {
        var profiles = registry.PlatformProfiles.AsNoTracking().Where(p => p.Platform == Platform).OrderBy(p => p.Id);
        var writer =
            await profiles.SingleOrDefaultAsync(p => p.Id == profileId, cancel)
            ?? await profiles.FirstOrDefaultAsync(
                p => p.PlatformUserId == piece.Chat || (piece.LettaUserId != null && p.LettaUserId == piece.LettaUserId),
                cancel
            );
        return writer is not null && MailboxAddress.TryParse(writer.PlatformUserId, out _) ? writer : null;
    }

    private static async Task<string?> ThreadOfAsync(
        RegistryDbContext registry,
        int channelId,
        IReadOnlyList<string> ids,
        CancellationToken cancel
    ) =>
        ids.Count == 0
            ? null
            : await registry
                .Messages.Where(m => m.ChannelId == channelId && m.ExternalId != null && ids.Contains(m.ExternalId))
                .OrderByDescending(m => m.Id)
                .Select(m => m.Chat)
                .FirstOrDefaultAsync(cancel)
                ?? await registry
                    .Outbox.Where(o => o.ChannelId == channelId && o.ExternalId != null && ids.Contains(o.ExternalId))
                    .OrderByDescending(o => o.Id)
                    .Select(o => o.Chat)
                    .FirstOrDefaultAsync(cancel);

    /// <summary>One that can be kept and told apart: an empty one would make one thread of all mails that have none.</summary>
    private static bool IsId(string id) =>
        id.Length is > 0 and <= LengthLimits.Name && id.All(c => c > ' ' && !char.IsControl(c) && !char.IsSurrogate(c));
}
