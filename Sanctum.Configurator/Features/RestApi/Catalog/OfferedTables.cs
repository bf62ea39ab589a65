namespace Sanctum.Configurator.Features.RestApi.Catalog;

/// <summary>
/// What is offered: the tables and columns that are listed here, and no other. Left out by rule are secrets and what they are checked by,
/// addresses, which may hold one, paths of this machine, and what a server said when something failed.
/// </summary>
internal static class OfferedTables
{
    /// <summary>
    /// Columns by table. A plus sign marks those that are set by whoever adds the row, an asterisk those that can be changed as well. The
    /// permission is that of the page that shows the table.
    /// </summary>
    public static readonly IReadOnlyList<(string Resource, string Table, string Policy, string Columns)> All =
    [
        (
            "conversations",
            Tables.Conversations,
            Policies.UseConversations,
            "id+ user_id+ title* created_at* updated_at* message_count is_archived* is_pinned* is_temporary+ is_shared* partner agent_id version"
        ),
        (
            "messages",
            "conversation_messages",
            Policies.UseConversations,
            "id+ conversation_id+ role+ content* code* variant_codes* created_at* parent_id is_summary state reasoning tool_calls attachments model input_tokens output_tokens problem"
        ),
        (
            Tables.CodeBlocks,
            Tables.CodeBlocks,
            Policies.UseConversations,
            "id+ conversation_id+ message_id+ component_name* code+ prompt* variant_label* created_at* user_id+ language* ordinal"
        ),
        (
            Tables.UserPreferences,
            Tables.UserPreferences,
            Policies.UseConversations,
            "id+ user_id+ preferred_style* dark_mode* settings* uses_memory* created_at* updated_at* version"
        ),
        (
            Tables.Memories,
            Tables.Memories,
            Policies.UseConversations,
            "id+ user_id+ memory_type* content* relevance_score* source_conversation_id+ created_at* last_accessed* use_count scope agent_id status held_because valid_from* valid_to* superseded_by source_message_id extracted_by updated_at* version"
        ),
        .. RegistryTables.Agents,
        .. RegistryTables.Models,
        .. RegistryTables.Keeping,
        .. RegistryTables.People,
    ];
}
