using Sanctum.Configurator.Features.Messaging.Broca.Reading;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>What is transferred, and whereto.</summary>
/// <param name="Source">The installation that it is of.</param>
/// <param name="ImportId">Null where nothing is written: a preview.</param>
internal sealed record BrocaTarget(string Source, int? ImportId, int? AgentId, DateTimeOffset Now)
{
    public bool IsPreview => ImportId is null;

    public string KeyOf(string table, long id) => string.Create(CultureInfo.InvariantCulture, $"{Source}:{table}:{id}");
}

/// <summary>
/// Carries a database of Broca's over, within the caller's transaction: people, then messages, then the queue. Rows are known again by
/// their keys, so that what is here already is not brought twice.
/// </summary>
internal sealed class BrocaTransfer(
    RegistryDbContext registry,
    BrocaDatabase database,
    BrocaTarget target,
    Action<BrocaProgress> progress,
    CancellationToken cancel
)
{
    private const int Batch = 500;
    private const string OfAnother =
        "Another Broca was imported under this source: its messages have other texts. Give this one a name of its own as its source.";

    private readonly BrocaFindings _findings = new();
    private readonly List<AsideRow> _aside = [];

    public async Task<BrocaReport> RunAsync()
    {
        var shape = BrocaShape.Of(database);
        var source = new BrocaSource(database, shape, _findings, _aside.Add, target.Now);
        var before = await BroughtBeforeAsync();
        var asides = new KeptAsideRows(registry, target, cancel);
        await asides.BeginAsync();

        using var ofPeople = new TableComparison(shape.Users.Name, target.IsPreview);
        using var ofProfiles = new TableComparison("platform_profiles", target.IsPreview);
        using var ofMessages = new TableComparison("messages", target.IsPreview);
        using var ofQueue = new TableComparison("queue", target.IsPreview);
        progress(new("People", 0, database.Count(shape.Users)));
        var people = await new PeopleTransfer(registry, target, source, before, ofPeople, ofProfiles, _aside.Add, cancel).RunAsync();
        await asides.WriteAsync(_aside);

        var messages = new MessageTransfer(registry, target, people, before, ofMessages, cancel);
        var total = database.Count(shape.Messages);
        foreach (var batch in source.ReadMessages().Chunk(Batch))
        {
            cancel.ThrowIfCancellationRequested();
            await messages.TakeAsync(batch);
            await asides.WriteAsync(_aside);
            progress(new("Messages", Math.Min(total, ofMessages.Report.New + ofMessages.Report.Known), total));
        }

        await asides.WriteAsync(_aside);
        var entries = new QueueTransfer(registry, target, messages, before, ofQueue, cancel);
        total = shape.Queue is { } queue ? database.Count(queue) : 0;
        foreach (var batch in source.ReadQueue(messages.Find).Chunk(Batch))
        {
            cancel.ThrowIfCancellationRequested();
            await entries.TakeAsync(batch);
            await asides.WriteAsync(_aside);
            progress(new("Queue", Math.Min(total, ofQueue.Report.New + ofQueue.Report.Known), total));
        }

        await asides.WriteAsync(_aside);
        await entries.KeepBeforeAsync(asides);
        await messages.KeepBeforeAsync(asides);
        return new(
            [
                End(ofPeople, shape.Users, asides),
                .. shape.Profiles is { } profiles ? [End(ofProfiles, profiles, asides)] : Array.Empty<BrocaTableReport>(),
                End(ofMessages, shape.Messages, asides),
                .. shape.Queue is { } table ? [End(ofQueue, table, asides)] : Array.Empty<BrocaTableReport>(),
            ],
            _findings.List
        )
        {
            Problem = messages.IsOfAnother ? OfAnother : null,
            Brought = new(shape.IsFirst ? "" : $"{people.Brought}", $"{messages.Brought}", $"{entries.Brought}"),
        };
    }

    private BrocaTableReport End(TableComparison compared, BrocaTable? table, KeptAsideRows asides) =>
        compared.End(table is null ? 0 : database.Count(table), asides.CountOf(compared.Report.Table));

    /// <summary>What imports of the same source brought that were not undone: what is not here any more was erased here.</summary>
    private async Task<BroughtBefore> BroughtBeforeAsync()
    {
        var reports = await registry
            .BrocaImports.AsNoTracking()
            .Where(i => i.Source == target.Source && i.UndoneAt == null && i.Id != target.ImportId)
            .Select(i => i.Report)
            .ToListAsync(cancel);
        return new([
            .. reports
                .Select(report => report is null ? null : JsonSerializer.Deserialize<BrocaReport>(report, ApiJson.Options)?.Brought)
                .OfType<BrocaBrought>(),
        ]);
    }
}

/// <summary>What was brought of a source before.</summary>
internal sealed class BroughtBefore(IReadOnlyList<BrocaBrought> imports)
{
    private readonly IReadOnlyList<IdRanges> _users = [.. imports.Select(i => IdRanges.Parse(i.Users))];
    private readonly IReadOnlyList<IdRanges> _messages = [.. imports.Select(i => IdRanges.Parse(i.Messages))];
    private readonly IReadOnlyList<IdRanges> _queue = [.. imports.Select(i => IdRanges.Parse(i.Queue))];

    public bool IsAny => imports.Count > 0;

    public bool HasUser(long id) => _users.Any(ranges => ranges.Contains(id));

    public bool HasMessage(long id) => _messages.Any(ranges => ranges.Contains(id));

    public bool HasEntry(long id) => _queue.Any(ranges => ranges.Contains(id));
}
