using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;

namespace Sanctum.Configurator.Features.RestApi;

/// <summary>
/// Who may read and write which rows: of what belongs to people, the owner's own and what others share. Administrators are no exception.
/// </summary>
internal sealed class RestAccess(CurrentUser caller) : IRowAccess
{
    public const string Owner = "user_id";
    public const string Conversation = "conversation_id";

    /// <summary>The owner's word in the tables.</summary>
    public string Me =>
        caller.Id?.ToString(CultureInfo.InvariantCulture)
        ?? throw new RestFault(
            StatusCodes.Status403Forbidden,
            "42501",
            "this key belongs to no user",
            null,
            "Use an API key of a user; conversations belong to users."
        );

    public void Require(RestTable table)
    {
        if (!MayRead(table))
        {
            throw Denied(table, $"The key needs the permission {table.Policy}. Create one under API keys.");
        }
    }

    /// <summary>Whether the table is offered to whoever asks.</summary>
    public bool MayRead(RestTable table) => caller.Principal.HasClaim(Permissions.Claim, table.Policy);

    /// <summary>What others share, where it was looked up; null where that is not known, or very much.</summary>
    public IReadOnlyList<string>? Shared { get; set; }

    public void RequireWriting(RestTable table)
    {
        Require(table);
        if (!table.IsWritable)
        {
            throw Denied(table, "The registry's own tables are read-only here. Change them by the console or by /api.");
        }
    }

    /// <summary>Whether rows of the table belong to somebody.</summary>
    public static bool IsOwned(RestTable table) => table.IsWritable;

    public IReadOnlyList<RowsOf>? Readable(RestTable table, string alias, SqlText sql) =>
        table.Name switch
        {
            Tables.Conversations when Shared is [] => [Own(alias, sql)],
            Tables.Conversations => [Own(alias, sql), new($"({Among(alias, sql)}{SharedBy(alias)})")],
            "conversation_messages" =>
            [
                new(
                    $"EXISTS (SELECT 1 FROM conversations AS o WHERE o.id = {alias}.conversation_id AND ({Mine("o", sql)} OR ({SharedBy("o")})))"
                ),
            ],
            Tables.Memories => [Own(alias, sql), new($"({alias}.scope = 'shared' AND {alias}.status = 'active')")],
            Tables.CodeBlocks => [Own(alias, sql), new($"({alias}.user_id IS NULL AND {OfMyConversation(alias, sql)})")],
            _ when IsOwned(table) => [Own(alias, sql)],
            _ => null,
        };

    public string? Writable(RestTable table, string alias, SqlText sql) =>
        table.Name switch
        {
            "conversation_messages" => OfMyConversation(alias, sql),
            Tables.CodeBlocks => $"({Mine(alias, sql)} OR ({alias}.user_id IS NULL AND {OfMyConversation(alias, sql)}))",
            _ when IsOwned(table) => Mine(alias, sql),
            _ => null,
        };

    private string OfMyConversation(string alias, SqlText sql) =>
        $"EXISTS (SELECT 1 FROM conversations AS o WHERE o.id = {alias}.conversation_id AND {Mine("o", sql)})";

    private string Mine(string alias, SqlText sql) => $"{alias}.user_id = {sql.Add(Me)}";

    private RowsOf Own(string alias, SqlText sql) => new(Mine(alias, sql), AreOwners: true);

    /// <summary>The few that were looked up; whether they are still shared is asked all the same.</summary>
    private string Among(string alias, SqlText sql) =>
        Shared is null ? "" : $"{alias}.id IN (SELECT value FROM json_each({sql.Add(JsonSerializer.Serialize(Shared))})) AND ";

    private static string SharedBy(string alias) => $"{alias}.is_shared AND NOT {alias}.is_temporary";

    private static RestFault Denied(RestTable table, string hint) =>
        new(StatusCodes.Status403Forbidden, "42501", $"permission denied for table {table.Resource}", null, hint);
}
