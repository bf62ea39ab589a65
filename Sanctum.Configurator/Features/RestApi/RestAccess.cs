using System.Globalization;
using Sanctum.Configurator.Features.RestApi.Catalog;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Features.RestApi.Sql;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Model;

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
    public bool MayRead(RestTable table) => caller.Permissions.Contains(table.Policy);

    public void RequireWriting(RestTable table)
    {
        Require(table);
        if (!table.IsWritable)
        {
            throw Denied(table, "The registry's own tables are read-only here. Change them by the console or by /api.");
        }
    }

    /// <summary>Whether rows of the table belong to somebody.</summary>
    public static bool IsOwned(RestTable table) => table.Policy == Policies.UseConversations;

    public string? Readable(RestTable table, string alias, SqlText sql) =>
        table.Name switch
        {
            Tables.Conversations => $"({Mine(alias, sql)} OR {Shared(alias)})",
            "conversation_messages" =>
                $"EXISTS (SELECT 1 FROM conversations AS o WHERE o.id = {alias}.conversation_id AND ({Mine("o", sql)} OR {Shared("o")}))",
            Tables.Memories => $"({Mine(alias, sql)} OR ({alias}.scope = 'shared' AND {alias}.status = 'active'))",
            _ => Writable(table, alias, sql),
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

    private static string Shared(string alias) => $"({alias}.is_shared AND NOT {alias}.is_temporary)";

    private static RestFault Denied(RestTable table, string hint) =>
        new(StatusCodes.Status403Forbidden, "42501", $"permission denied for table {table.Resource}", null, hint);
}
