using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Sqlite
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
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "conversation_prompts",
                columns: table => new
                {
                    message_id = table.Column<string>(type: "TEXT", nullable: false),
                    system = table.Column<string>(type: "TEXT", nullable: false),
                    parts = table.Column<string>(type: "TEXT", nullable: false),
                    tokens = table.Column<int>(type: "INTEGER", nullable: false),
                    is_estimated = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_conversation_prompts", x => x.message_id);
                    table.CheckConstraint("CK_conversation_prompts_parts_json", "parts IS NULL OR json_valid(parts)");
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
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false),
                    is_active = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_design_files", x => x.id);
                    table.CheckConstraint("CK_design_files_content_json", "content IS NULL OR json_valid(content)");
                    table.CheckConstraint("CK_design_files_kind", "kind IN ('catalog', 'tokens')");
                });

            migrationBuilder.CreateTable(
                name: "generated_code",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"),
                    conversation_id = table.Column<string>(type: "TEXT", nullable: true),
                    message_id = table.Column<string>(type: "TEXT", nullable: true),
                    component_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    prompt = table.Column<string>(type: "TEXT", nullable: true),
                    variant_label = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    language = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: true),
                    search_id = table.Column<long>(type: "INTEGER", nullable: true)
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
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    conversation_id = table.Column<string>(type: "TEXT", nullable: false),
                    message_id = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "waiting"),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    due_at = table.Column<string>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    lease_until = table.Column<string>(type: "TEXT", nullable: true),
                    problem = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    found = table.Column<int>(type: "INTEGER", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    ended_at = table.Column<string>(type: "TEXT", nullable: true)
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
                    id = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    memory_type = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false),
                    embedding = table.Column<byte[]>(type: "BLOB", nullable: true),
                    relevance_score = table.Column<double>(type: "REAL", nullable: false, defaultValue: 1.0),
                    source_conversation_id = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    last_accessed = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    use_count = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    scope = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "person"),
                    agent_id = table.Column<int>(type: "INTEGER", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "active"),
                    held_because = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    valid_from = table.Column<string>(type: "TEXT", nullable: true),
                    valid_to = table.Column<string>(type: "TEXT", nullable: true),
                    superseded_by = table.Column<string>(type: "TEXT", nullable: true),
                    source_message_id = table.Column<string>(type: "TEXT", nullable: true),
                    extracted_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    prompt_version = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    content_key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1),
                    search_id = table.Column<long>(type: "INTEGER", nullable: true)
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
                    id = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1),
                    is_on = table.Column<bool>(type: "INTEGER", nullable: false),
                    short_term_messages = table.Column<int>(type: "INTEGER", nullable: false),
                    short_term_tokens = table.Column<int>(type: "INTEGER", nullable: false),
                    most_recalled = table.Column<int>(type: "INTEGER", nullable: false),
                    extraction_config_id = table.Column<int>(type: "INTEGER", nullable: true),
                    uses_model = table.Column<bool>(type: "INTEGER", nullable: false),
                    reads_tool_output = table.Column<bool>(type: "INTEGER", nullable: false),
                    reads_quotes = table.Column<bool>(type: "INTEGER", nullable: false),
                    half_life_days = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
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
                    id = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    content_key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    words = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_memory_tombstones", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "user_preferences",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))"),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    preferred_style = table.Column<string>(type: "TEXT", maxLength: 50, nullable: true, defaultValue: "minimal"),
                    dark_mode = table.Column<bool>(type: "INTEGER", nullable: true, defaultValue: true),
                    settings = table.Column<string>(type: "TEXT", nullable: true, defaultValue: "{}"),
                    uses_memory = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_preferences", x => x.id);
                    table.CheckConstraint("CK_user_preferences_settings_json", "settings IS NULL OR json_valid(settings)");
                });

            migrationBuilder.CreateTable(
                name: "vector_indexes",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    config_id = table.Column<int>(type: "INTEGER", nullable: true),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    dimension = table.Column<int>(type: "INTEGER", nullable: true),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "building"),
                    problem = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    built_at = table.Column<string>(type: "TEXT", nullable: true),
                    activated_at = table.Column<string>(type: "TEXT", nullable: true)
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
                    memory_id = table.Column<string>(type: "TEXT", nullable: false),
                    source_id = table.Column<string>(type: "TEXT", nullable: false)
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
                    index_id = table.Column<int>(type: "INTEGER", nullable: false),
                    memory_id = table.Column<string>(type: "TEXT", nullable: false),
                    vector = table.Column<byte[]>(type: "BLOB", nullable: false),
                    content_key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
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
                name: "IX_generated_code_search_id",
                table: "generated_code",
                column: "search_id",
                unique: true);

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
                name: "IX_memory_long_term_search_id",
                table: "memory_long_term",
                column: "search_id",
                unique: true);

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
                CREATE VIRTUAL TABLE memory_words USING fts5(content, content='memory_long_term', content_rowid='search_id', tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'");
                CREATE TRIGGER memory_words_insert AFTER INSERT ON memory_long_term BEGIN
                    UPDATE memory_long_term SET search_id = (SELECT coalesce(max(search_id), 0) + 1 FROM memory_long_term) WHERE id = new.id AND search_id IS NULL;
                    INSERT INTO memory_words(rowid, content) SELECT search_id, content FROM memory_long_term WHERE id = new.id;
                END;
                CREATE TRIGGER memory_words_delete AFTER DELETE ON memory_long_term BEGIN
                    INSERT INTO memory_words(memory_words, rowid, content) VALUES ('delete', old.search_id, old.content);
                END;
                CREATE TRIGGER memory_words_update AFTER UPDATE OF content ON memory_long_term BEGIN
                    INSERT INTO memory_words(memory_words, rowid, content) VALUES ('delete', old.search_id, old.content);
                    INSERT INTO memory_words(rowid, content) VALUES (new.search_id, new.content);
                END;
                CREATE VIRTUAL TABLE code_words USING fts5(component_name, prompt, code, content='generated_code', content_rowid='search_id', tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'");
                CREATE TRIGGER code_words_insert AFTER INSERT ON generated_code BEGIN
                    UPDATE generated_code SET search_id = (SELECT coalesce(max(search_id), 0) + 1 FROM generated_code) WHERE id = new.id AND search_id IS NULL;
                    INSERT INTO code_words(rowid, component_name, prompt, code) SELECT search_id, component_name, prompt, code FROM generated_code WHERE id = new.id;
                END;
                CREATE TRIGGER code_words_delete AFTER DELETE ON generated_code BEGIN
                    INSERT INTO code_words(code_words, rowid, component_name, prompt, code) VALUES ('delete', old.search_id, old.component_name, old.prompt, old.code);
                END;
                CREATE TRIGGER code_words_update AFTER UPDATE OF component_name, prompt, code ON generated_code BEGIN
                    INSERT INTO code_words(code_words, rowid, component_name, prompt, code) VALUES ('delete', old.search_id, old.component_name, old.prompt, old.code);
                    INSERT INTO code_words(rowid, component_name, prompt, code) VALUES (new.search_id, new.component_name, new.prompt, new.code);
                END;
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE IF EXISTS memory_words; DROP TABLE IF EXISTS code_words;");
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
