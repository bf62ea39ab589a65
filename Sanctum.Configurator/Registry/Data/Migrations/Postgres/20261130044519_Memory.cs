using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Memory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_summary",
                table: "conversation_messages",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "conversation_prompts",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    system = table.Column<string>(type: "text", nullable: false),
                    parts = table.Column<string>(type: "jsonb", nullable: false),
                    tokens = table.Column<int>(type: "integer", nullable: false),
                    is_estimated = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversation_prompts", x => x.message_id);
                    table.ForeignKey(
                        name: "FK_conversation_prompts_conversation_messages_message_id",
                        column: x => x.message_id,
                        principalTable: "conversation_messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "design_files",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<string>(type: "jsonb", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    created_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_design_files", x => x.id);
                    table.CheckConstraint("CK_design_files_kind", "kind IN ('catalog', 'tokens')");
                });

            migrationBuilder.CreateTable(
                name: "generated_code",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()"),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    message_id = table.Column<Guid>(type: "uuid", nullable: true),
                    component_name = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    code = table.Column<string>(type: "text", nullable: false),
                    prompt = table.Column<string>(type: "text", nullable: true),
                    variant_label = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    user_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    language = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    ordinal = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_generated_code", x => x.id);
                    table.ForeignKey(
                        name: "FK_generated_code_conversation_messages_message_id",
                        column: x => x.message_id,
                        principalTable: "conversation_messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_generated_code_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "memory_extractions",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "waiting"),
                    attempts = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    owner = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    problem = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    found = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memory_extractions", x => x.id);
                    table.CheckConstraint("CK_memory_extractions_status", "status IN ('waiting', 'running', 'done', 'failed')");
                    table.ForeignKey(
                        name: "FK_memory_extractions_conversation_messages_message_id",
                        column: x => x.message_id,
                        principalTable: "conversation_messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_memory_extractions_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "memory_long_term",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()"),
                    user_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    memory_type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    embedding = table.Column<byte[]>(type: "bytea", nullable: true),
                    relevance_score = table.Column<double>(type: "double precision", nullable: false, defaultValue: 1.0),
                    source_conversation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    last_accessed = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    use_count = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    scope = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "person"),
                    agent_id = table.Column<int>(type: "integer", nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "active"),
                    held_because = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    valid_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    valid_to = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    superseded_by = table.Column<Guid>(type: "uuid", nullable: true),
                    source_message_id = table.Column<Guid>(type: "uuid", nullable: true),
                    extracted_by = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    prompt_version = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    content_key = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memory_long_term", x => x.id);
                    table.CheckConstraint("CK_memory_long_term_memory_type", "memory_type IN ('pattern', 'preference', 'correction', 'summary')");
                    table.CheckConstraint("CK_memory_long_term_scope", "scope IN ('person', 'agent', 'shared')");
                    table.CheckConstraint("CK_memory_long_term_status", "status IN ('active', 'held', 'superseded')");
                    table.ForeignKey(
                        name: "FK_memory_long_term_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_memory_long_term_conversation_messages_source_message_id",
                        column: x => x.source_message_id,
                        principalTable: "conversation_messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_memory_long_term_conversations_source_conversation_id",
                        column: x => x.source_conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_memory_long_term_memory_long_term_superseded_by",
                        column: x => x.superseded_by,
                        principalTable: "memory_long_term",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "memory_settings",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    is_on = table.Column<bool>(type: "boolean", nullable: false),
                    short_term_messages = table.Column<int>(type: "integer", nullable: false),
                    short_term_tokens = table.Column<int>(type: "integer", nullable: false),
                    most_recalled = table.Column<int>(type: "integer", nullable: false),
                    extraction_config_id = table.Column<int>(type: "integer", nullable: true),
                    uses_model = table.Column<bool>(type: "boolean", nullable: false),
                    reads_tool_output = table.Column<bool>(type: "boolean", nullable: false),
                    reads_quotes = table.Column<bool>(type: "boolean", nullable: false),
                    half_life_days = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memory_settings", x => x.id);
                    table.CheckConstraint("CK_memory_settings_one_row", "id = 1");
                    table.ForeignKey(
                        name: "FK_memory_settings_llm_config_extraction_config_id",
                        column: x => x.extraction_config_id,
                        principalTable: "llm_config",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "memory_tombstones",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()"),
                    user_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    content_key = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    words = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memory_tombstones", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "user_preferences",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()"),
                    user_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    preferred_style = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true, defaultValue: "minimal"),
                    dark_mode = table.Column<bool>(type: "boolean", nullable: true, defaultValue: true),
                    settings = table.Column<string>(type: "jsonb", nullable: true, defaultValue: "{}"),
                    uses_memory = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_preferences", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vector_indexes",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    config_id = table.Column<int>(type: "integer", nullable: true),
                    model = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    dimension = table.Column<int>(type: "integer", nullable: true),
                    number = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, defaultValue: "building"),
                    problem = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    built_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    activated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vector_indexes", x => x.id);
                    table.CheckConstraint("CK_vector_indexes_status", "status IN ('building', 'ready', 'active')");
                    table.ForeignKey(
                        name: "FK_vector_indexes_llm_config_config_id",
                        column: x => x.config_id,
                        principalTable: "llm_config",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "memory_sources",
                columns: table => new
                {
                    memory_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memory_sources", x => new { x.memory_id, x.source_id });
                    table.ForeignKey(
                        name: "FK_memory_sources_memory_long_term_memory_id",
                        column: x => x.memory_id,
                        principalTable: "memory_long_term",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_memory_sources_memory_long_term_source_id",
                        column: x => x.source_id,
                        principalTable: "memory_long_term",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "memory_vectors",
                columns: table => new
                {
                    index_id = table.Column<int>(type: "integer", nullable: false),
                    memory_id = table.Column<Guid>(type: "uuid", nullable: false),
                    vector = table.Column<byte[]>(type: "bytea", nullable: false),
                    content_key = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memory_vectors", x => new { x.index_id, x.memory_id });
                    table.ForeignKey(
                        name: "FK_memory_vectors_memory_long_term_memory_id",
                        column: x => x.memory_id,
                        principalTable: "memory_long_term",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_memory_vectors_vector_indexes_index_id",
                        column: x => x.index_id,
                        principalTable: "vector_indexes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_design_files_kind_number",
                table: "design_files",
                columns: new[] { "kind", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_design_files_active",
                table: "design_files",
                column: "kind",
                unique: true,
                filter: "is_active");

            migrationBuilder.CreateIndex(
                name: "IX_generated_code_conversation_id",
                table: "generated_code",
                column: "conversation_id");

            migrationBuilder.CreateIndex(
                name: "IX_generated_code_message_id_ordinal",
                table: "generated_code",
                columns: new[] { "message_id", "ordinal" },
                unique: true,
                filter: "message_id IS NOT NULL AND ordinal IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_generated_code_user_id_created_at",
                table: "generated_code",
                columns: new[] { "user_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "idx_generated_code_created",
                table: "generated_code",
                column: "created_at",
                descending: new bool[0]);

            migrationBuilder.CreateIndex(
                name: "idx_generated_code_name",
                table: "generated_code",
                column: "component_name");

            migrationBuilder.CreateIndex(
                name: "IX_memory_extractions_conversation_id",
                table: "memory_extractions",
                column: "conversation_id");

            migrationBuilder.CreateIndex(
                name: "IX_memory_extractions_message_id",
                table: "memory_extractions",
                column: "message_id",
                unique: true,
                filter: "message_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_memory_extractions_open",
                table: "memory_extractions",
                columns: new[] { "due_at", "id" },
                filter: "status IN ('waiting', 'running')");

            migrationBuilder.CreateIndex(
                name: "IX_memory_long_term_agent_id",
                table: "memory_long_term",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_memory_long_term_shared",
                table: "memory_long_term",
                column: "scope",
                filter: "scope = 'shared'");

            migrationBuilder.CreateIndex(
                name: "IX_memory_long_term_source_conversation_id",
                table: "memory_long_term",
                column: "source_conversation_id");

            migrationBuilder.CreateIndex(
                name: "IX_memory_long_term_source_message_id",
                table: "memory_long_term",
                column: "source_message_id");

            migrationBuilder.CreateIndex(
                name: "IX_memory_long_term_superseded_by",
                table: "memory_long_term",
                column: "superseded_by");

            migrationBuilder.CreateIndex(
                name: "IX_memory_long_term_user_id_content_key",
                table: "memory_long_term",
                columns: new[] { "user_id", "content_key" });

            migrationBuilder.CreateIndex(
                name: "idx_ltm_accessed",
                table: "memory_long_term",
                column: "last_accessed",
                descending: new bool[0]);

            migrationBuilder.CreateIndex(
                name: "idx_ltm_user",
                table: "memory_long_term",
                columns: new[] { "user_id", "memory_type" });

            migrationBuilder.CreateIndex(
                name: "IX_memory_settings_extraction_config_id",
                table: "memory_settings",
                column: "extraction_config_id");

            migrationBuilder.CreateIndex(
                name: "IX_memory_sources_source_id",
                table: "memory_sources",
                column: "source_id");

            migrationBuilder.CreateIndex(
                name: "IX_memory_tombstones_user_id_content_key",
                table: "memory_tombstones",
                columns: new[] { "user_id", "content_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_memory_vectors_memory_id",
                table: "memory_vectors",
                column: "memory_id");

            migrationBuilder.CreateIndex(
                name: "IX_user_preferences_user_id",
                table: "user_preferences",
                column: "user_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_vector_indexes_config_id",
                table: "vector_indexes",
                column: "config_id");

            migrationBuilder.CreateIndex(
                name: "IX_vector_indexes_model_number",
                table: "vector_indexes",
                columns: new[] { "model", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_vector_indexes_active",
                table: "vector_indexes",
                column: "status",
                unique: true,
                filter: "status = 'active'");
            migrationBuilder.Sql(
                """
                CREATE INDEX idx_memory_words ON memory_long_term USING gin (to_tsvector('simple', regexp_replace(left(content, 100000), '[^[:alnum:]]+', ' ', 'g')));
                CREATE INDEX idx_code_words ON generated_code USING gin (to_tsvector('simple', regexp_replace(left(coalesce(component_name, '') || ' ' || coalesce(prompt, '') || ' ' || code, 100000), '[^[:alnum:]]+', ' ', 'g')));
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "conversation_prompts");

            migrationBuilder.DropTable(
                name: "design_files");

            migrationBuilder.DropTable(
                name: "generated_code");

            migrationBuilder.DropTable(
                name: "memory_extractions");

            migrationBuilder.DropTable(
                name: "memory_settings");

            migrationBuilder.DropTable(
                name: "memory_sources");

            migrationBuilder.DropTable(
                name: "memory_tombstones");

            migrationBuilder.DropTable(
                name: "memory_vectors");

            migrationBuilder.DropTable(
                name: "user_preferences");

            migrationBuilder.DropTable(
                name: "memory_long_term");

            migrationBuilder.DropTable(
                name: "vector_indexes");

            migrationBuilder.DropColumn(
                name: "is_summary",
                table: "conversation_messages");
        }
    }
}
