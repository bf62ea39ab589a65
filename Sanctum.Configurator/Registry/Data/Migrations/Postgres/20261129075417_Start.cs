using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Start : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "agents",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    letta_uid = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "Ready"),
                    config = table.Column<string>(type: "jsonb", nullable: true),
                    is_active = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agents", x => x.id);
                    table.CheckConstraint("CK_agents_status", "status IN ('Ready', 'Healthy', 'Degraded', 'Off')");
                });

            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    query = table.Column<string>(type: "text", nullable: false),
                    threshold = table.Column<int>(type: "integer", nullable: false),
                    window_seconds = table.Column<int>(type: "integer", nullable: false),
                    level = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    is_raised = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    last_checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_count = table.Column<int>(type: "integer", nullable: true),
                    last_failure = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts", x => x.id);
                    table.CheckConstraint("CK_alerts_level", "level IN ('info', 'warning', 'error')");
                });

            migrationBuilder.CreateTable(
                name: "backup_settings",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    full_every_days = table.Column<int>(type: "integer", nullable: false),
                    with_logs = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    with_letta_agents = table.Column<bool>(type: "boolean", nullable: false),
                    with_sanctum_files = table.Column<bool>(type: "boolean", nullable: false),
                    with_letta_files = table.Column<bool>(type: "boolean", nullable: false),
                    with_broca = table.Column<bool>(type: "boolean", nullable: false),
                    passphrase = table.Column<string>(type: "text", nullable: true),
                    drill = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_backup_settings", x => x.id);
                    table.CheckConstraint("CK_backup_settings_drill", "drill IN ('every', 'never')");
                    table.CheckConstraint("CK_backup_settings_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "backup_targets",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    is_on = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    folder = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: true),
                    endpoint = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: true),
                    region = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    bucket = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    prefix = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: true),
                    access_key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    secret_key = table.Column<string>(type: "text", nullable: true),
                    keep_last = table.Column<int>(type: "integer", nullable: true),
                    keep_days = table.Column<int>(type: "integer", nullable: true),
                    keep_hourly = table.Column<int>(type: "integer", nullable: true),
                    keep_daily = table.Column<int>(type: "integer", nullable: true),
                    keep_weekly = table.Column<int>(type: "integer", nullable: true),
                    keep_monthly = table.Column<int>(type: "integer", nullable: true),
                    keep_yearly = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_backup_targets", x => x.id);
                    table.CheckConstraint("CK_backup_targets_kind", "kind IN ('local', 'folder', 's3')");
                });

            migrationBuilder.CreateTable(
                name: "backups",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "full"),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "In Progress"),
                    file_path = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: true),
                    size_bytes = table.Column<long>(type: "bigint", nullable: true),
                    checksum = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_auto = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    is_encrypted = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    archive_id = table.Column<Guid>(type: "uuid", nullable: true),
                    parent_archive_id = table.Column<Guid>(type: "uuid", nullable: true),
                    failure = table.Column<string>(type: "text", nullable: true),
                    warning = table.Column<string>(type: "text", nullable: true),
                    drilled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    drill_failure = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_backups", x => x.id);
                    table.CheckConstraint("CK_backups_status", "status IN ('In Progress', 'Completed', 'Failed')");
                    table.CheckConstraint("CK_backups_type", "type IN ('full', 'incremental', 'config_only')");
                });

            migrationBuilder.CreateTable(
                name: "change_history",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    chain_number = table.Column<long>(type: "bigint", nullable: true),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    actor = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    user_id = table.Column<int>(type: "integer", nullable: true),
                    place = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    act = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    table_name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    row_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    before = table.Column<string>(type: "text", nullable: true),
                    after = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    previous_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_change_history", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "change_history_head",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    length = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_change_history_head", x => x.id);
                    table.CheckConstraint("CK_change_history_head_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "configurations",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    value = table.Column<string>(type: "text", nullable: true),
                    type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "string"),
                    scope = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "system"),
                    scope_id = table.Column<int>(type: "integer", nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    is_encrypted = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_configurations", x => x.id);
                    table.CheckConstraint("CK_configurations_type", "type IN ('string', 'number', 'boolean', 'json')");
                });

            migrationBuilder.CreateTable(
                name: "connection_checks",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    checked_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    address = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false),
                    is_of_saved = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    verdict = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    is_up = table.Column<bool>(type: "boolean", nullable: false),
                    http_status = table.Column<int>(type: "integer", nullable: true),
                    latency_ms = table.Column<double>(type: "double precision", nullable: false),
                    server_version = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    agents = table.Column<int>(type: "integer", nullable: true),
                    message = table.Column<string>(type: "text", nullable: true),
                    hint = table.Column<string>(type: "text", nullable: true),
                    steps = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_connection_checks", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "connection_rollups",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    period = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    starts_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    checks = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    latency_sum = table.Column<double>(type: "double precision", nullable: false),
                    latency_min = table.Column<double>(type: "double precision", nullable: true),
                    latency_max = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_connection_rollups", x => x.id);
                    table.CheckConstraint("CK_connection_rollups_period", "period IN ('minute', 'hour', 'day')");
                });

            migrationBuilder.CreateTable(
                name: "log_files",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    path = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: false),
                    format = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "auto"),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "system"),
                    source_id = table.Column<int>(type: "integer", nullable: true),
                    is_on = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_files", x => x.id);
                    table.CheckConstraint("CK_log_files_format", "format IN ('auto', 'broca', 'smcp', 'journald', 'text')");
                });

            migrationBuilder.CreateTable(
                name: "log_retention",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    days = table.Column<string>(type: "jsonb", nullable: true),
                    other_days = table.Column<int>(type: "integer", nullable: false),
                    megabytes = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_retention", x => x.id);
                    table.CheckConstraint("CK_log_retention_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "notification_channels",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    config = table.Column<string>(type: "text", nullable: true),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    min_level = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, defaultValue: "info"),
                    sources = table.Column<string>(type: "jsonb", nullable: true),
                    tells_resolved = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    quiet_from = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    quiet_until = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    time_zone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, defaultValue: "UTC"),
                    last_delivered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_failure = table.Column<string>(type: "text", nullable: true),
                    failing_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification_channels", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    level = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, defaultValue: "info"),
                    title = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    message = table.Column<string>(type: "text", nullable: true),
                    source = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    link = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: true),
                    group_key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    is_lasting = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    occurrences = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    read_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    read_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    resolved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notifications", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "plugin_config",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    plugin_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    config_key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    config_value = table.Column<string>(type: "text", nullable: true),
                    config_type = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false, defaultValue: "string"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_plugin_config", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "plugins",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "mcp"),
                    version = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "Inactive"),
                    config = table.Column<string>(type: "jsonb", nullable: true),
                    dependencies = table.Column<string>(type: "jsonb", nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    folder = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: true),
                    described = table.Column<string>(type: "jsonb", nullable: true),
                    found = table.Column<string>(type: "jsonb", nullable: true),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    row_version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_plugins", x => x.id);
                    table.CheckConstraint("CK_plugins_status", "status IN ('Inactive', 'Active', 'Error')");
                });

            migrationBuilder.CreateTable(
                name: "system_config",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    environment = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "development"),
                    last_connected = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    debug_mode = table.Column<bool>(type: "boolean", nullable: true, defaultValue: false),
                    openai_api_key = table.Column<string>(type: "text", nullable: true),
                    anthropic_api_key = table.Column<string>(type: "text", nullable: true),
                    ollama_base_url = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "http://localhost:11434"),
                    sanctum_base_path = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "~/sanctum"),
                    letta_data_path = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "~/.letta"),
                    flask_port = table.Column<int>(type: "integer", nullable: true, defaultValue: 5000),
                    smcp_port = table.Column<int>(type: "integer", nullable: true, defaultValue: 9000),
                    letta_server_address = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "https://localhost"),
                    letta_server_port = table.Column<int>(type: "integer", nullable: true, defaultValue: 443),
                    letta_server_token = table.Column<string>(type: "text", nullable: true),
                    letta_connection_timeout = table.Column<int>(type: "integer", nullable: true, defaultValue: 30),
                    letta_check_interval = table.Column<int>(type: "integer", nullable: true, defaultValue: 60),
                    letta_server_active = table.Column<bool>(type: "boolean", nullable: true, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_system_config", x => x.id);
                    table.CheckConstraint("CK_system_config_environment", "environment IN ('development', 'staging', 'production')");
                    table.CheckConstraint("CK_system_config_one_row", "id = 1");
                    table.CheckConstraint("CK_system_config_ports", "flask_port BETWEEN 1 AND 65535 AND smcp_port BETWEEN 1 AND 65535 AND letta_server_port BETWEEN 1 AND 65535");
                    table.CheckConstraint("CK_system_config_seconds", "letta_connection_timeout BETWEEN 1 AND 3600 AND letta_check_interval BETWEEN 5 AND 86400");
                });

            migrationBuilder.CreateTable(
                name: "system_config_profiles",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    environment = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    debug_mode = table.Column<bool>(type: "boolean", nullable: true, defaultValue: false),
                    openai_api_key = table.Column<string>(type: "text", nullable: true),
                    anthropic_api_key = table.Column<string>(type: "text", nullable: true),
                    ollama_base_url = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "http://localhost:11434"),
                    sanctum_base_path = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "~/sanctum"),
                    letta_data_path = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "~/.letta"),
                    flask_port = table.Column<int>(type: "integer", nullable: true, defaultValue: 5000),
                    smcp_port = table.Column<int>(type: "integer", nullable: true, defaultValue: 9000),
                    letta_server_address = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, defaultValue: "https://localhost"),
                    letta_server_port = table.Column<int>(type: "integer", nullable: true, defaultValue: 443),
                    letta_server_token = table.Column<string>(type: "text", nullable: true),
                    letta_connection_timeout = table.Column<int>(type: "integer", nullable: true, defaultValue: 30),
                    letta_check_interval = table.Column<int>(type: "integer", nullable: true, defaultValue: 60),
                    letta_server_active = table.Column<bool>(type: "boolean", nullable: true, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_system_config_profiles", x => x.id);
                    table.CheckConstraint("CK_system_config_profiles_environment", "environment IN ('development', 'staging', 'production')");
                    table.CheckConstraint("CK_system_config_profiles_ports", "flask_port BETWEEN 1 AND 65535 AND smcp_port BETWEEN 1 AND 65535 AND letta_server_port BETWEEN 1 AND 65535");
                    table.CheckConstraint("CK_system_config_profiles_seconds", "letta_connection_timeout BETWEEN 1 AND 3600 AND letta_check_interval BETWEEN 5 AND 86400");
                });

            migrationBuilder.CreateTable(
                name: "templates",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    content = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_templates", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tools",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    emoji = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    category = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, defaultValue: "master"),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "Ready"),
                    tool_type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "utility"),
                    config_schema = table.Column<string>(type: "jsonb", nullable: true),
                    tool_version = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tools", x => x.id);
                    table.CheckConstraint("CK_tools_status", "status IN ('Ready', 'Healthy', 'Degraded', 'Off')");
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "text", nullable: true),
                    role = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "viewer"),
                    permissions = table.Column<string>(type: "jsonb", nullable: true),
                    last_login = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_active = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    username = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    normalized_username = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    normalized_email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    email_confirmed = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    hashed_password = table.Column<string>(type: "text", nullable: true),
                    security_stamp = table.Column<string>(type: "text", nullable: true),
                    concurrency_stamp = table.Column<string>(type: "text", nullable: true),
                    phone_number = table.Column<string>(type: "text", nullable: true),
                    phone_number_confirmed = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    two_factor_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    lockout_end = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    access_failed_count = table.Column<int>(type: "integer", nullable: false, defaultValue: 0)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_users", x => x.id);
                    table.CheckConstraint("CK_users_role", "role IN ('viewer', 'user', 'admin')");
                });

            migrationBuilder.CreateTable(
                name: "backup_copies",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    backup_id = table.Column<int>(type: "integer", nullable: false),
                    target_id = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    failure = table.Column<string>(type: "text", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    retry_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    stored_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_backup_copies", x => x.id);
                    table.CheckConstraint("CK_backup_copies_state", "state IN ('waiting', 'stored', 'failed')");
                    table.ForeignKey(
                        name: "FK_backup_copies_backup_targets_target_id",
                        column: x => x.target_id,
                        principalTable: "backup_targets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_backup_copies_backups_backup_id",
                        column: x => x.backup_id,
                        principalTable: "backups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notification_deliveries",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    notification_id = table.Column<int>(type: "integer", nullable: false),
                    channel_id = table.Column<int>(type: "integer", nullable: false),
                    @event = table.Column<string>(name: "event", type: "character varying(32)", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    is_held = table.Column<bool>(type: "boolean", nullable: false),
                    claimed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    claimed_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: true),
                    failure = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification_deliveries", x => x.id);
                    table.CheckConstraint("CK_notification_deliveries_event", "event IN ('raised', 'resolved')");
                    table.CheckConstraint("CK_notification_deliveries_state", "state IN ('waiting', 'delivered', 'failed')");
                    table.ForeignKey(
                        name: "FK_notification_deliveries_notification_channels_channel_id",
                        column: x => x.channel_id,
                        principalTable: "notification_channels",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_notification_deliveries_notifications_notification_id",
                        column: x => x.notification_id,
                        principalTable: "notifications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "plugin_versions",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    plugin_id = table.Column<int>(type: "integer", nullable: false),
                    label = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    config = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_plugin_versions", x => x.id);
                    table.ForeignKey(
                        name: "FK_plugin_versions_plugins_plugin_id",
                        column: x => x.plugin_id,
                        principalTable: "plugins",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "plugin_links",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    plugin_id = table.Column<int>(type: "integer", nullable: false),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    tool_id = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_plugin_links", x => x.id);
                    table.CheckConstraint("CK_plugin_links_one_end", "(agent_id IS NULL) <> (tool_id IS NULL)");
                    table.ForeignKey(
                        name: "FK_plugin_links_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_plugin_links_plugins_plugin_id",
                        column: x => x.plugin_id,
                        principalTable: "plugins",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_plugin_links_tools_tool_id",
                        column: x => x.tool_id,
                        principalTable: "tools",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "tool_instances",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    tool_id = table.Column<int>(type: "integer", nullable: false),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    config = table.Column<string>(type: "jsonb", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "Ready"),
                    last_run = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_result = table.Column<string>(type: "jsonb", nullable: true),
                    next_run = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_active = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tool_instances", x => x.id);
                    table.CheckConstraint("CK_tool_instances_status", "status IN ('Ready', 'Healthy', 'Degraded', 'Off')");
                    table.ForeignKey(
                        name: "FK_tool_instances_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_tool_instances_tools_tool_id",
                        column: x => x.tool_id,
                        principalTable: "tools",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "tool_versions",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    tool_id = table.Column<int>(type: "integer", nullable: false),
                    label = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    config_schema = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tool_versions", x => x.id);
                    table.ForeignKey(
                        name: "FK_tool_versions_tools_tool_id",
                        column: x => x.tool_id,
                        principalTable: "tools",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    prefix = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    key_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    scopes = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_keys", x => x.id);
                    table.ForeignKey(
                        name: "FK_api_keys_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "log_views",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    query = table.Column<string>(type: "text", nullable: false),
                    user_id = table.Column<int>(type: "integer", nullable: true),
                    is_shared = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_views", x => x.id);
                    table.ForeignKey(
                        name: "FK_log_views_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "user_claims",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    claim_type = table.Column<string>(type: "text", nullable: true),
                    claim_value = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_claims", x => x.id);
                    table.ForeignKey(
                        name: "FK_user_claims_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_logins",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "text", nullable: false),
                    provider_key = table.Column<string>(type: "text", nullable: false),
                    provider_display_name = table.Column<string>(type: "text", nullable: true),
                    user_id = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_logins", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "FK_user_logins_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_sessions",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    session_token = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ip_address = table.Column<string>(type: "character varying(45)", maxLength: 45, nullable: true),
                    user_agent = table.Column<string>(type: "text", nullable: true),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_sessions", x => x.id);
                    table.ForeignKey(
                        name: "FK_user_sessions_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_tokens",
                columns: table => new
                {
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    login_provider = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_tokens", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "FK_user_tokens_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "scheduled_jobs",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    cron_expression = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    time_zone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, defaultValue: "UTC"),
                    tool_instance_id = table.Column<int>(type: "integer", nullable: true),
                    action = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    arguments = table.Column<string>(type: "jsonb", nullable: true),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "Active"),
                    missed_runs = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "skip"),
                    catch_up_most = table.Column<int>(type: "integer", nullable: false, defaultValue: 10),
                    overlap = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "skip"),
                    lost_runs = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "mark_lost"),
                    timeout_seconds = table.Column<int>(type: "integer", nullable: false, defaultValue: 3600),
                    retries = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    retry_after_seconds = table.Column<int>(type: "integer", nullable: false, defaultValue: 60),
                    waits_for_agent = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    paused_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    quiet_from = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    quiet_until = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    alerts = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, defaultValue: "failed,missed,late,slow"),
                    problem = table.Column<string>(type: "text", nullable: true),
                    runs_as = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    last_run = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    next_run = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_scheduled_jobs", x => x.id);
                    table.CheckConstraint("CK_scheduled_jobs_lost_runs", "lost_runs IN ('mark_lost', 'run_again')");
                    table.CheckConstraint("CK_scheduled_jobs_missed_runs", "missed_runs IN ('skip', 'run_once', 'catch_up')");
                    table.CheckConstraint("CK_scheduled_jobs_overlap", "overlap IN ('skip', 'queue', 'allow', 'cancel_old')");
                    table.CheckConstraint("CK_scheduled_jobs_status", "status IN ('Active', 'Paused', 'Error')");
                    table.ForeignKey(
                        name: "FK_scheduled_jobs_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_scheduled_jobs_tool_instances_tool_instance_id",
                        column: x => x.tool_instance_id,
                        principalTable: "tool_instances",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "job_runs",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    job_id = table.Column<int>(type: "integer", nullable: true),
                    job_name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    tool_instance_id = table.Column<int>(type: "integer", nullable: true),
                    action = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    arguments = table.Column<string>(type: "jsonb", nullable: true),
                    outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "queued"),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    milliseconds = table.Column<int>(type: "integer", nullable: true),
                    attempt = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    output = table.Column<string>(type: "text", nullable: true),
                    message = table.Column<string>(type: "text", nullable: true),
                    triggered_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    correlation_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    owner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_cancel_requested = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_job_runs", x => x.id);
                    table.CheckConstraint("CK_job_runs_outcome", "outcome IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'lost', 'missed', 'skipped')");
                    table.ForeignKey(
                        name: "FK_job_runs_scheduled_jobs_job_id",
                        column: x => x.job_id,
                        principalTable: "scheduled_jobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.InsertData(
                table: "change_history_head",
                columns: new[] { "id", "hash", "length" },
                values: new object[] { 1, "", 0L });

            migrationBuilder.CreateIndex(
                name: "IX_agents_letta_uid",
                table: "agents",
                column: "letta_uid",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_agents_name",
                table: "agents",
                column: "name");

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_key_hash",
                table: "api_keys",
                column: "key_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_user_id",
                table: "api_keys",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_backup_copies_backup_id_target_id",
                table: "backup_copies",
                columns: new[] { "backup_id", "target_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_backup_copies_target_id",
                table: "backup_copies",
                column: "target_id");

            migrationBuilder.CreateIndex(
                name: "IX_backup_targets_name",
                table: "backup_targets",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_backups_archive_id",
                table: "backups",
                column: "archive_id");

            migrationBuilder.CreateIndex(
                name: "IX_change_history_chain_number",
                table: "change_history",
                column: "chain_number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_change_history_changed_at",
                table: "change_history",
                column: "changed_at");

            migrationBuilder.CreateIndex(
                name: "IX_change_history_table_name_row_id_id",
                table: "change_history",
                columns: new[] { "table_name", "row_id", "id" });

            migrationBuilder.CreateIndex(
                name: "idx_configurations_scope",
                table: "configurations",
                columns: new[] { "scope", "scope_id" });

            migrationBuilder.CreateIndex(
                name: "IX_connection_checks_checked_at",
                table: "connection_checks",
                column: "checked_at");

            migrationBuilder.CreateIndex(
                name: "IX_connection_rollups_period_starts_at",
                table: "connection_rollups",
                columns: new[] { "period", "starts_at" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_agent_newest",
                table: "job_runs",
                columns: new[] { "agent_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_due",
                table: "job_runs",
                columns: new[] { "job_id", "due_at", "attempt" },
                unique: true,
                filter: "due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_job_id_queued_at",
                table: "job_runs",
                columns: new[] { "job_id", "queued_at" });

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_job_newest",
                table: "job_runs",
                columns: new[] { "job_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_not_before",
                table: "job_runs",
                column: "not_before",
                filter: "outcome = 'queued' AND not_before IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_open",
                table: "job_runs",
                columns: new[] { "job_id", "outcome" },
                filter: "outcome IN ('queued', 'running')");

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_outcome_newest",
                table: "job_runs",
                columns: new[] { "outcome", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_log_files_path",
                table: "log_files",
                column: "path",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_log_views_user_id",
                table: "log_views",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_notification_deliveries_channel_id",
                table: "notification_deliveries",
                column: "channel_id");

            migrationBuilder.CreateIndex(
                name: "IX_notification_deliveries_notification_id_channel_id",
                table: "notification_deliveries",
                columns: new[] { "notification_id", "channel_id" });

            migrationBuilder.CreateIndex(
                name: "IX_notification_deliveries_state_due_at",
                table: "notification_deliveries",
                columns: new[] { "state", "due_at" });

            migrationBuilder.CreateIndex(
                name: "IX_notifications_created_at",
                table: "notifications",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_notifications_open_group",
                table: "notifications",
                column: "group_key",
                unique: true,
                filter: "group_key IS NOT NULL AND read_at IS NULL AND resolved_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_notifications_unread",
                table: "notifications",
                column: "id",
                filter: "read_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_plugin_config_plugin_name_config_key",
                table: "plugin_config",
                columns: new[] { "plugin_name", "config_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_plugin_links_agent_id",
                table: "plugin_links",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_plugin_links_plugin_id_agent_id_tool_id",
                table: "plugin_links",
                columns: new[] { "plugin_id", "agent_id", "tool_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_plugin_links_tool_id",
                table: "plugin_links",
                column: "tool_id");

            migrationBuilder.CreateIndex(
                name: "IX_plugin_versions_plugin_id_label",
                table: "plugin_versions",
                columns: new[] { "plugin_id", "label" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_scheduled_jobs_agent_id",
                table: "scheduled_jobs",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_scheduled_jobs_tool_instance_id",
                table: "scheduled_jobs",
                column: "tool_instance_id");

            migrationBuilder.CreateIndex(
                name: "idx_scheduled_jobs_next_run",
                table: "scheduled_jobs",
                column: "next_run");

            migrationBuilder.CreateIndex(
                name: "idx_system_config_debug_mode",
                table: "system_config",
                column: "debug_mode");

            migrationBuilder.CreateIndex(
                name: "idx_system_config_environment",
                table: "system_config",
                column: "environment");

            migrationBuilder.CreateIndex(
                name: "idx_system_config_letta_active",
                table: "system_config",
                column: "letta_server_active");

            migrationBuilder.CreateIndex(
                name: "IX_system_config_profiles_environment",
                table: "system_config_profiles",
                column: "environment",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tool_instances_name",
                table: "tool_instances",
                column: "name");

            migrationBuilder.CreateIndex(
                name: "IX_tool_instances_tool_id",
                table: "tool_instances",
                column: "tool_id");

            migrationBuilder.CreateIndex(
                name: "idx_tool_instances_agent",
                table: "tool_instances",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_tool_versions_tool_id_label",
                table: "tool_versions",
                columns: new[] { "tool_id", "label" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tools_name",
                table: "tools",
                column: "name");

            migrationBuilder.CreateIndex(
                name: "idx_tools_category",
                table: "tools",
                column: "category");

            migrationBuilder.CreateIndex(
                name: "IX_user_claims_user_id",
                table: "user_claims",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_user_logins_user_id",
                table: "user_logins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_user_sessions_session_token",
                table: "user_sessions",
                column: "session_token",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_user_sessions_user_id",
                table: "user_sessions",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "idx_users_normalized_email",
                table: "users",
                column: "normalized_email");

            migrationBuilder.CreateIndex(
                name: "idx_users_normalized_username",
                table: "users",
                column: "normalized_username",
                unique: true);

            // By hand, from here to the end: the rows that every registry has, with the defaults of their entities.
            migrationBuilder.Sql("""
                INSERT INTO backup_settings (id, full_every_days, with_logs, with_letta_agents, with_sanctum_files, with_letta_files, with_broca, drill)
                    VALUES (1, 1, true, false, false, false, false, 'every');
                INSERT INTO backup_targets (name, kind, is_on, keep_days) VALUES ('This machine', 'local', true, 30);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alerts");

            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "backup_copies");

            migrationBuilder.DropTable(
                name: "backup_settings");

            migrationBuilder.DropTable(
                name: "change_history");

            migrationBuilder.DropTable(
                name: "change_history_head");

            migrationBuilder.DropTable(
                name: "configurations");

            migrationBuilder.DropTable(
                name: "connection_checks");

            migrationBuilder.DropTable(
                name: "connection_rollups");

            migrationBuilder.DropTable(
                name: "job_runs");

            migrationBuilder.DropTable(
                name: "log_files");

            migrationBuilder.DropTable(
                name: "log_retention");

            migrationBuilder.DropTable(
                name: "log_views");

            migrationBuilder.DropTable(
                name: "notification_deliveries");

            migrationBuilder.DropTable(
                name: "plugin_config");

            migrationBuilder.DropTable(
                name: "plugin_links");

            migrationBuilder.DropTable(
                name: "plugin_versions");

            migrationBuilder.DropTable(
                name: "system_config");

            migrationBuilder.DropTable(
                name: "system_config_profiles");

            migrationBuilder.DropTable(
                name: "templates");

            migrationBuilder.DropTable(
                name: "tool_versions");

            migrationBuilder.DropTable(
                name: "user_claims");

            migrationBuilder.DropTable(
                name: "user_logins");

            migrationBuilder.DropTable(
                name: "user_sessions");

            migrationBuilder.DropTable(
                name: "user_tokens");

            migrationBuilder.DropTable(
                name: "backup_targets");

            migrationBuilder.DropTable(
                name: "backups");

            migrationBuilder.DropTable(
                name: "scheduled_jobs");

            migrationBuilder.DropTable(
                name: "notification_channels");

            migrationBuilder.DropTable(
                name: "notifications");

            migrationBuilder.DropTable(
                name: "plugins");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropTable(
                name: "tool_instances");

            migrationBuilder.DropTable(
                name: "agents");

            migrationBuilder.DropTable(
                name: "tools");
        }
    }
}
