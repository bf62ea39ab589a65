using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class BackupsByJobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // When backups are made was a setting; it is said by jobs now. Settings that nobody has changed are those with which the jobs are added anyway.
            migrationBuilder.Sql("""
                INSERT INTO scheduled_jobs (name, description, cron_expression, action, is_enabled, missed_runs, retries, retry_after_seconds, timeout_seconds)
                SELECT 'Daily backup', 'Makes a backup, full or an increment by the age of the last full one, and proves it. A console that was off makes it when it is back.',
                    CASE WHEN daily_at IS NULL THEN '0 3 * * *' ELSE EXTRACT(MINUTE FROM daily_at)::int || ' ' || EXTRACT(HOUR FROM daily_at)::int || ' * * *' END, 'back_up', daily_at IS NOT NULL, 'run_once', 2, 3600, 21600
                FROM backup_settings WHERE version > 1;
                INSERT INTO scheduled_jobs (name, description, cron_expression, action, is_enabled)
                SELECT 'Backups between', 'Makes small backups of what has changed, so that less is lost.',
                    CASE WHEN increment_every_minutes >= 1440 THEN '0 0 * * *' WHEN increment_every_minutes >= 720 THEN '0 */12 * * *' WHEN increment_every_minutes >= 480 THEN '0 */8 * * *'
                    WHEN increment_every_minutes >= 360 THEN '0 */6 * * *' WHEN increment_every_minutes >= 240 THEN '0 */4 * * *' WHEN increment_every_minutes >= 180 THEN '0 */3 * * *'
                    WHEN increment_every_minutes >= 120 THEN '0 */2 * * *' WHEN increment_every_minutes >= 60 THEN '0 * * * *' WHEN increment_every_minutes >= 30 THEN '*/30 * * * *'
                    WHEN increment_every_minutes >= 20 THEN '*/20 * * * *' WHEN increment_every_minutes >= 15 THEN '*/15 * * * *' WHEN increment_every_minutes >= 12 THEN '*/12 * * * *'
                    WHEN increment_every_minutes >= 10 THEN '*/10 * * * *' WHEN increment_every_minutes >= 6 THEN '*/6 * * * *' WHEN increment_every_minutes >= 5 THEN '*/5 * * * *'
                    ELSE '0 * * * *' END, 'back_up_increment', increment_every_minutes IS NOT NULL
                FROM backup_settings WHERE version > 1;
                INSERT INTO scheduled_jobs (name, description, cron_expression, action, is_enabled, timeout_seconds)
                SELECT 'Restore drill', 'Restores the newest backup into a throw-away place once more.',
                    CASE WHEN daily_at IS NULL THEN '0 4 * * *' ELSE EXTRACT(MINUTE FROM daily_at)::int || ' ' || ((EXTRACT(HOUR FROM daily_at)::int + 1) % 24) || ' * * *' END, 'restore_drill', drill = 'daily', 21600
                FROM backup_settings WHERE version > 1;
                """);

            migrationBuilder.DropCheckConstraint(
                name: "CK_backup_settings_drill",
                table: "backup_settings");

            migrationBuilder.Sql("UPDATE backup_settings SET drill = 'never' WHERE drill = 'daily'");

            migrationBuilder.DropColumn(
                name: "daily_at",
                table: "backup_settings");

            migrationBuilder.DropColumn(
                name: "increment_every_minutes",
                table: "backup_settings");

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_not_before",
                table: "job_runs",
                column: "not_before",
                filter: "outcome = 'queued' AND not_before IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "CK_backup_settings_drill",
                table: "backup_settings",
                sql: "drill IN ('every', 'never')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_job_runs_not_before",
                table: "job_runs");

            migrationBuilder.DropCheckConstraint(
                name: "CK_backup_settings_drill",
                table: "backup_settings");

            migrationBuilder.AddColumn<TimeOnly>(
                name: "daily_at",
                table: "backup_settings",
                type: "time without time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "increment_every_minutes",
                table: "backup_settings",
                type: "integer",
                nullable: true);

            migrationBuilder.AddCheckConstraint(
                name: "CK_backup_settings_drill",
                table: "backup_settings",
                sql: "drill IN ('every', 'daily', 'never')");
        }
    }
}
