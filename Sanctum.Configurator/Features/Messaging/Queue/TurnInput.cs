using Sanctum.Configurator.Features.Messaging.Incoming;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Queue;

/// <summary>What a turn gives to its agent.</summary>
/// <param name="Problem">Why it can't be given; null where it can.</param>
/// <param name="Agent">The agent's id at Letta.</param>
/// <param name="Channel">Null where it came by none.</param>
/// <param name="Text">What the agent is told: who writes, and what.</param>
internal sealed record TurnInput(string? Problem, string Agent, Channel? Channel, string? Chat, string Speaker, string Text)
{
    private const int MostPreferences = 2000;

    public static async Task<TurnInput> ReadAsync(RegistryDbContext registry, ClaimedTurn turn, CancellationToken cancel)
    {
        var found = await FindAsync(registry, turn.Lead.Id, cancel);
        var (agent, channel, profile) = (found.Agent, found.Channel, found.Profile);
        var person = found.Survivor ?? found.Person;
        IReadOnlyList<Message> messages =
            turn.Members.Count > 0 ? await MessagesAsync(registry, turn, cancel)
            : found.Message is { } only ? [only]
            : [];
        var problem =
            agent is null ? "Its agent is no longer in the registry. Move it to another agent, or cancel it."
            : agent.LettaUid is null ? $"The agent {agent.Name} has no Letta id in the registry. Link it to its agent at Letta, then retry."
            : !agent.IsActive ? $"The agent {agent.Name} is not active. Activate it, then retry."
            : messages.All(m => string.IsNullOrWhiteSpace(m.Text)) ? "The message has no text any more. Cancel it."
            : person is { IsActive: false } ? "The person is inactive. Make them active, then retry."
            : channel is { IsEnabled: false } ? $"The channel {channel.Name} is disabled. Enable it, then retry."
            : null;
        var speaker = SpeakerOf(person, profile);
        return new(
            problem,
            agent?.LettaUid ?? "",
            channel,
            messages is [.., var last] ? last.Chat : null,
            speaker,
            TextOf(messages, person, profile, speaker)
        );
    }

    /// <summary>All that is known of one entry, by one statement: each turn begins with it.</summary>
    private static async Task<Around> FindAsync(RegistryDbContext registry, int id, CancellationToken cancel) =>
        await (
            from entry in registry.Queue
            where entry.Id == id
            from agent in registry.Agents.Where(a => a.Id == entry.AgentId).DefaultIfEmpty()
            from channel in registry.Channels.Where(c => c.Id == entry.ChannelId).DefaultIfEmpty()
            from message in registry.Messages.Where(m => m.Id == entry.MessageId).DefaultIfEmpty()
            from profile in registry.PlatformProfiles.Where(p => p.Id == message.PlatformProfileId).DefaultIfEmpty()
            from person in registry.LettaUsers.Where(u => u.Id == entry.LettaUserId).DefaultIfEmpty()
            from survivor in registry.LettaUsers.Where(u => u.Id == person.MergedInto).DefaultIfEmpty()
            select new Around(agent, channel, message, profile, person, survivor)
        )
            .AsNoTracking()
            .SingleOrDefaultAsync(cancel)
        ?? new(null, null, null, null, null, null); // It was erased a moment ago: what is said of it is written nowhere.

    private static async Task<IReadOnlyList<Message>> MessagesAsync(RegistryDbContext registry, ClaimedTurn turn, CancellationToken cancel)
    {
        var ids = turn.Entries.Select(e => e.MessageId).ToList();
        return await registry.Messages.AsNoTracking().Where(m => ids.Contains(m.Id)).OrderBy(m => m.Id).ToListAsync(cancel);
    }

    private static string SpeakerOf(LettaUser? person, PlatformProfile? profile) =>
        Named(person?.DisplayName) ?? Named(profile?.DisplayName) ?? Named(profile?.Username) ?? profile?.PlatformUserId ?? "somebody";

    private static string? Named(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();

    /// <summary>Names are on one line and without brackets: nobody is to write the head of somebody else.</summary>
    private static string Plain(string text) =>
        string.Concat(text.EnumerateRunes().Where(r => !Unseen.IsInvisible(r) && !Rune.IsControl(r) && r.Value is not ('[' or ']')));

    private static string TextOf(IReadOnlyList<Message> messages, LettaUser? person, PlatformProfile? profile, string speaker)
    {
        var text = new StringBuilder();
        if (profile is not null)
        {
            var handle = profile.Username is { Length: > 0 } name ? $"@{name}, " : "";
            text.Append(Plain($"{profile.Platform}: {speaker} ({handle}id {profile.PlatformUserId})")).Insert(0, '[').Append("]\n");
        }

        if (Named(person?.CustomInstructions) is { } about)
        {
            text.Append($"[About this person: {Plain(about.ReplaceLineEndings(" "))}]\n");
        }

        if (person?.AgentPreferences is { Length: > 2 and <= MostPreferences } preferences)
        {
            text.Append($"[Their preferences: {Plain(preferences.ReplaceLineEndings(" "))}]\n");
        }

        return text.AppendJoin("\n\n", messages.Where(m => !string.IsNullOrWhiteSpace(m.Text)).Select(WithFiles)).ToString();
    }

    private static string WithFiles(Message message)
    {
        var files = MessageFiles.Read(message.Attachments);
        var text = QuotedPart.Without(message.Text!);
        return files.Count == 0
            ? text
            : $"{text}\n{string.Join('\n', files.Select(f => $"[file {Plain(f.Name)}{(f.Url is null ? "" : $": {Plain(f.Url)}")}]"))}";
    }

    /// <param name="Survivor">The one who stands for the writer, where the two were merged.</param>
    private sealed record Around(
        Agent? Agent,
        Channel? Channel,
        Message? Message,
        PlatformProfile? Profile,
        LettaUser? Person,
        LettaUser? Survivor
    );
}
