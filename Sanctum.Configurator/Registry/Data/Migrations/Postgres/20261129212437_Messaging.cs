using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Messaging : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "broca_imports",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    source = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    file_name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    file_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    shape = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    imported_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    imported_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    report = table.Column<string>(type: "jsonb", nullable: true),
                    undone_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    undone_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_broca_imports", x => x.id);
                    table.ForeignKey(
                        name: "FK_broca_imports_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "channels",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    platform = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    agent_id = table.Column<int>(type: "integer", nullable: false),
                    connector = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    is_enabled = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    mode = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "live"),
                    burst_seconds = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    during_run = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "queue"),
                    most_attempts = table.Column<int>(type: "integer", nullable: false, defaultValue: 5),
                    keep_days = table.Column<int>(type: "integer", nullable: true),
                    settings = table.Column<string>(type: "jsonb", nullable: true),
                    secret = table.Column<string>(type: "text", nullable: true),
                    cursor = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    owner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_contact = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    problem = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channels", x => x.id);
                    table.CheckConstraint("CK_channels_during_run", "during_run IN ('queue', 'steer', 'interrupt')");
                    table.CheckConstraint("CK_channels_mode", "mode IN ('live', 'listen', 'echo')");
                    table.ForeignKey(
                        name: "FK_channels_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "erasures",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    person_id = table.Column<int>(type: "integer", nullable: false),
                    erased_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    erased_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    report = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erasures", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "queue_acts",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    chosen = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    acted_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    acted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    total = table.Column<int>(type: "integer", nullable: false),
                    finished = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "running"),
                    stage_cause = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    stage_number = table.Column<int>(type: "integer", nullable: true),
                    message = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    target_agent_id = table.Column<int>(type: "integer", nullable: true),
                    is_at_once = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    undone_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    undone_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue_acts", x => x.id);
                    table.CheckConstraint("CK_queue_acts_kind", "kind IN ('retry', 'edit', 'cancel', 'flush', 'move')");
                    table.CheckConstraint("CK_queue_acts_state", "state IN ('running', 'done', 'stopped', 'undone')");
                });

            migrationBuilder.CreateTable(
                name: "queue_pauses",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    scope = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    subject = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    paused_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    paused_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue_pauses", x => x.id);
                    table.CheckConstraint("CK_queue_pauses_scope", "scope IN ('agent', 'platform', 'person')");
                });

            migrationBuilder.CreateTable(
                name: "broca_orphans",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    import_id = table.Column<int>(type: "integer", nullable: false),
                    source_table = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    source_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    source_row = table.Column<string>(type: "jsonb", nullable: true),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_broca_orphans", x => x.id);
                    table.ForeignKey(
                        name: "FK_broca_orphans_broca_imports_import_id",
                        column: x => x.import_id,
                        principalTable: "broca_imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "letta_users",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    last_active = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    agent_preferences = table.Column<string>(type: "jsonb", nullable: true),
                    conversation_history_limit = table.Column<int>(type: "integer", nullable: false, defaultValue: 10),
                    custom_instructions = table.Column<string>(type: "character varying(20000)", maxLength: 20000, nullable: true),
                    is_active = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    letta_identity_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    letta_block_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    display_name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    merged_into = table.Column<int>(type: "integer", nullable: true),
                    user_id = table.Column<int>(type: "integer", nullable: true),
                    hold_reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    import_id = table.Column<int>(type: "integer", nullable: true),
                    source_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_letta_users", x => x.id);
                    table.ForeignKey(
                        name: "FK_letta_users_broca_imports_import_id",
                        column: x => x.import_id,
                        principalTable: "broca_imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_letta_users_letta_users_merged_into",
                        column: x => x.merged_into,
                        principalTable: "letta_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_letta_users_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "person_merges",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    survivor_id = table.Column<int>(type: "integer", nullable: false),
                    merged_id = table.Column<int>(type: "integer", nullable: false),
                    before = table.Column<string>(type: "jsonb", nullable: true),
                    after = table.Column<string>(type: "jsonb", nullable: true),
                    merged_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    merged_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    undone_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    undone_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_person_merges", x => x.id);
                    table.ForeignKey(
                        name: "FK_person_merges_letta_users_merged_id",
                        column: x => x.merged_id,
                        principalTable: "letta_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_person_merges_letta_users_survivor_id",
                        column: x => x.survivor_id,
                        principalTable: "letta_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "platform_profiles",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    letta_user_id = table.Column<int>(type: "integer", nullable: true),
                    platform = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    platform_user_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    username = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    display_name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    metadata = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    last_active = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    import_id = table.Column<int>(type: "integer", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_platform_profiles", x => x.id);
                    table.ForeignKey(
                        name: "FK_platform_profiles_broca_imports_import_id",
                        column: x => x.import_id,
                        principalTable: "broca_imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_platform_profiles_letta_users_letta_user_id",
                        column: x => x.letta_user_id,
                        principalTable: "letta_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "messages",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    letta_user_id = table.Column<int>(type: "integer", nullable: true),
                    platform_profile_id = table.Column<int>(type: "integer", nullable: true),
                    role = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    message = table.Column<string>(type: "text", nullable: true),
                    timestamp = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true, defaultValueSql: "CURRENT_TIMESTAMP"),
                    processed = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    agent_response = table.Column<string>(type: "text", nullable: true),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    channel_id = table.Column<int>(type: "integer", nullable: true),
                    chat = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    external_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    idempotency_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    request_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    edited_from = table.Column<int>(type: "integer", nullable: true),
                    sent_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    note = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    noted_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    attachments = table.Column<string>(type: "jsonb", nullable: true),
                    import_id = table.Column<int>(type: "integer", nullable: true),
                    source_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_messages", x => x.id);
                    table.ForeignKey(
                        name: "FK_messages_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_messages_broca_imports_import_id",
                        column: x => x.import_id,
                        principalTable: "broca_imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_messages_channels_channel_id",
                        column: x => x.channel_id,
                        principalTable: "channels",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_messages_letta_users_letta_user_id",
                        column: x => x.letta_user_id,
                        principalTable: "letta_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_messages_messages_edited_from",
                        column: x => x.edited_from,
                        principalTable: "messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_messages_platform_profiles_platform_profile_id",
                        column: x => x.platform_profile_id,
                        principalTable: "platform_profiles",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "queue",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    letta_user_id = table.Column<int>(type: "integer", nullable: true),
                    message_id = table.Column<int>(type: "integer", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "pending"),
                    attempt_count = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    timestamp = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true, defaultValueSql: "CURRENT_TIMESTAMP"),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    channel_id = table.Column<int>(type: "integer", nullable: true),
                    platform = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_urgent = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    client_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    owner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_cancel_requested = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    turn_id = table.Column<int>(type: "integer", nullable: true),
                    crashes = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failure = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    cause = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    cause_version = table.Column<int>(type: "integer", nullable: true),
                    run_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    correlation_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    import_id = table.Column<int>(type: "integer", nullable: true),
                    source_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue", x => x.id);
                    table.CheckConstraint("CK_queue_status", "status IN ('pending', 'processing', 'done', 'failed', 'poison', 'cancelled', 'flushed')");
                    table.ForeignKey(
                        name: "FK_queue_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_queue_broca_imports_import_id",
                        column: x => x.import_id,
                        principalTable: "broca_imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_queue_channels_channel_id",
                        column: x => x.channel_id,
                        principalTable: "channels",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_queue_letta_users_letta_user_id",
                        column: x => x.letta_user_id,
                        principalTable: "letta_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_queue_messages_message_id",
                        column: x => x.message_id,
                        principalTable: "messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_queue_queue_turn_id",
                        column: x => x.turn_id,
                        principalTable: "queue",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    message_id = table.Column<int>(type: "integer", nullable: true),
                    queue_id = table.Column<int>(type: "integer", nullable: true),
                    letta_user_id = table.Column<int>(type: "integer", nullable: true),
                    channel_id = table.Column<int>(type: "integer", nullable: false),
                    chat = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    part = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    text = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "queued"),
                    attempt_count = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    owner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    external_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    failure = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => x.id);
                    table.CheckConstraint("CK_outbox_status", "status IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'cancelled')");
                    table.ForeignKey(
                        name: "FK_outbox_channels_channel_id",
                        column: x => x.channel_id,
                        principalTable: "channels",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_outbox_letta_users_letta_user_id",
                        column: x => x.letta_user_id,
                        principalTable: "letta_users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_outbox_messages_message_id",
                        column: x => x.message_id,
                        principalTable: "messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_outbox_queue_queue_id",
                        column: x => x.queue_id,
                        principalTable: "queue",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "queue_act_rows",
                columns: table => new
                {
                    act_id = table.Column<int>(type: "integer", nullable: false),
                    queue_id = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    message_id = table.Column<int>(type: "integer", nullable: true),
                    stage = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue_act_rows", x => new { x.act_id, x.queue_id });
                    table.ForeignKey(
                        name: "FK_queue_act_rows_queue_acts_act_id",
                        column: x => x.act_id,
                        principalTable: "queue_acts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_queue_act_rows_queue_queue_id",
                        column: x => x.queue_id,
                        principalTable: "queue",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "queue_attempts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    queue_id = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    node = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    failure = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    cause = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    run_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    excerpt = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_queue_attempts", x => x.id);
                    table.ForeignKey(
                        name: "FK_queue_attempts_queue_queue_id",
                        column: x => x.queue_id,
                        principalTable: "queue",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_broca_imports_agent_id",
                table: "broca_imports",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_broca_orphans_import_id_source_key",
                table: "broca_orphans",
                columns: new[] { "import_id", "source_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_channels_agent_id",
                table: "channels",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_channels_platform_agent_id",
                table: "channels",
                columns: new[] { "platform", "agent_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_letta_users_import_id",
                table: "letta_users",
                column: "import_id");

            migrationBuilder.CreateIndex(
                name: "IX_letta_users_last_active",
                table: "letta_users",
                column: "last_active");

            migrationBuilder.CreateIndex(
                name: "IX_letta_users_merged_into",
                table: "letta_users",
                column: "merged_into");

            migrationBuilder.CreateIndex(
                name: "IX_letta_users_source",
                table: "letta_users",
                column: "source_key",
                unique: true,
                filter: "source_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_letta_users_user_id",
                table: "letta_users",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_messages_agent_id_id",
                table: "messages",
                columns: new[] { "agent_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_messages_edited_from",
                table: "messages",
                column: "edited_from");

            migrationBuilder.CreateIndex(
                name: "IX_messages_external",
                table: "messages",
                columns: new[] { "channel_id", "chat", "external_id" },
                unique: true,
                filter: "external_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_messages_idempotency",
                table: "messages",
                column: "idempotency_key",
                unique: true,
                filter: "idempotency_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_messages_import_id",
                table: "messages",
                column: "import_id");

            migrationBuilder.CreateIndex(
                name: "IX_messages_letta_user_id_id",
                table: "messages",
                columns: new[] { "letta_user_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_messages_platform_profile_id",
                table: "messages",
                column: "platform_profile_id");

            migrationBuilder.CreateIndex(
                name: "IX_messages_source",
                table: "messages",
                column: "source_key",
                unique: true,
                filter: "source_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_channel_id",
                table: "outbox",
                column: "channel_id");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_letta_user_id",
                table: "outbox",
                column: "letta_user_id");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_message_id",
                table: "outbox",
                column: "message_id");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_queue_id",
                table: "outbox",
                column: "queue_id");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_status_id",
                table: "outbox",
                columns: new[] { "status", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_person_merges_merged_id",
                table: "person_merges",
                column: "merged_id");

            migrationBuilder.CreateIndex(
                name: "IX_person_merges_survivor_id",
                table: "person_merges",
                column: "survivor_id");

            migrationBuilder.CreateIndex(
                name: "IX_platform_profiles_import_id",
                table: "platform_profiles",
                column: "import_id");

            migrationBuilder.CreateIndex(
                name: "IX_platform_profiles_letta_user_id",
                table: "platform_profiles",
                column: "letta_user_id");

            migrationBuilder.CreateIndex(
                name: "IX_platform_profiles_platform_platform_user_id",
                table: "platform_profiles",
                columns: new[] { "platform", "platform_user_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_queue_causes",
                table: "queue",
                columns: new[] { "status", "cause" },
                filter: "cause IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_queue_channel_id",
                table: "queue",
                column: "channel_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_ended_at",
                table: "queue",
                column: "ended_at");

            migrationBuilder.CreateIndex(
                name: "IX_queue_import_id",
                table: "queue",
                column: "import_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_letta_user_id",
                table: "queue",
                column: "letta_user_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_message_id",
                table: "queue",
                column: "message_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_open",
                table: "queue",
                columns: new[] { "agent_id", "status", "id" },
                filter: "status = 'pending' OR status = 'processing'");

            migrationBuilder.CreateIndex(
                name: "IX_queue_source",
                table: "queue",
                column: "source_key",
                unique: true,
                filter: "source_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_queue_status_id",
                table: "queue",
                columns: new[] { "status", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_queue_urgent",
                table: "queue",
                columns: new[] { "status", "id" },
                filter: "is_urgent");

            migrationBuilder.CreateIndex(
                name: "IX_queue_turn_id",
                table: "queue",
                column: "turn_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_act_rows_queue_id",
                table: "queue_act_rows",
                column: "queue_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_acts_running",
                table: "queue_acts",
                column: "state",
                filter: "state = 'running'");

            migrationBuilder.CreateIndex(
                name: "IX_queue_attempts_queue_id",
                table: "queue_attempts",
                column: "queue_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_pauses_scope_subject",
                table: "queue_pauses",
                columns: new[] { "scope", "subject" },
                unique: true);
            migrationBuilder.Sql(
                """
                CREATE INDEX idx_messages_words ON messages USING gin (to_tsvector('simple', regexp_replace(coalesce(message, '') || ' ' || coalesce(agent_response, ''), '[^[:alnum:]]+', ' ', 'g')));
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "broca_orphans");

            migrationBuilder.DropTable(
                name: "erasures");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "person_merges");

            migrationBuilder.DropTable(
                name: "queue_act_rows");

            migrationBuilder.DropTable(
                name: "queue_attempts");

            migrationBuilder.DropTable(
                name: "queue_pauses");

            migrationBuilder.DropTable(
                name: "queue_acts");

            migrationBuilder.DropTable(
                name: "queue");

            migrationBuilder.DropTable(
                name: "messages");

            migrationBuilder.DropTable(
                name: "channels");

            migrationBuilder.DropTable(
                name: "platform_profiles");

            migrationBuilder.DropTable(
                name: "letta_users");

            migrationBuilder.DropTable(
                name: "broca_imports");
        }
    }
}
