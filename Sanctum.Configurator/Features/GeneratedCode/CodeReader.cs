using Sanctum.Configurator.Features.Messaging.Messages;
using CodeBlock = Sanctum.Configurator.Registry.GeneratedCode.CodeBlock;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>Lists, finds and reads code for whoever may see it. What he may not see is not there.</summary>
public sealed class CodeReader(IDbContextFactory<RegistryDbContext> registries, CodeAccess access)
{
    private const int MostOfExcerpt = 400;
    private const int MostChoices = 100;
    private const int MostOthers = 50;

    /// <summary>The newest answer first, and its blocks in their order.</summary>
    /// <returns>The page, or what is wrong with the words.</returns>
    public async Task<Outcome<PageOf<CodeRow>>> ListAsync(CodeFilter filter, PageRequest page, CancellationToken cancel)
    {
        if (await access.RefuseAsync<PageOf<CodeRow>>() is { } mayNot)
        {
            return mayNot;
        }

        var (words, problem) = MessageWords.Read(filter.Words);
        if (problem is not null)
        {
            return new Outcome<PageOf<CodeRow>>.Invalid("q", problem);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = Filtered(registry, filter, words).AsNoTracking();
        var total = await found.CountAsync(cancel);
        var ordered = found.OrderByDescending(c => c.CreatedAt).ThenByDescending(c => c.MessageId).ThenBy(c => c.Ordinal).ThenBy(c => c.Id);
        return new Outcome<PageOf<CodeRow>>.Ok(new(await RowsAsync(ordered.Skip(page.Skip).Take(page.Take), cancel), total));
    }

    /// <summary>The languages and names that the caller's code has, those of his newest code first.</summary>
    public async Task<CodeChoices> ChoicesAsync(CancellationToken cancel)
    {
        if (!await access.MayAsync())
        {
            return new([], []);
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var own = access.Own(registry);
        var languages = await own.Where(c => c.Language != null)
            .GroupBy(c => c.Language!.ToLower())
            .OrderByDescending(same => same.Count())
            .ThenBy(same => same.Key)
            .Select(same => same.Key)
            .Take(MostChoices)
            .ToListAsync(cancel);
        var names = await own.Where(c => c.ComponentName != null)
            .GroupBy(c => c.ComponentName!)
            .OrderByDescending(same => same.Max(c => c.CreatedAt))
            .ThenBy(same => same.Key)
            .Select(same => same.Key)
            .Take(MostChoices)
            .ToListAsync(cancel);
        return new(languages, [.. names.Order(StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>Null where it is not there for the caller.</summary>
    public async Task<CodeView?> FindAsync(Guid id, CancellationToken cancel)
    {
        if (!await access.MayAsync())
        {
            return null;
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await access.Readable(registry).AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } code)
        {
            return null;
        }

        var others = access
            .Readable(registry)
            .AsNoTracking()
            .Where(c => c.Id != id)
            .Where(c =>
                (code.MessageId != null && c.MessageId == code.MessageId)
                || (code.ComponentName != null && c.ComponentName == code.ComponentName && c.UserId == code.UserId)
            )
            .OrderByDescending(c => c.CreatedAt)
            .ThenBy(c => c.Ordinal)
            .ThenBy(c => c.Id)
            .Take(MostOthers);
        return new(
            Row(code, code.Code.Length, code.Code),
            code.Code,
            code.Prompt,
            CodePreview.WhyNot(code.Language, code.Code),
            await RowsAsync(others, cancel)
        );
    }

    private IQueryable<CodeBlock> Filtered(RegistryDbContext registry, CodeFilter filter, MessageWords words)
    {
        var isOfOne = filter.Conversation is not null || filter.Message is not null;
        var code = isOfOne ? access.Readable(registry) : access.Own(registry);
        if (!words.IsNone)
        {
            var found = CodeSearch.Having(registry, words).Select(c => c.Id);
            var text = filter.Words!.Trim().Trim('"', '*');
            code = code.Where(c => found.Contains(c.Id) || (c.ComponentName != null && c.ComponentName.Contains(text)));
        }

        if (Unseen.TrimToNull(filter.Language)?.ToLowerInvariant() is { } language)
        {
#pragma warning disable CA1862 // A database compares by what it can translate.
            code = code.Where(c => c.Language != null && c.Language.ToLower() == language);
#pragma warning restore CA1862
        }

        if (!string.IsNullOrEmpty(filter.Name))
        {
            code = code.Where(c => c.ComponentName == filter.Name);
        }

        code = filter.Conversation is { } conversation ? code.Where(c => c.ConversationId == conversation) : code;
        return filter.Message is { } message ? code.Where(c => c.MessageId == message) : code;
    }

    private async Task<IReadOnlyList<CodeRow>> RowsAsync(IQueryable<CodeBlock> code, CancellationToken cancel)
    {
        var rows = await code.Select(c => new
            {
                Block = new CodeBlock
                {
                    Id = c.Id,
                    ComponentName = c.ComponentName,
                    VariantLabel = c.VariantLabel,
                    Language = c.Language,
                    CreatedAt = c.CreatedAt,
                    ConversationId = c.ConversationId,
                    MessageId = c.MessageId,
                    Ordinal = c.Ordinal,
                    UserId = c.UserId,
                    Code = c.Code.Substring(0, MostOfExcerpt),
                },
                c.Code.Length,
            })
            .ToListAsync(cancel);
        return [.. rows.Select(row => Row(row.Block, row.Length, row.Block.Code))];
    }

    private CodeRow Row(CodeBlock code, int length, string text) =>
        new(
            code.Id,
            code.ComponentName,
            code.VariantLabel,
            code.Language,
            code.CreatedAt,
            code.ConversationId,
            code.MessageId,
            code.Ordinal,
            length,
            WholeText.Of(text.Length <= MostOfExcerpt ? text : text[..MostOfExcerpt]),
            code.UserId == access.Owner
        );
}
