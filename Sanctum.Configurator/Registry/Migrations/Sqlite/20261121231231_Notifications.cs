using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Notifications : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "group_key",
                table: "notifications",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_lasting",
                table: "notifications",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "last_at",
                table: "notifications",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "occurrences",
                table: "notifications",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<string>(
                name: "read_by",
                table: "notifications",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "resolved_at",
                table: "notifications",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "failing_since",
                table: "notification_channels",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "last_delivered_at",
                table: "notification_channels",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "last_failed_at",
                table: "notification_channels",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "last_failure",
                table: "notification_channels",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "min_level",
                table: "notification_channels",
                type: "TEXT",
                maxLength: 16,
                nullable: false,
                defaultValue: "info");

            migrationBuilder.AddColumn<TimeOnly>(
                name: "quiet_from",
                table: "notification_channels",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<TimeOnly>(
                name: "quiet_until",
                table: "notification_channels",
                type: "TEXT",
                nullable: true);

            // With its check in one statement: EF would copy the table, and not in a transaction.
            migrationBuilder.Sql("ALTER TABLE notification_channels ADD COLUMN sources TEXT NULL CONSTRAINT CK_notification_channels_sources_json CHECK (sources IS NULL OR json_valid(sources))");

            migrationBuilder.AddColumn<bool>(
                name: "tells_resolved",
                table: "notification_channels",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "time_zone",
                table: "notification_channels",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "UTC");

            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    query = table.Column<string>(type: "TEXT", nullable: false),
                    threshold = table.Column<int>(type: "INTEGER", nullable: false),
                    window_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    level = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    is_enabled = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    is_raised = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    last_checked_at = table.Column<string>(type: "TEXT", nullable: true),
                    last_raised_at = table.Column<string>(type: "TEXT", nullable: true),
                    last_count = table.Column<int>(type: "INTEGER", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts", x => x.id);
                    table.CheckConstraint("CK_alerts_level", "level IN ('info', 'warning', 'error')");
                });

            migrationBuilder.CreateTable(
                name: "log_views",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    query = table.Column<string>(type: "TEXT", nullable: false),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    is_shared = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
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
                name: "notification_deliveries",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    notification_id = table.Column<int>(type: "INTEGER", nullable: false),
                    channel_id = table.Column<int>(type: "INTEGER", nullable: false),
                    @event = table.Column<string>(name: "event", type: "TEXT", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<string>(type: "TEXT", nullable: false),
                    is_held = table.Column<bool>(type: "INTEGER", nullable: false),
                    claimed_by = table.Column<Guid>(type: "TEXT", nullable: true),
                    claimed_until = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    failure = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    ended_at = table.Column<string>(type: "TEXT", nullable: true)
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alerts");

            migrationBuilder.DropTable(
                name: "log_views");

            migrationBuilder.DropTable(
                name: "notification_deliveries");

            migrationBuilder.DropIndex(
                name: "IX_notifications_open_group",
                table: "notifications");

            migrationBuilder.DropIndex(
                name: "IX_notifications_unread",
                table: "notifications");

            migrationBuilder.DropCheckConstraint(
                name: "CK_notification_channels_sources_json",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "group_key",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "is_lasting",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "last_at",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "occurrences",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "read_by",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "resolved_at",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "failing_since",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "last_delivered_at",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "last_failed_at",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "last_failure",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "min_level",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "quiet_from",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "quiet_until",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "sources",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "tells_resolved",
                table: "notification_channels");

            migrationBuilder.DropColumn(
                name: "time_zone",
                table: "notification_channels");
        }
    }
}
