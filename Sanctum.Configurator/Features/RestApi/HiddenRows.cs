using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>
/// Whether a table has rows that somebody does not see. It says nothing of which: were it asked under the caller's own filters, others'
/// words could be guessed by it.
/// </summary>
internal sealed class HiddenRows(KeptReadings<HiddenKey, HiddenAnswer> kept)
{
    public async Task<bool> AnyAsync(IRestRows store, RestTable table, RestAccess access, CancellationToken cancel) =>
        (await kept.GetAsync(new(table.Name, access.Me), () => ReadAsync(store, table, access, cancel)))!.Any;

    private static async Task<HiddenAnswer?> ReadAsync(IRestRows store, RestTable table, RestAccess access, CancellationToken cancel)
    {
        var values = new SqlText(store.Dialect);
        var me = values.Add(access.Me);
        var others = $"(user_id < {me} OR user_id > {me} OR user_id IS NULL)"; // Each of them by the index.
        var which = table.Name switch
        {
            Tables.Conversations => $"conversations AS t WHERE {others} AND NOT (t.is_shared AND NOT t.is_temporary)",
            "conversation_messages" =>
                $"conversations AS t WHERE {others} AND NOT (t.is_shared AND NOT t.is_temporary) AND EXISTS (SELECT 1 FROM conversation_messages AS m WHERE m.conversation_id = t.id)",
            _ => $"{table.Name} AS t WHERE {others} AND NOT coalesce({RowsOf.Any(access.Readable(table, "t", values)!)}, false)",
        };
        return new(
            Convert.ToInt32(
                await store.AskAsync($"SELECT CASE WHEN EXISTS (SELECT 1 FROM {which}) THEN 1 ELSE 0 END", values, cancel),
                CultureInfo.InvariantCulture
            ) == 1
        );
    }
}

internal readonly record struct HiddenKey(string Table, string User);

internal sealed record HiddenAnswer(bool Any);
