using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Conversations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "conversations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()"),
                    user_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    title = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    message_count = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    is_archived = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    is_pinned = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    is_temporary = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    named_by_hand = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    is_shared = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    partner = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "model"),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    config_id = table.Column<int>(type: "integer", nullable: true),
                    leaf_message_id = table.Column<Guid>(type: "uuid", nullable: true),
                    source_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversations", x => x.id);
                    table.CheckConstraint("CK_conversations_partner", "partner IN ('model', 'agent')");
                    table.ForeignKey(
                        name: "FK_conversations_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_conversations_llm_config_config_id",
                        column: x => x.config_id,
                        principalTable: "llm_config",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "conversation_messages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()"),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    code = table.Column<string>(type: "text", nullable: true),
                    variant_codes = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    parent_id = table.Column<Guid>(type: "uuid", nullable: true),
                    is_first = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "complete"),
                    reasoning = table.Column<string>(type: "text", nullable: true),
                    tool_calls = table.Column<string>(type: "jsonb", nullable: true),
                    attachments = table.Column<string>(type: "jsonb", nullable: true),
                    model = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    input_tokens = table.Column<int>(type: "integer", nullable: true),
                    output_tokens = table.Column<int>(type: "integer", nullable: true),
                    problem = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversation_messages", x => x.id);
                    table.CheckConstraint("CK_conversation_messages_role", "role IN ('user', 'assistant', 'system')");
                    table.CheckConstraint("CK_conversation_messages_state", "state IN ('complete', 'waiting', 'streaming', 'stopped', 'failed', 'cut_off', 'awaiting_approval')");
                    table.ForeignKey(
                        name: "FK_conversation_messages_conversation_messages_parent_id",
                        column: x => x.parent_id,
                        principalTable: "conversation_messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_conversation_messages_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "conversation_runs",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "waiting"),
                    user_id = table.Column<int>(type: "integer", nullable: true),
                    speaker = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    may_read = table.Column<bool>(type: "boolean", nullable: false),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    decision = table.Column<string>(type: "jsonb", nullable: true),
                    is_continuation = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    owner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    is_cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    crashes = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    client_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    letta_run_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversation_runs", x => x.id);
                    table.CheckConstraint("CK_conversation_runs_status", "status IN ('waiting', 'running', 'ended')");
                    table.ForeignKey(
                        name: "FK_conversation_runs_conversation_messages_message_id",
                        column: x => x.message_id,
                        principalTable: "conversation_messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_conversation_runs_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "conversation_pieces",
                columns: table => new
                {
                    run_id = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "text"),
                    text = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversation_pieces", x => new { x.run_id, x.number });
                    table.CheckConstraint("CK_conversation_pieces_kind", "kind IN ('text', 'reasoning', 'tool', 'reset')");
                    table.ForeignKey(
                        name: "FK_conversation_pieces_conversation_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "conversation_runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_conversation_messages_outside",
                table: "conversation_messages",
                columns: new[] { "conversation_id", "created_at" },
                filter: "parent_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_conversation_messages_parent",
                table: "conversation_messages",
                column: "parent_id");

            migrationBuilder.CreateIndex(
                name: "idx_messages_conversation",
                table: "conversation_messages",
                columns: new[] { "conversation_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_conversation_runs_conversation_id_id",
                table: "conversation_runs",
                columns: new[] { "conversation_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_conversation_runs_ended_at",
                table: "conversation_runs",
                column: "ended_at");

            migrationBuilder.CreateIndex(
                name: "IX_conversation_runs_message_id",
                table: "conversation_runs",
                column: "message_id");

            migrationBuilder.CreateIndex(
                name: "IX_conversation_runs_open",
                table: "conversation_runs",
                columns: new[] { "status", "id" },
                filter: "status <> 'ended'");

            migrationBuilder.CreateIndex(
                name: "IX_conversations_agent_id",
                table: "conversations",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_conversations_config_id",
                table: "conversations",
                column: "config_id");

            migrationBuilder.CreateIndex(
                name: "IX_conversations_list",
                table: "conversations",
                columns: new[] { "user_id", "is_archived", "is_pinned", "updated_at" });

            migrationBuilder.CreateIndex(
                name: "IX_conversations_source",
                table: "conversations",
                columns: new[] { "user_id", "source_key" },
                unique: true,
                filter: "source_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_conversations_temporary",
                table: "conversations",
                column: "created_at",
                filter: "is_temporary");

            migrationBuilder.CreateIndex(
                name: "idx_conversations_updated",
                table: "conversations",
                column: "updated_at",
                descending: new bool[0]);

            migrationBuilder.CreateIndex(
                name: "idx_conversations_user_id",
                table: "conversations",
                column: "user_id");
            migrationBuilder.Sql(
                """
                CREATE INDEX idx_conversation_words ON conversation_messages USING gin (to_tsvector('simple', regexp_replace(left(content, 100000), '[^[:alnum:]]+', ' ', 'g')));
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "conversation_pieces");

            migrationBuilder.DropTable(
                name: "conversation_runs");

            migrationBuilder.DropTable(
                name: "conversation_messages");

            migrationBuilder.DropTable(
                name: "conversations");
        }
    }
}
