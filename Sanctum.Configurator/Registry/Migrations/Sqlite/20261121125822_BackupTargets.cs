using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class BackupTargets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "archive_id",
                table: "backups",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "parent_archive_id",
                table: "backups",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "warning",
                table: "backups",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "backup_settings",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1),
                    daily_at = table.Column<TimeOnly>(type: "TEXT", nullable: true),
                    full_every_days = table.Column<int>(type: "INTEGER", nullable: false),
                    increment_every_minutes = table.Column<int>(type: "INTEGER", nullable: true),
                    with_logs = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    with_letta_agents = table.Column<bool>(type: "INTEGER", nullable: false),
                    with_sanctum_files = table.Column<bool>(type: "INTEGER", nullable: false),
                    with_letta_files = table.Column<bool>(type: "INTEGER", nullable: false),
                    with_broca = table.Column<bool>(type: "INTEGER", nullable: false),
                    passphrase = table.Column<string>(type: "TEXT", nullable: true),
                    drill = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_backup_settings", x => x.id);
                    table.CheckConstraint("CK_backup_settings_drill", "drill IN ('every', 'daily', 'never')");
                    table.CheckConstraint("CK_backup_settings_one_row", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "backup_targets",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    is_on = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    folder = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    region = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    bucket = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    prefix = table.Column<string>(type: "TEXT", maxLength: 512, nullable: true),
                    access_key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    secret_key = table.Column<string>(type: "TEXT", nullable: true),
                    keep_last = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_days = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_hourly = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_daily = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_weekly = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_monthly = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_yearly = table.Column<int>(type: "INTEGER", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_backup_targets", x => x.id);
                    table.CheckConstraint("CK_backup_targets_kind", "kind IN ('local', 'folder', 's3')");
                });

            migrationBuilder.CreateTable(
                name: "backup_copies",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    backup_id = table.Column<int>(type: "INTEGER", nullable: false),
                    target_id = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    failure = table.Column<string>(type: "TEXT", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    retry_at = table.Column<string>(type: "TEXT", nullable: true),
                    stored_at = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
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

            migrationBuilder.CreateIndex(
                name: "IX_backups_archive_id",
                table: "backups",
                column: "archive_id");

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

            // The rows that every registry has, with the defaults of their entities.
            migrationBuilder.Sql("INSERT INTO backup_settings (id, daily_at, full_every_days, with_logs, with_letta_agents, with_sanctum_files, with_letta_files, with_broca, drill) VALUES (1, '03:00:00', 1, 1, 0, 0, 0, 0, 'every')");
            migrationBuilder.Sql("INSERT INTO backup_targets (name, kind, is_on, keep_days) VALUES ('This machine', 'local', 1, 30)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "backup_copies");

            migrationBuilder.DropTable(
                name: "backup_settings");

            migrationBuilder.DropTable(
                name: "backup_targets");

            migrationBuilder.DropIndex(
                name: "IX_backups_archive_id",
                table: "backups");

            migrationBuilder.DropColumn(
                name: "archive_id",
                table: "backups");

            migrationBuilder.DropColumn(
                name: "parent_archive_id",
                table: "backups");

            migrationBuilder.DropColumn(
                name: "warning",
                table: "backups");
        }
    }
}
