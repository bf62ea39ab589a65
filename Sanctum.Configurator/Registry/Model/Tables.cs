namespace Sanctum.Configurator.Registry.Model;

/// <summary>The tables that are named where their changes are followed.</summary>
public static class Tables
{
    public const string Agents = "agents";
    public const string Alerts = "alerts";
    public const string BackupCopies = "backup_copies";
    public const string BackupSettings = "backup_settings";
    public const string BackupTargets = "backup_targets";
    public const string Backups = "backups";
    public const string BrocaImports = "broca_imports";
    public const string Channels = "channels";
    public const string Configurations = "configurations";
    public const string ConversationRuns = "conversation_runs";
    public const string CodeBlocks = "generated_code";
    public const string Conversations = "conversations";
    public const string DesignFiles = "design_files";
    public const string LettaUsers = "letta_users";
    public const string JobRuns = "job_runs";
    public const string LlmChecks = "llm_checks";
    public const string LlmConfig = "llm_config";
    public const string LlmLimits = "llm_limits";
    public const string LlmPrices = "llm_prices";
    public const string LlmRetirements = "llm_retirements";
    public const string LogRetention = "log_retention";
    public const string LogViews = "log_views";
    public const string McpChecks = "mcp_checks";
    public const string McpServers = "mcp_servers";
    public const string McpTokens = "mcp_tokens";
    public const string McpTools = "mcp_tools";
    public const string Memories = "memory_long_term";
    public const string MemoryExtractions = "memory_extractions";
    public const string MemorySettings = "memory_settings";
    public const string Messages = "messages";
    public const string NotificationChannels = "notification_channels";
    public const string Notifications = "notifications";
    public const string Outbox = "outbox";
    public const string PlatformProfiles = "platform_profiles";
    public const string PluginConfig = "plugin_config";
    public const string PluginLinks = "plugin_links";
    public const string Plugins = "plugins";
    public const string Proposals = "proposals";
    public const string Queue = "queue";
    public const string QueueActs = "queue_acts";
    public const string QueuePauses = "queue_pauses";
    public const string ScheduledJobs = "scheduled_jobs";
    public const string SystemConfig = "system_config";
    public const string SystemConfigProfiles = "system_config_profiles";
    public const string Templates = "templates";
    public const string ToolInstances = "tool_instances";
    public const string Tools = "tools";
    public const string UserPreferences = "user_preferences";
    public const string UserSessions = "user_sessions";
    public const string VectorIndexes = "vector_indexes";
    public const string Users = "users";
}
