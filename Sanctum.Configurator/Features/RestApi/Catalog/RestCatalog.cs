using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Sanctum.Configurator.Features.RestApi.Parsing;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;
using Sanctum.Configurator.Registry.Model;

namespace Sanctum.Configurator.Features.RestApi.Catalog;

/// <summary>The tables and columns that are offered: those that are listed here, and no other.</summary>
internal sealed class RestCatalog
{
    /// <summary>
    /// Columns by table. A plus sign marks those that are set by whoever adds the row, an asterisk those that can be changed as well.
    /// </summary>
    private static readonly (string Resource, string Table, string Policy, string Columns)[] Offered =
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
        (
            Tables.Agents,
            Tables.Agents,
            Policies.ReadRegistry,
            "id name letta_uid description status config is_active created_at updated_at version"
        ),
        (
            Tables.Tools,
            Tables.Tools,
            Policies.ReadRegistry,
            "id name description emoji category status tool_type config_schema is_enabled created_at updated_at version"
        ),
        ("tool_versions", "tool_versions", Policies.ReadRegistry, "id tool_id description config_schema created_at updated_at version"),
        (
            Tables.ToolInstances,
            Tables.ToolInstances,
            Policies.ReadRegistry,
            "id tool_id agent_id name status last_run next_run is_active created_at updated_at version"
        ),
        (
            Tables.Plugins,
            Tables.Plugins,
            Policies.ReadRegistry,
            "id name type version status dependencies description is_enabled created_at updated_at"
        ),
        (Tables.PluginLinks, Tables.PluginLinks, Policies.ReadRegistry, "id plugin_id agent_id tool_id created_at updated_at version"),
        (
            Tables.Configurations,
            Tables.Configurations,
            Policies.ReadRegistry,
            "id key type scope scope_id description is_encrypted created_at updated_at version"
        ),
        (
            Tables.ScheduledJobs,
            Tables.ScheduledJobs,
            Policies.ReadRegistry,
            "id name description cron_expression time_zone tool_instance_id action agent_id status problem last_run next_run is_enabled created_at updated_at version"
        ),
        (
            Tables.JobRuns,
            Tables.JobRuns,
            Policies.ReadRegistry,
            "id job_id job_name tool_instance_id action agent_id outcome due_at queued_at started_at ended_at milliseconds attempt"
        ),
        (Tables.Templates, Tables.Templates, Policies.ReadRegistry, "id name kind description created_at updated_at version"),
    ];

    private readonly Dictionary<string, RestTable> _tables;

    private RestCatalog(IEnumerable<RestTable> tables) => _tables = tables.ToDictionary(table => table.Resource);

    public IEnumerable<RestTable> All => _tables.Values;

    public static RestCatalog Of(IModel model)
    {
        var offered = Offered.ToDictionary(given => given.Table, given => (given, Columns: ColumnsOf(model, given.Table, given.Columns)));
        return new(
            offered.Values.Select(table =>
            {
                var entity = EntityOf(model, table.given.Table);
                return new RestTable(
                    table.given.Resource,
                    table.given.Table,
                    table.given.Policy,
                    table.Columns,
                    table.given.Table == Tables.UserPreferences
                        ?
                        [
                            [RestTable.Key],
                            ["user_id"],
                        ]
                        :
                        [
                            [RestTable.Key],
                        ],
                    [
                        .. RelationsOf(
                            entity,
                            offered.ToDictionary(other => other.Key, other => (other.Value.given.Resource, other.Value.Columns))
                        ),
                    ]
                );
            })
        );
    }

    /// <exception cref="RestFault">There is none, or it is not offered.</exception>
    public RestTable Table(string resource) =>
        _tables.GetValueOrDefault(resource)
        ?? throw new RestFault(
            StatusCodes.Status404NotFound,
            "PGRST205",
            $"Could not find the table 'public.{RestFault.Shorten(resource)}' in the schema cache",
            null,
            NearestName.Find(resource, _tables.Keys) is { } near
                ? $"Perhaps you meant the table 'public.{near}'"
                : "GET /rest/v1/ lists the tables that are offered."
        );

    private static IEntityType EntityOf(IModel model, string table) =>
        model.GetEntityTypes().Single(entity => entity.GetTableName() == table);

    private static List<RestColumn> ColumnsOf(IModel model, string table, string columns)
    {
        var byName = EntityOf(model, table).GetProperties().ToDictionary(property => property.GetColumnName());
        return
        [
            .. columns
                .Split(' ')
                .Select(column =>
                {
                    var property = byName[column.TrimEnd('+', '*')];
                    return new RestColumn(
                        property.GetColumnName(),
                        KindOf(property),
                        property.IsNullable,
                        property.ClrType == typeof(string) ? property.GetMaxLength() : null,
                        property.ClrType == typeof(long) || property.ClrType == typeof(long?),
                        column[^1] == '*' ? RestWriting.Always
                            : column[^1] == '+' ? RestWriting.Once
                            : RestWriting.Never
                    );
                }),
        ];
    }

    private static RestKind KindOf(IProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return property.IsJson() ? RestKind.Json
            : type == typeof(bool) ? RestKind.Boolean
            : type == typeof(int) || type == typeof(long) ? RestKind.Integer
            : type == typeof(double) ? RestKind.Number
            : type == typeof(DateTimeOffset) ? RestKind.Time
            : type == typeof(Guid) ? RestKind.Uuid
            : type == typeof(string) || type.IsEnum ? RestKind.Text
            : throw new NotSupportedException($"{property.DeclaringType.DisplayName()}.{property.Name} has a type that REST can't tell.");
    }

    private static IEnumerable<RestRelation> RelationsOf(
        IEntityType entity,
        Dictionary<string, (string Resource, List<RestColumn> Columns)> offered
    )
    {
        bool Offers(IReadOnlyEntityType type, IReadOnlyProperty property) =>
            offered[type.GetTableName()!].Columns.Any(column => column.Name == property.GetColumnName());
        foreach (var key in entity.GetForeignKeys().Where(key => offered.ContainsKey(key.PrincipalEntityType.GetTableName()!)))
        {
            if (key.Properties is [var from] && key.PrincipalKey.Properties is [var to] && Offers(entity, from))
            {
                yield return new(
                    offered[key.PrincipalEntityType.GetTableName()!].Resource,
                    false,
                    from.GetColumnName(),
                    to.GetColumnName(),
                    key.GetConstraintName()!
                );
            }
        }

        foreach (var key in entity.GetReferencingForeignKeys().Where(key => offered.ContainsKey(key.DeclaringEntityType.GetTableName()!)))
        {
            if (key.Properties is [var to] && key.PrincipalKey.Properties is [var from] && Offers(key.DeclaringEntityType, to))
            {
                yield return new(
                    offered[key.DeclaringEntityType.GetTableName()!].Resource,
                    true,
                    from.GetColumnName(),
                    to.GetColumnName(),
                    key.GetConstraintName()!
                );
            }
        }
    }
}
