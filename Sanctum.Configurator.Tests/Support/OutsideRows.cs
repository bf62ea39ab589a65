namespace Sanctum.Configurator.Tests.Support;

/// <summary>
/// One row for each table of seeds 000 and 001, inserted as another program does: plain SQL that names the seed's columns only.
/// </summary>
public static class OutsideRows
{
    /// <summary>The tables in the order of their foreign keys. Each row gets id 1; <c>system_config</c> has its row already.</summary>
    public static readonly IReadOnlyList<(string Table, string Insert)> All =
    [
        (
            "users",
            "INSERT INTO users (username, email, role, permissions, last_login, is_active) VALUES ('Ada', 'Ada@Example.org', 'admin', '[\"settings:read\"]', '2026-11-21 09:00:00', true)"
        ),
        (
            "user_sessions",
            "INSERT INTO user_sessions (user_id, session_token, expires_at, ip_address, user_agent) VALUES (1, 'token', '2026-12-01 00:00:00', '127.0.0.1', 'curl')"
        ),
        (
            "agents",
            "INSERT INTO agents (name, description, status, config, is_active) VALUES ('Athena', 'Sanctum Configuration Assistant', 'Healthy', '{\"a\": 1}', true)"
        ),
        (
            "tools",
            "INSERT INTO tools (name, description, emoji, category, status, tool_type, config_schema, is_enabled) VALUES ('System Settings', 'Base ports', '⚙️', 'master', 'Degraded', 'config', '{}', true)"
        ),
        (
            "tool_instances",
            "INSERT INTO tool_instances (tool_id, agent_id, name, config, status, last_run, next_run, is_active) VALUES (1, NULL, 'Main', '{}', 'Off', '2026-11-21 09:00:00', NULL, false)"
        ),
        (
            "configurations",
            "INSERT INTO configurations (key, value, type, scope, scope_id, description, is_encrypted) VALUES ('theme', 'dark', 'string', 'system', NULL, 'Look', false)"
        ),
        (
            "plugins",
            "INSERT INTO plugins (name, type, version, status, config, dependencies, is_enabled) VALUES ('Search', 'mcp', '1.2.3', 'Active', '{}', '[]', true)"
        ),
        (
            "scheduled_jobs",
            "INSERT INTO scheduled_jobs (name, description, cron_expression, tool_instance_id, agent_id, status, last_run, next_run, is_enabled) VALUES ('Nightly', 'Cleans', '0 3 * * *', 1, 1, 'Paused', NULL, '2026-11-22 03:00:00', true)"
        ),
        (
            "logs",
            "INSERT INTO logs (level, source, source_id, message, details, user_id) VALUES ('WARNING', 'agent', 1, 'Slow', '{\"ms\": 900}', 1)"
        ),
        (
            "backups",
            "INSERT INTO backups (name, description, type, status, file_path, size_bytes, checksum, expires_at, is_auto) VALUES ('Nightly', 'All', 'config_only', 'In Progress', 'b.zip', 5000000000, 'abc', '2026-12-21 09:00:00', true)"
        ),
        (
            "plugin_config",
            "INSERT INTO plugin_config (plugin_name, config_key, config_value, config_type) VALUES ('Search', 'engine', 'local', 'string')"
        ),
    ];

    public static async Task InsertAllAsync(TestRegistry registry)
    {
        foreach (var (table, insert) in All)
        {
            await registry.OutsideAsync(insert, table);
        }
    }
}
