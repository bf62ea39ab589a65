namespace Sanctum.Configurator.Features.RestApi.Catalog;

/// <summary>The registry's own tables, which are read and not written here.</summary>
internal static class RegistryTables
{
    public static readonly IReadOnlyList<(string Resource, string Table, string Policy, string Columns)> Agents =
    [
        Of(Tables.Agents, Policies.ReadRegistry, "id name letta_uid description status config is_active created_at updated_at version"),
        Of(
            Tables.Tools,
            Policies.ReadRegistry,
            "id name description emoji category status tool_type config_schema is_enabled created_at updated_at version"
        ),
        Of("tool_versions", Policies.ReadRegistry, "id tool_id description config_schema created_at updated_at version"),
        Of(
            Tables.ToolInstances,
            Policies.ReadRegistry,
            "id tool_id agent_id name status last_run next_run is_active created_at updated_at version"
        ),
        Of(Tables.Plugins, Policies.ReadRegistry, "id name type version status dependencies description is_enabled created_at updated_at"),
        Of("plugin_versions", Policies.ReadRegistry, "id plugin_id label description created_at updated_at version"),
        Of(Tables.PluginLinks, Policies.ReadRegistry, "id plugin_id agent_id tool_id created_at updated_at version"),
        Of(
            Tables.Configurations,
            Policies.ReadRegistry,
            "id key type scope scope_id description is_encrypted created_at updated_at version"
        ),
        Of(
            Tables.ScheduledJobs,
            Policies.ReadRegistry,
            "id name description cron_expression time_zone tool_instance_id action agent_id status problem last_run next_run is_enabled created_at updated_at version"
        ),
        Of(
            Tables.JobRuns,
            Policies.ReadRegistry,
            "id job_id job_name tool_instance_id action agent_id outcome due_at queued_at started_at ended_at milliseconds attempt"
        ),
        Of(Tables.Templates, Policies.ReadRegistry, "id name kind description created_at updated_at version"),
    ];

    public static readonly IReadOnlyList<(string Resource, string Table, string Policy, string Columns)> Models =
    [
        Of(
            Tables.LlmConfig,
            Policies.ReadRegistry,
            "id type model active is_primary enabled purpose dimension has_tools has_structured_output lives_until fallback_order created_at updated_at version"
        ),
        Of(Tables.LlmChecks, Policies.ReadRegistry, "id config_id checked_at checked_by model verdict is_up latency_ms first_token_ms"),
        Of(Tables.LlmLimits, Policies.ReadRegistry, "id user_id period max_tokens max_cost_micros created_at updated_at version"),
        Of(
            Tables.LlmPrices,
            Policies.ReadRegistry,
            "id type model kind valid_from valid_until micros_per_million created_at updated_at version"
        ),
        Of(Tables.LlmRetirements, Policies.ReadRegistry, "id type model ends_on replacement source created_at updated_at version"),
        Of(
            "llm_usage",
            Policies.ReadRegistry,
            "id used_at config_id type model agent_id input_tokens cached_read_tokens cache_write_tokens output_tokens reasoning_tokens embedding_tokens cost_micros first_token_ms total_ms outcome"
        ),
        Of(Tables.McpServers, Policies.ReadRegistry, "id name enabled description transport sign_in created_at updated_at version"),
        Of(
            Tables.McpTools,
            Policies.ReadRegistry,
            "id server_id kind name state approved_by approved_at seen_at tool_id created_at updated_at version"
        ),
        Of(
            Tables.McpChecks,
            Policies.ReadRegistry,
            "id server_id checked_at checked_by verdict is_up latency_ms era protocol_version transport server_name server_version tools"
        ),
        Of(Tables.VectorIndexes, Policies.ReadSettings, "id config_id model dimension number status created_at built_at activated_at"),
    ];

    public static readonly IReadOnlyList<(string Resource, string Table, string Policy, string Columns)> Keeping =
    [
        Of(
            Tables.SystemConfig,
            Policies.ReadSettings,
            "id environment debug_mode last_connected flask_port smcp_port letta_server_port letta_connection_timeout letta_check_interval letta_server_active letta_server_kind created_at updated_at version"
        ),
        Of(
            Tables.SystemConfigProfiles,
            Policies.ReadSettings,
            "id environment debug_mode flask_port smcp_port letta_server_port letta_connection_timeout letta_check_interval letta_server_active letta_server_kind created_at updated_at version"
        ),
        Of(
            "connection_checks",
            Policies.ReadSettings,
            "id checked_at checked_by is_of_saved verdict is_up http_status latency_ms server_version agents"
        ),
        Of("connection_rollups", Policies.ReadSettings, "id period starts_at checks failures latency_sum latency_min latency_max"),
        Of("change_history", Policies.ReadHistory, "id chain_number changed_at actor user_id act table_name row_id"),
        Of(
            Tables.Proposals,
            Policies.ReadHistory,
            "id key_name title state expires_at decided_by decided_at created_at updated_at version"
        ),
        Of(
            Tables.Backups,
            Policies.ReadBackups,
            "id name description type status size_bytes expires_at is_auto is_encrypted trigger drilled_at created_at updated_at version"
        ),
        Of(Tables.BackupCopies, Policies.ReadBackups, "id backup_id target_id state attempts retry_at stored_at created_at"),
        Of(
            Tables.BackupTargets,
            Policies.ReadBackups,
            "id name kind is_on keep_last keep_days keep_hourly keep_daily keep_weekly keep_monthly keep_yearly created_at updated_at version"
        ),
        Of(
            Tables.BackupSettings,
            Policies.ReadBackups,
            "id full_every_days with_logs with_letta_agents with_sanctum_files with_letta_files with_broca drill created_at updated_at version"
        ),
        Of(
            Tables.Alerts,
            Policies.ReadLogs,
            "id name query threshold window_seconds level is_enabled is_raised last_checked_at last_raised_at last_count created_at updated_at version"
        ),
        Of("log_files", Policies.ReadLogs, "id format source source_id is_on created_at updated_at version"),
        Of(Tables.LogRetention, Policies.ReadLogs, "id days other_days megabytes created_at updated_at version"),
        Of(
            Tables.Notifications,
            Policies.ReadRegistry,
            "id level title message source link group_key is_lasting occurrences created_at last_at read_at read_by resolved_at"
        ),
        Of(
            Tables.NotificationChannels,
            Policies.ReadRegistry,
            "id name kind is_enabled min_level tells_resolved time_zone last_delivered_at last_failed_at failing_since created_at updated_at version"
        ),
        Of(
            "notification_deliveries",
            Policies.ReadRegistry,
            "id notification_id channel_id event state attempts due_at is_held status created_at ended_at"
        ),
    ];

    public static readonly IReadOnlyList<(string Resource, string Table, string Policy, string Columns)> People =
    [
        Of(
            Tables.LettaUsers,
            Policies.ReadMessages,
            "id created_at last_active conversation_history_limit is_active display_name merged_into hold_reason updated_at version"
        ),
        Of(
            Tables.PlatformProfiles,
            Policies.ReadMessages,
            "id letta_user_id platform platform_user_id username display_name created_at last_active updated_at version"
        ),
        // Messages of conversations have the name of seed 004.
        (
            "letta_messages",
            Tables.Messages,
            Policies.ReadMessages,
            "id letta_user_id platform_profile_id role message timestamp processed agent_response agent_id channel_id chat edited_from sent_by note noted_by"
        ),
        Of(
            Tables.Queue,
            Policies.ReadMessages,
            "id letta_user_id message_id status attempt_count timestamp agent_id channel_id platform not_before is_urgent started_at ended_at cause"
        ),
        Of("queue_attempts", Policies.ReadMessages, "id queue_id number started_at ended_at outcome cause"),
        Of(Tables.QueuePauses, Policies.ReadMessages, "id scope subject reason paused_by paused_at until"),
        Of(
            Tables.Outbox,
            Policies.ReadMessages,
            "id message_id queue_id letta_user_id channel_id chat part text status attempt_count queued_at not_before sent_at"
        ),
        Of(
            Tables.Channels,
            Policies.ReadMessages,
            "id name platform agent_id connector is_enabled mode burst_seconds during_run most_attempts keep_days last_contact created_at updated_at version"
        ),
        Of(Tables.BrocaImports, Policies.ManageMessages, "id agent_id imported_by imported_at undone_by undone_at"),
    ];

    private static (string Resource, string Table, string Policy, string Columns) Of(string table, string policy, string columns) =>
        (table, table, policy, columns);
}
