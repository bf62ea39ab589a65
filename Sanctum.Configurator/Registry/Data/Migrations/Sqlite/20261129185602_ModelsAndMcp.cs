using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ModelsAndMcp : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "mcp_writes",
                table: "api_keys",
                type: "TEXT",
                maxLength: 32,
                nullable: false,
                defaultValue: "none");

            migrationBuilder.CreateTable(
                name: "llm_config",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    type = table.Column<string>(type: "TEXT", maxLength: 50, nullable: false, defaultValue: "openai"),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    api_key = table.Column<string>(type: "TEXT", nullable: true),
                    base_url = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    api_base = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    active = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    is_primary = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    purpose = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "chat"),
                    dimension = table.Column<int>(type: "INTEGER", nullable: true),
                    has_tools = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    has_structured_output = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    api_version = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    lives_until = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    fallback_order = table.Column<int>(type: "INTEGER", nullable: true),
                    environment_key_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_llm_config", x => x.id);
                    table.CheckConstraint("CK_llm_config_active_talks", "NOT active OR purpose = 'chat'");
                    table.CheckConstraint("CK_llm_config_purpose", "purpose IN ('chat', 'embedding')");
                    table.ForeignKey(
                        name: "FK_llm_config_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "llm_limits",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    period = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    max_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    max_cost_micros = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_llm_limits", x => x.id);
                    table.CheckConstraint("CK_llm_limits_period", "period IN ('day', 'month')");
                    table.ForeignKey(
                        name: "FK_llm_limits_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "llm_prices",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    type = table.Column<string>(type: "TEXT", maxLength: 50, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    valid_from = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    valid_until = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    micros_per_million = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_llm_prices", x => x.id);
                    table.CheckConstraint("CK_llm_prices_kind", "kind IN ('input', 'cached_read', 'cache_write', 'output', 'reasoning', 'embedding')");
                    table.CheckConstraint("CK_llm_prices_not_negative", "micros_per_million >= 0");
                });

            migrationBuilder.CreateTable(
                name: "llm_retirements",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    type = table.Column<string>(type: "TEXT", maxLength: 50, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    ends_on = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    replacement = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    source = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_llm_retirements", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "mcp_servers",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    url = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false, defaultValue: ""),
                    api_key = table.Column<string>(type: "TEXT", nullable: true),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    description = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    transport = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "auto"),
                    sign_in = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "api_key"),
                    command = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    arguments = table.Column<string>(type: "TEXT", nullable: true),
                    environment = table.Column<string>(type: "TEXT", nullable: true),
                    headers = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mcp_servers", x => x.id);
                    table.CheckConstraint("CK_mcp_servers_arguments_json", "arguments IS NULL OR json_valid(arguments)");
                    table.CheckConstraint("CK_mcp_servers_sign_in", "sign_in IN ('api_key', 'oauth')");
                    table.CheckConstraint("CK_mcp_servers_transport", "transport IN ('auto', 'streamable_http', 'sse', 'stdio')");
                    table.ForeignKey(
                        name: "FK_mcp_servers_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "proposals",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    key_id = table.Column<int>(type: "INTEGER", nullable: true),
                    key_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    title = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    method = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: true),
                    difference = table.Column<string>(type: "TEXT", nullable: true),
                    base_version = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "pending"),
                    expires_at = table.Column<string>(type: "TEXT", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    decided_at = table.Column<string>(type: "TEXT", nullable: true),
                    answer = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_proposals", x => x.id);
                    table.CheckConstraint("CK_proposals_answer_json", "answer IS NULL OR json_valid(answer)");
                    table.CheckConstraint("CK_proposals_difference_json", "difference IS NULL OR json_valid(difference)");
                    table.CheckConstraint("CK_proposals_state", "state IN ('pending', 'approved', 'rejected', 'failed', 'expired')");
                    table.ForeignKey(
                        name: "FK_proposals_api_keys_key_id",
                        column: x => x.key_id,
                        principalTable: "api_keys",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_proposals_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "llm_checks",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    config_id = table.Column<int>(type: "INTEGER", nullable: false),
                    checked_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    checked_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    verdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    is_up = table.Column<bool>(type: "INTEGER", nullable: false),
                    latency_ms = table.Column<double>(type: "REAL", nullable: false),
                    first_token_ms = table.Column<double>(type: "REAL", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: true),
                    hint = table.Column<string>(type: "TEXT", nullable: true),
                    steps = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_llm_checks", x => x.id);
                    table.CheckConstraint("CK_llm_checks_steps_json", "steps IS NULL OR json_valid(steps)");
                    table.ForeignKey(
                        name: "FK_llm_checks_llm_config_config_id",
                        column: x => x.config_id,
                        principalTable: "llm_config",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "llm_usage",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    used_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    config_id = table.Column<int>(type: "INTEGER", nullable: true),
                    type = table.Column<string>(type: "TEXT", maxLength: 50, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    agent_id = table.Column<int>(type: "INTEGER", nullable: true),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    conversation = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    input_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    cached_read_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    cache_write_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    output_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    reasoning_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    embedding_tokens = table.Column<long>(type: "INTEGER", nullable: true),
                    cost_micros = table.Column<long>(type: "INTEGER", nullable: true),
                    prices = table.Column<string>(type: "TEXT", nullable: true),
                    first_token_ms = table.Column<double>(type: "REAL", nullable: true),
                    total_ms = table.Column<double>(type: "REAL", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_llm_usage", x => x.id);
                    table.CheckConstraint("CK_llm_usage_prices_json", "prices IS NULL OR json_valid(prices)");
                    table.ForeignKey(
                        name: "FK_llm_usage_agents_agent_id",
                        column: x => x.agent_id,
                        principalTable: "agents",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_llm_usage_llm_config_config_id",
                        column: x => x.config_id,
                        principalTable: "llm_config",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_llm_usage_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "mcp_checks",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    server_id = table.Column<int>(type: "INTEGER", nullable: false),
                    checked_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    checked_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    verdict = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    is_up = table.Column<bool>(type: "INTEGER", nullable: false),
                    latency_ms = table.Column<double>(type: "REAL", nullable: false),
                    era = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    protocol_version = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    transport = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    server_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    server_version = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    tools = table.Column<int>(type: "INTEGER", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: true),
                    hint = table.Column<string>(type: "TEXT", nullable: true),
                    steps = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mcp_checks", x => x.id);
                    table.CheckConstraint("CK_mcp_checks_steps_json", "steps IS NULL OR json_valid(steps)");
                    table.ForeignKey(
                        name: "FK_mcp_checks_mcp_servers_server_id",
                        column: x => x.server_id,
                        principalTable: "mcp_servers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "mcp_tokens",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    server_id = table.Column<int>(type: "INTEGER", nullable: false),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    issuer = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    client_id = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    tokens = table.Column<string>(type: "TEXT", nullable: true),
                    scopes = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    expires_at = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mcp_tokens", x => x.id);
                    table.ForeignKey(
                        name: "FK_mcp_tokens_mcp_servers_server_id",
                        column: x => x.server_id,
                        principalTable: "mcp_servers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_mcp_tokens_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "mcp_tools",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    server_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "tool"),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "held"),
                    approved = table.Column<string>(type: "TEXT", nullable: true),
                    approved_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    approved_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    approved_at = table.Column<string>(type: "TEXT", nullable: true),
                    seen = table.Column<string>(type: "TEXT", nullable: true),
                    seen_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    seen_at = table.Column<string>(type: "TEXT", nullable: true),
                    tool_id = table.Column<int>(type: "INTEGER", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mcp_tools", x => x.id);
                    table.CheckConstraint("CK_mcp_tools_approved_json", "approved IS NULL OR json_valid(approved)");
                    table.CheckConstraint("CK_mcp_tools_kind", "kind IN ('tool', 'instructions')");
                    table.CheckConstraint("CK_mcp_tools_seen_json", "seen IS NULL OR json_valid(seen)");
                    table.CheckConstraint("CK_mcp_tools_state", "state IN ('held', 'approved', 'blocked', 'removed')");
                    table.ForeignKey(
                        name: "FK_mcp_tools_mcp_servers_server_id",
                        column: x => x.server_id,
                        principalTable: "mcp_servers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_mcp_tools_tools_tool_id",
                        column: x => x.tool_id,
                        principalTable: "tools",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateIndex(
                name: "IX_llm_checks_config_id_checked_at",
                table: "llm_checks",
                columns: new[] { "config_id", "checked_at" });

            migrationBuilder.CreateIndex(
                name: "ux_llm_config_one_active",
                table: "llm_config",
                column: "user_id",
                unique: true,
                filter: "active");

            migrationBuilder.CreateIndex(
                name: "ux_llm_config_one_active_of_everybody",
                table: "llm_config",
                column: "active",
                unique: true,
                filter: "active AND user_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_llm_config_one_primary",
                table: "llm_config",
                column: "is_primary",
                unique: true,
                filter: "is_primary");

            migrationBuilder.CreateIndex(
                name: "IX_llm_limits_user_id_period",
                table: "llm_limits",
                columns: new[] { "user_id", "period" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_llm_limits_of_everybody",
                table: "llm_limits",
                column: "period",
                unique: true,
                filter: "user_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_llm_prices_type_model_kind_valid_from",
                table: "llm_prices",
                columns: new[] { "type", "model", "kind", "valid_from" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_llm_retirements_type_model",
                table: "llm_retirements",
                columns: new[] { "type", "model" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_llm_usage_agent_id",
                table: "llm_usage",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "IX_llm_usage_config_id",
                table: "llm_usage",
                column: "config_id");

            migrationBuilder.CreateIndex(
                name: "IX_llm_usage_used_at",
                table: "llm_usage",
                column: "used_at");

            migrationBuilder.CreateIndex(
                name: "IX_llm_usage_user_id_used_at",
                table: "llm_usage",
                columns: new[] { "user_id", "used_at" });

            migrationBuilder.CreateIndex(
                name: "IX_mcp_checks_server_id_checked_at",
                table: "mcp_checks",
                columns: new[] { "server_id", "checked_at" });

            migrationBuilder.CreateIndex(
                name: "IX_mcp_servers_user_id_name",
                table: "mcp_servers",
                columns: new[] { "user_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_mcp_servers_of_everybody",
                table: "mcp_servers",
                column: "name",
                unique: true,
                filter: "user_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_mcp_tokens_server_id_user_id",
                table: "mcp_tokens",
                columns: new[] { "server_id", "user_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_mcp_tokens_user_id",
                table: "mcp_tokens",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ux_mcp_tokens_of_everybody",
                table: "mcp_tokens",
                column: "server_id",
                unique: true,
                filter: "user_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_mcp_tools_server_id_kind_name",
                table: "mcp_tools",
                columns: new[] { "server_id", "kind", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_mcp_tools_tool_id",
                table: "mcp_tools",
                column: "tool_id");

            migrationBuilder.CreateIndex(
                name: "IX_proposals_key_id",
                table: "proposals",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_proposals_state_created_at",
                table: "proposals",
                columns: new[] { "state", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_proposals_user_id",
                table: "proposals",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "llm_checks");

            migrationBuilder.DropTable(
                name: "llm_limits");

            migrationBuilder.DropTable(
                name: "llm_prices");

            migrationBuilder.DropTable(
                name: "llm_retirements");

            migrationBuilder.DropTable(
                name: "llm_usage");

            migrationBuilder.DropTable(
                name: "mcp_checks");

            migrationBuilder.DropTable(
                name: "mcp_tokens");

            migrationBuilder.DropTable(
                name: "mcp_tools");

            migrationBuilder.DropTable(
                name: "proposals");

            migrationBuilder.DropTable(
                name: "llm_config");

            migrationBuilder.DropTable(
                name: "mcp_servers");

            migrationBuilder.DropColumn(
                name: "mcp_writes",
                table: "api_keys");
        }
    }
}
