using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.GeneratedCode;
using Sanctum.Configurator.Registry.Conversations;
using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.Conversations.Transfer;

/// <summary>
/// Brings conversations of other programs in, as the caller's own. What was imported before stays as it is, and each conversation is written
/// whole or not at all.
/// </summary>
public sealed partial class ConversationImport(
    IDbContextFactory<RegistryDbContext> registries,
    ConversationAccess access,
    CodeArchive archive,
    Signal<ConversationChanged> changes,
    Signal<CodeChanged> code,
    TimeProvider clock,
    ILogger<ConversationImport> log
)
{
    /// <summary>Bytes of a file.</summary>
    public const long MostBytes = ImportReader.MostBytes;

    private const int MostProblems = 200;

    /// <param name="isPreview">Only says what would come.</param>
    public async Task<Outcome<ImportReport>> RunAsync(ReadOnlyMemory<byte> file, bool isPreview, CancellationToken cancel)
    {
        if (await access.RefuseAsync<ImportReport>() is { } mayNot)
        {
            return mayNot;
        }

        var read = await Task.Run(() => ImportReader.Read(file), cancel);
        if (read.Problem is { } problem)
        {
            return new Outcome<ImportReport>.Invalid("", problem);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var known = (await access.Own(registry).Where(c => c.SourceKey != null).Select(c => c.SourceKey!).ToListAsync(cancel)).ToHashSet();
        var counted = new Counted(await CodeArchive.LeftAsync(registry, access.Owner!, cancel));
        foreach (var one in read.Conversations)
        {
            cancel.ThrowIfCancellationRequested();
            await AddAsync(read.Source, one, known, counted, isPreview, cancel);
        }

        if (!isPreview && counted.Conversations > 0)
        {
            LogImported(counted.Conversations, counted.Messages, read.Source);
            changes.Publish(new(Guid.Empty));
            code.Publish(new(access.Owner));
        }

        return new Outcome<ImportReport>.Ok(
            new(
                read.Source,
                counted.Conversations,
                counted.Messages,
                counted.Known,
                counted.Failed,
                isPreview,
                [.. counted.Problems.Take(MostProblems)]
            )
        );
    }

    private async Task AddAsync(
        string source,
        ReadConversation one,
        HashSet<string> known,
        Counted counted,
        bool isPreview,
        CancellationToken cancel
    )
    {
        if (one.Conversation is not { } conversation)
        {
            counted.Fail(one.Name, one.Problem!);
            return;
        }

        var key = ImportRows.Cut($"{source} {conversation.Id}", 300);
        if (!known.Add(key))
        {
            counted.Known++;
            return;
        }

        var (rows, problems) = ImportRows.Of(conversation, clock.GetUtcNow());
        if (rows.Count == 0)
        {
            counted.Fail(one.Name, "Its messages stand in a circle. It was left out.");
            return;
        }

        problems.ForEach(problem => counted.Problems.Add(new(one.Name, problem)));
        try
        {
            await (isPreview ? Task.CompletedTask : WriteAsync(conversation, key, rows, counted.Left, cancel));
            counted.Conversations++;
            counted.Messages += rows.Count;
        }
        catch (DbUpdateException e)
        {
            LogFailed(e);
            counted.Fail(one.Name, "The database refused it. See the console's log for details.");
        }
    }

    private async Task WriteAsync(
        ImportedConversation conversation,
        string key,
        List<(string Id, ConversationMessage Row)> rows,
        LeftCode left,
        CancellationToken cancel
    )
    {
        var blocks = await Task.Run(() => CodeIn(rows), cancel);
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await using var transaction = await RowLocks.BeginAsync(registry, cancel);
        var begun = conversation.CreatedAt ?? rows[0].Row.CreatedAt;
        registry.Add(
            new Conversation
            {
                Id = rows[0].Row.ConversationId,
                UserId = access.Owner,
                Title = Unseen.TrimToNull(conversation.Title) is { } title
                    ? ImportRows.Cut(WholeText.Of(title), Conversation.TitleLength)
                    : Titles.Of(rows[0].Row.Content),
                IsNamedByHand = Unseen.TrimToNull(conversation.Title) is not null,
                CreatedAt = begun,
                UpdatedAt = rows.Max(row => row.Row.CreatedAt),
                MessageCount = rows.Count,
                IsArchived = conversation.IsArchived,
                IsPinned = conversation.IsPinned,
                LeafMessageId = rows.FirstOrDefault(row => row.Id == conversation.Leaf).Row?.Id ?? rows[^1].Row.Id,
                SourceKey = key,
            }
        );
        registry.AddRange(rows.Select(row => row.Row));
        await registry.SaveChangesAsync(cancel);
        registry.AddRange(await left.LinkAsync(registry, blocks, cancel));
        await registry.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>The code of all answers, before anything is written.</summary>
    private List<CodeBlock> CodeIn(List<(string Id, ConversationMessage Row)> rows)
    {
        var asked = rows.ToDictionary(row => row.Row.Id, row => row.Row.Content);
        return
        [
            .. rows.Select(row => row.Row)
                .Where(row => row.Role == ConversationMessage.Assistant && CodeArchive.MayHaveCode(row.Content))
                .SelectMany(row =>
                    archive.BlocksOf(
                        new(
                            row.ConversationId,
                            row.Id,
                            access.Owner,
                            row.ParentId is { } parent ? asked.GetValueOrDefault(parent) : null,
                            row.Content,
                            row.CreatedAt
                        )
                    )
                ),
        ];
    }

    [LoggerMessage(LogLevel.Information, "{Conversations} conversations with {Messages} messages of {Source} were imported")]
    private partial void LogImported(int conversations, int messages, string source);

    [LoggerMessage(LogLevel.Warning, "An imported conversation could not be written")]
    private partial void LogFailed(Exception exception);
}
