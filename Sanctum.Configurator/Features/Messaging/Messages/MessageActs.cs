using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Features.Messaging.Channels;
using Sanctum.Configurator.Features.Messaging.Outbox;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Messages;

/// <summary>What an operator does with messages: notes something, writes in an agent's stead, and sends an answer once more.</summary>
public sealed partial class MessageActs(
    IDbContextFactory<RegistryDbContext> registries,
    IEnumerable<IConnector> connectors,
    OutboxBell bell,
    Signal<RegistryChange> changes,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<MessageActs> log
)
{
    private const string MayNot = "You don't have permission to act on messages.";

    /// <summary>Keeps a note at a message; an empty one takes it away.</summary>
    public async Task<Outcome<MessageView>> NoteAsync(int id, NoteForm form, CancellationToken cancel)
    {
        if (await RefuseAsync(form) is { } refused)
        {
            return refused;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Messages.SingleOrDefaultAsync(m => m.Id == id, cancel) is not { } message)
        {
            return new Outcome<MessageView>.NotFound();
        }

        message.Note = string.IsNullOrWhiteSpace(form.Note) ? null : form.Note.Trim();
        message.NotedBy = message.Note is null ? null : caller.Actor.Name;
        await registry.SaveChangesAsync(cancel);
        return await EndAsync(registry, "note", id, cancel);
    }

    /// <summary>Sends an answer, or what an operator wrote, to the person once more.</summary>
    public async Task<Outcome<MessageView>> ResendAsync(int id, CancellationToken cancel)
    {
        if (await RefuseAsync(null) is { } refused)
        {
            return refused;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (await registry.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancel) is not { } message)
        {
            return new Outcome<MessageView>.NotFound();
        }

        var text = message.Role?.Trim().ToLowerInvariant() is "assistant" or "agent" ? message.Text : message.AgentResponse;
        if (string.IsNullOrWhiteSpace(text))
        {
            return Refuse("There is no answer to send: the agent hasn't answered this message.");
        }

        if (
            await registry.Outbox.AnyAsync(
                o => o.MessageId == id && (o.Status == OutboxStatus.Queued || o.Status == OutboxStatus.Sending),
                cancel
            )
        )
        {
            return Refuse("The answer is on its way already. Wait until it has arrived or failed.");
        }

        var profile = await registry.PlatformProfiles.AsNoTracking().SingleOrDefaultAsync(p => p.Id == message.PlatformProfileId, cancel);
        if ((message.Chat ?? profile?.PlatformUserId) is not { } chat || message.ChannelId is not { } channelId)
        {
            return Refuse("The message came by no channel that is known here, so there is no way back to its writer.");
        }

        var channel = await registry.Channels.AsNoTracking().Where(c => c.Id == channelId).Select(Way.OfChannel).SingleAsync(cancel);
        if (WhyNot(channel) is { } why)
        {
            return Refuse(why);
        }

        Queue(registry, channel, chat, text, message.Id, message.LettaUserId);
        await registry.SaveChangesAsync(cancel);
        return await EndAsync(registry, "resend", id, cancel);
    }

    /// <summary>Writes to a person in an agent's stead.</summary>
    public async Task<Outcome<MessageView>> SendAsync(int personId, SendForm form, CancellationToken cancel)
    {
        if (await RefuseAsync(form) is { } refused)
        {
            return refused;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.BeginWritingAsync(cancel);
        if (!await registry.LettaUsers.AnyAsync(u => u.Id == personId, cancel))
        {
            return new Outcome<MessageView>.NotFound();
        }

        var routes = await RoutesAsync(registry, personId, cancel);
        var route = form.ProfileId is { } profile
            ? routes.FirstOrDefault(each => each.ChannelId == form.ChannelId && each.ProfileId == profile)
            : routes.FirstOrDefault(each => each.ChannelId == form.ChannelId);
        if (route is null)
        {
            return new Outcome<MessageView>.Invalid(
                nameof(form.ChannelId),
                routes.Count == 0
                    ? "There is no channel to this person: none of their platforms has one that can send."
                    : $"This channel does not lead to this person. Those that do: {string.Join(", ", routes.Select(each => each.ChannelId).Distinct())}."
            );
        }

        if (route.Problem is not null)
        {
            return new Outcome<MessageView>.Invalid(nameof(form.ChannelId), route.Problem);
        }

        var channel = await registry.Channels.AsNoTracking().Where(c => c.Id == route.ChannelId).Select(Way.OfChannel).SingleAsync(cancel);
        var message = new Message
        {
            LettaUserId = route.PersonId,
            PlatformProfileId = route.ProfileId,
            Role = "assistant",
            Text = form.Text!.Trim(),
            Timestamp = clock.GetUtcNow(),
            Processed = true,
            AgentId = channel.AgentId,
            ChannelId = channel.Id,
            Chat = route.Chat,
            SentBy = caller.Actor.Name,
        };
        registry.Add(message);
        await registry.SaveChangesAsync(cancel);
        Queue(registry, channel, route.Chat, message.Text, message.Id, route.PersonId);
        await registry.SaveChangesAsync(cancel);
        return await EndAsync(registry, "send", message.Id, cancel);
    }

    /// <summary>The ways on which something can be sent to a person; those that can't now say why.</summary>
    public async Task<IReadOnlyList<SendRoute>> RoutesAsync(int personId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await RoutesAsync(registry, personId, cancel);
    }

    private async Task<IReadOnlyList<SendRoute>> RoutesAsync(RegistryDbContext registry, int personId, CancellationToken cancel)
    {
        var same = await MessageReader.SameAsync(registry, personId, cancel);
        var profiles = await registry
            .PlatformProfiles.AsNoTracking()
            .Where(p => p.LettaUserId != null && same.Contains(p.LettaUserId.Value))
            .OrderByDescending(p => p.LastActive)
            .ThenBy(p => p.Id)
            .Select(p => new
            {
                p.Id,
                PersonId = p.LettaUserId!.Value,
                p.Platform,
                p.PlatformUserId,
                p.Username,
                p.DisplayName,
            })
            .ToListAsync(cancel);
        var platforms = profiles.Select(p => p.Platform).Distinct().ToList();
        var channels = await registry
            .Channels.AsNoTracking()
            .Where(c => platforms.Contains(c.Platform))
            .OrderBy(c => c.Id)
            .Select(Way.OfChannel)
            .ToListAsync(cancel);
        var routes = new List<SendRoute>();
        foreach (var profile in profiles)
        {
            foreach (var channel in channels.Where(c => c.Platform == profile.Platform && CanSend(c)))
            {
                var chat = await registry
                    .Messages.Where(m =>
                        m.LettaUserId == profile.PersonId
                        && m.PlatformProfileId == profile.Id
                        && m.ChannelId == channel.Id
                        && m.Chat != null
                    )
                    .OrderByDescending(m => m.Id)
                    .Select(m => m.Chat)
                    .FirstOrDefaultAsync(cancel);
                var name = PersonNames.Of(profile.DisplayName, profile.Username, profile.PlatformUserId) ?? profile.Platform;
                routes.Add(
                    new(
                        channel.Id,
                        profile.Id,
                        profile.PersonId,
                        chat ?? profile.PlatformUserId,
                        $"{channel.Name}: {name}",
                        WhyNot(channel)
                    )
                );
            }
        }

        return routes;
    }

    private bool CanSend(Way channel) => connectors.Any(connector => connector.Name == channel.Connector && connector.CanSend);

    private string? WhyNot(Way channel) =>
        !CanSend(channel) ? $"The channel {channel.Name} can't send: programs fetch its answers themselves."
        : !channel.IsEnabled ? $"The channel {channel.Name} is disabled. Enable it first."
        : null;

    private void Queue(RegistryDbContext registry, Way channel, string chat, string text, int message, int? person) =>
        registry.AddRange(
            AnswerPieces.Of(
                connectors.First(connector => connector.Name == channel.Connector),
                channel.Id,
                chat,
                message,
                queueId: null,
                person,
                text
            )
        );

    private async Task<Outcome<MessageView>> EndAsync(RegistryDbContext registry, string act, int id, CancellationToken cancel)
    {
        await registry.RecordAsync(act, Tables.Messages, $"{id}", null, cancel);
        var view = await MessageReader.FindAsync(registry, id, cancel);
        await registry.CommitWritingAsync(cancel);
        if (registry.DryRun is null)
        {
            changes.Publish(new(Tables.Messages));
            bell.Ring();
        }

        LogActed(act, id);
        return new Outcome<MessageView>.Ok(view!);
    }

    private async Task<Outcome<MessageView>?> RefuseAsync(object? form)
    {
        if (!await caller.MayAsync(Policies.OperateMessages))
        {
            return Refuse(MayNot);
        }

        return form is not null && FormRules.Check(form) is { Count: > 0 } reasons ? new Outcome<MessageView>.Invalid(reasons) : null;
    }

    private static Outcome<MessageView> Refuse(string reason) => new Outcome<MessageView>.Invalid("", reason);

    [LoggerMessage(LogLevel.Information, "Operator's act {Act} on message {MessageId}")]
    private partial void LogActed(string act, int messageId);

    /// <summary>A channel without its secret, which sending is not told here.</summary>
    private sealed record Way(int Id, string Name, string Platform, string Connector, int AgentId, bool IsEnabled)
    {
        public static readonly System.Linq.Expressions.Expression<Func<Channel, Way>> OfChannel = c =>
            new(c.Id, c.Name, c.Platform, c.Connector, c.AgentId, c.IsEnabled);
    }
}

/// <summary>What an operator notes about a message.</summary>
public sealed class NoteForm
{
    [StringLength(2_000, ErrorMessage = "A note has at most 2,000 characters.")]
    public string? Note { get; set; }
}

/// <summary>What an operator writes to a person.</summary>
public sealed class SendForm
{
    public int ChannelId { get; set; }

    /// <summary>As whom they are written to, where the person has several profiles on the channel's platform; null for the latest.</summary>
    public int? ProfileId { get; set; }

    [Required(ErrorMessage = "Write a message.")]
    [StringLength(LengthLimits.Message, ErrorMessage = "A message has at most 100,000 characters.")]
    public string? Text { get; set; }
}

/// <summary>One way on which something can be sent to a person.</summary>
/// <param name="PersonId">Whose profile it is: the person's own, or one's who was merged into them.</param>
/// <param name="Problem">Why it can't be sent now; null where it can.</param>
public sealed record SendRoute(int ChannelId, int ProfileId, int PersonId, string Chat, string Name, string? Problem);
