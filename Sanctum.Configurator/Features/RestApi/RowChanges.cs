using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Features.Conversations.Keeping;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>
/// One transaction that writes rows of a table: what it changed goes into the history where the table keeps one, and whoever shows the rows
/// is told.
/// </summary>
internal sealed class RowChanges(
    RestStore store,
    RestTable table,
    ShortTermMemory said,
    Signal<ConversationChanged> conversations,
    Signal<RegistryChange> changes
)
{
    private readonly HashSet<Guid> _conversations = [];
    private Dictionary<Guid, SortedDictionary<string, object?>> _before = [];

    private bool KeepsHistory => table.KeepsHistory;

    private string? ConversationColumn =>
        table.Name == Tables.Conversations ? RestTable.Key
        : table.Name == "conversation_messages" ? RestAccess.Conversation
        : null;

    public async Task OpenAsync(CancellationToken cancel)
    {
        if (KeepsHistory)
        {
            await store.Registry.BeginWritingAsync(cancel);
        }
        else
        {
            await store.Registry.Database.BeginTransactionAsync(cancel);
        }
    }

    /// <param name="ids">Rows that are about to change, or to go.</param>
    public async Task BeginAsync(List<Guid> ids, CancellationToken cancel)
    {
        _before = await ImagesAsync(ids, cancel);
        await NoteAsync(ids, cancel);
    }

    public async Task EndAsync(List<Guid> added, List<Guid> written, List<Guid> deleted, CancellationToken cancel)
    {
        await NoteAsync(written, cancel);
        if (!KeepsHistory)
        {
            return;
        }

        var after = await ImagesAsync(written, cancel);
        var records = new List<ChangeRecord>();
        foreach (var (id, image) in after)
        {
            var (old, now) = _before.TryGetValue(id, out var before)
                ? RowDifference.Trim(RowDifference.Write(before), RowDifference.Write(image))
                : (null, RowDifference.Write(image));
            if (old is null || old != now)
            {
                records.Add(store.Registry.NewRecord(old is null ? "insert" : "update", table.Name, id.ToString(), old, now));
            }
        }

        records.AddRange(
            deleted.Select(id => store.Registry.NewRecord("delete", table.Name, id.ToString(), RowDifference.Write(_before[id]), null))
        );
        if (records.Count > 0)
        {
            await store.Registry.AppendAsync(records, cancel);
        }
    }

    /// <param name="keeps">False takes all of it back.</param>
    public async Task CloseAsync(bool keeps, CancellationToken cancel)
    {
        var database = store.Registry.Database;
        if (!keeps)
        {
            await database.RollbackTransactionAsync(cancel);
            return;
        }

        await (KeepsHistory ? store.Registry.CommitWritingAsync(cancel) : database.CommitTransactionAsync(cancel));
        await TellAsync();
    }

    /// <summary>Once it is committed.</summary>
    public async Task TellAsync()
    {
        foreach (var id in _conversations)
        {
            await said.ForgetAsync(id, CancellationToken.None);
            conversations.Publish(new(id));
        }

        changes.Publish(new([table.Name, .. _conversations.Count > 0 ? [Tables.Conversations] : Array.Empty<string>()]));
    }

    private async Task NoteAsync(List<Guid> ids, CancellationToken cancel)
    {
        if (ConversationColumn == RestTable.Key)
        {
            _conversations.UnionWith(ids);
        }
        else if (ids.Count > 0 && ConversationColumn is { } column)
        {
            var values = store.NewValues();
            _conversations.UnionWith(
                await store.IdsAsync(
                    $"SELECT DISTINCT {column} FROM {SqlDialect.Quote(table.Name)} WHERE id IN ({WriteSql.Ids(ids, values)})",
                    values,
                    cancel
                )
            );
        }
    }

    /// <summary>Rows as the history tells them.</summary>
    private async Task<Dictionary<Guid, SortedDictionary<string, object?>>> ImagesAsync(List<Guid> ids, CancellationToken cancel)
    {
        var images = new Dictionary<Guid, SortedDictionary<string, object?>>();
        if (!KeepsHistory || ids.Count == 0)
        {
            return images;
        }

        var values = store.NewValues();
        var properties = table.Entity.GetProperties().Where(property => property.IsInHistory() && !property.IsSecret()).ToList();
        var columns = string.Join(", ", properties.Select(property => SqlDialect.Quote(property.GetColumnName())));
        return await store.ReadAsync(
            $"SELECT id, {columns} FROM {SqlDialect.Quote(table.Name)} WHERE id IN ({WriteSql.Ids(ids, values)})",
            values,
            async reader =>
            {
                while (await reader.ReadAsync(cancel))
                {
                    var image = new SortedDictionary<string, object?>(StringComparer.Ordinal);
                    for (var at = 0; at < properties.Count; at++)
                    {
                        var isBoolean = table.Find(properties[at].GetColumnName())?.Kind == RestKind.Boolean;
                        image[properties[at].GetColumnName()] =
                            reader.IsDBNull(at + 1) ? null
                            : isBoolean ? reader.GetBoolean(at + 1)
                            : reader.GetValue(at + 1);
                    }

                    images[reader.GetGuid(0)] = image;
                }

                return images;
            },
            cancel
        );
    }
}
