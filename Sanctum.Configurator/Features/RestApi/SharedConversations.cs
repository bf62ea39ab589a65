using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Registry.Data.History;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>Which conversations others share, read once after each commit: no index knows them, and they are few.</summary>
internal sealed class SharedConversations(KeptReadings<string, SharedIds> kept)
{
    /// <summary>Beyond so many they are looked for with each call.</summary>
    private const int Most = 100;

    private static readonly string Sql =
        $"SELECT coalesce(json_group_array(id), '[]') FROM (SELECT id FROM conversations WHERE is_shared AND NOT is_temporary AND user_id IS NOT @p0 LIMIT {Most + 1})";

    /// <returns>Their ids; null where there are too many.</returns>
    public async Task<IReadOnlyList<string>?> OfOthersAsync(IRestRows rows, string me, CancellationToken cancel)
    {
        var found = await kept.GetAsync(
            me,
            async () =>
            {
                var values = new SqlText(rows.Dialect);
                values.Add(me);
                return new(JsonSerializer.Deserialize<List<string>>((string)(await rows.AskAsync(Sql, values, cancel))!)!);
            }
        );
        return found!.Ids.Count <= Most ? found.Ids : null;
    }
}

internal sealed record SharedIds(IReadOnlyList<string> Ids);
