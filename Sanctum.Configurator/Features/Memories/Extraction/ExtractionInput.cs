using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Features.Memories.Text;
using Sanctum.Configurator.Registry.Conversations;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories.Extraction;

/// <summary>A memory that is there, as whoever reads is shown it.</summary>
internal sealed record KnownMemory(Guid Id, string Key, string Content);

/// <summary>A message, as whoever summarises is shown it.</summary>
public sealed record SaidMessage(string Role, string Text);

/// <summary>What is to be read.</summary>
/// <param name="Own">What the person wrote himself: only from this, and what the settings allow besides, is anything remembered.</param>
/// <param name="Allowed">The rest that may be remembered: what was quoted or attached, what tools returned.</param>
/// <param name="Context">What was answered before and after, to be understood only.</param>
internal sealed record ExtractionInput(
    Conversation Conversation,
    MemorySettings Settings,
    Guid? MessageId,
    DateTimeOffset SaidAt,
    string Own,
    IReadOnlyList<string> Allowed,
    IReadOnlyList<SaidMessage> Context,
    IReadOnlyList<KnownMemory> Known,
    IReadOnlyList<string> Earlier
)
{
    /// <summary>Characters of one answer, and of all of a conversation that is summarised.</summary>
    private const int MostOfAnAnswer = 1_000,
        MostOfAConversation = 24_000,
        MostOfAFile = 20_000;

    public string UserId => Conversation.UserId!;

    /// <summary>The agent that was spoken to; null where it was a model.</summary>
    public int? AgentId => Conversation.Partner == ConversationPartner.Agent ? Conversation.AgentId : null;

    public string AllText => string.Join('\n', Allowed.Prepend(Own));

    /// <summary>Null where nothing may be remembered: everything is checked again, as somebody may have changed his mind.</summary>
    public static async Task<ExtractionInput?> ReadAsync(RegistryDbContext registry, MemoryExtraction row, CancellationToken cancel)
    {
        var settings = await registry.MemorySettings.AsNoTracking().SingleOrDefaultAsync(cancel) ?? new();
        var conversation = await registry.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == row.ConversationId, cancel);
        return conversation is not { IsTemporary: false, UserId: { } user }
            || !settings.IsOn
            || !await MemoryQueries.WantsMemoryAsync(registry, user, cancel)
                ? null
            : row.MessageId is { } answer ? await OfExchangeAsync(registry, settings, conversation, answer, cancel)
            : await OfConversationAsync(registry, settings, conversation, cancel);
    }

    private static async Task<ExtractionInput?> OfExchangeAsync(
        RegistryDbContext registry,
        MemorySettings settings,
        Conversation conversation,
        Guid answerId,
        CancellationToken cancel
    )
    {
        var answer = await FindAsync(registry, answerId, cancel);
        var question = answer?.ParentId is { } id ? await FindAsync(registry, id, cancel) : null;
        if (answer is null || question is not { Role: ConversationMessage.User } || string.IsNullOrWhiteSpace(question.Content))
        {
            return null;
        }

        var before = question.ParentId is { } parent ? await FindAsync(registry, parent, cancel) : null;
        List<SaidMessage> context =
        [
            .. before is null ? [] : new[] { new SaidMessage(before.Role, Cut(OwnText.Of(before.Content), MostOfAnAnswer)) },
            new(answer.Role, Cut(OwnText.Of(answer.Content), MostOfAnAnswer)),
        ];
        List<string> allowed = [];
        if (settings.ReadsQuotes)
        {
            allowed.Add(Cut(question.Content, MostOfAFile));
            allowed.AddRange(Texts(question.Attachments, "text").Select(text => Cut(text, MostOfAFile)));
        }

        if (settings.ReadsToolOutput)
        {
            allowed.AddRange(Texts(answer.ToolCalls, "result").Select(text => Cut(text, MostOfAFile)));
        }

        var own = OwnText.Of(question.Content);
        return new(
            conversation,
            settings,
            question.Id,
            question.CreatedAt,
            own,
            allowed,
            context,
            await KnownAsync(registry, conversation, own, cancel),
            await EarlierAsync(registry, conversation, cancel)
        );
    }

    private static async Task<ExtractionInput?> OfConversationAsync(
        RegistryDbContext registry,
        MemorySettings settings,
        Conversation conversation,
        CancellationToken cancel
    )
    {
        var messages = await registry
            .ConversationMessages.AsNoTracking()
            .Where(m => m.ConversationId == conversation.Id && m.Role != ConversationMessage.System && !m.IsSummary)
            .Where(m => m.State == ConversationMessageState.Complete)
            .OrderBy(m => m.CreatedAt)
            .ThenBy(m => m.Id)
            .Select(m => new { m.Role, Content = m.Content.Substring(0, 4_000) })
            .Take(2_000)
            .ToListAsync(cancel);
        var said = messages
            .Select(m => new SaidMessage(m.Role, Cut(Platform.WholeText.Of(OwnText.Of(m.Content)), MostOfAnAnswer)))
            .Where(m => m.Text.Length > 0)
            .ToList();
        if (said.Count < 2 || !said.Exists(m => m.Role == ConversationMessage.User))
        {
            return null;
        }

        // How it began, and how it ended.
        var room = MostOfAConversation;
        var last = said.Skip(4).Reverse().TakeWhile(m => (room -= m.Text.Length) > 0).Reverse();
        return new(
            conversation,
            settings,
            null,
            conversation.UpdatedAt,
            said.First(m => m.Role == ConversationMessage.User).Text,
            [],
            [.. said.Take(4), .. last],
            [],
            []
        );
    }

    private static Task<ConversationMessage?> FindAsync(RegistryDbContext registry, Guid id, CancellationToken cancel) =>
        registry.ConversationMessages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancel);

    /// <summary>Those that share words with what was said, and the newest.</summary>
    private static async Task<IReadOnlyList<KnownMemory>> KnownAsync(
        RegistryDbContext registry,
        Conversation conversation,
        string text,
        CancellationToken cancel
    )
    {
        var (userId, agent) = (conversation.UserId!, conversation.Partner == ConversationPartner.Agent ? conversation.AgentId : null);
        var ids = (await MemoryQueries.ByWordsAsync(registry, userId, text, cancel)).Take(15).ToList();
        var own = registry
            .Memories.AsNoTracking()
            .Where(m => m.UserId == userId)
            .Where(m => m.Scope == MemoryScope.Person || (m.Scope == MemoryScope.Agent && m.AgentId != null && m.AgentId == agent));
        var newest = own.Where(m => m.Status == MemoryStatus.Active && m.MemoryType != MemoryKind.Summary)
            .OrderByDescending(m => m.UpdatedAt)
            .Select(m => m.Id)
            .Take(15);
        var rows = await own.Where(m => ids.Contains(m.Id) || newest.Contains(m.Id))
            .Where(m => m.MemoryType != MemoryKind.Summary)
            .OrderBy(m => m.Id)
            .Select(m => new
            {
                m.Id,
                m.ContentKey,
                m.Content,
            })
            .ToListAsync(cancel);
        return [.. rows.Select(row => new KnownMemory(row.Id, row.ContentKey ?? "", Cut(row.Content, MemoryGuard.Longest)))];
    }

    /// <summary>What the person asked in other conversations lately: one text for each of them.</summary>
    private static async Task<IReadOnlyList<string>> EarlierAsync(
        RegistryDbContext registry,
        Conversation conversation,
        CancellationToken cancel
    )
    {
        var others = registry
            .Conversations.Where(c => c.UserId == conversation.UserId && c.Id != conversation.Id && !c.IsTemporary)
            .OrderByDescending(c => c.UpdatedAt)
            .Take(50)
            .Select(c => c.Id);
        return await registry
            .ConversationMessages.AsNoTracking()
            .Where(m => others.Contains(m.ConversationId) && m.Role == ConversationMessage.User && m.IsFirst)
            .Select(m => m.Content.Substring(0, 500))
            .ToListAsync(cancel);
    }

    private static IEnumerable<string> Texts(string? json, string member)
    {
        try
        {
            using var read = JsonDocument.Parse(json ?? "[]");
            return read.RootElement.ValueKind != JsonValueKind.Array
                ? []
                :
                [
                    .. read
                        .RootElement.EnumerateArray()
                        .Where(one => one.ValueKind == JsonValueKind.Object)
                        .Select(one =>
                            one.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : ""
                        )
                        .Where(text => text.Length > 0),
                ];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Cut(string text, int most) => Platform.WholeText.Of(text.Length <= most ? text : text[..most]);
}
