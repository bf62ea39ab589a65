using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class JobPolicies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "CK_job_runs_outcome",
                table: "job_runs");

            migrationBuilder.AddColumn<string>(
                name: "action",
                table: "scheduled_jobs",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "alerts",
                table: "scheduled_jobs",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "failed,missed,late,slow");

            migrationBuilder.AddColumn<string>(
                name: "arguments",
                table: "scheduled_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "catch_up_most",
                table: "scheduled_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 10);

            migrationBuilder.AddColumn<string>(
                name: "lost_runs",
                table: "scheduled_jobs",
                type: "TEXT",
                maxLength: 32,
                nullable: false,
                defaultValue: "mark_lost");

            migrationBuilder.AddColumn<string>(
                name: "paused_until",
                table: "scheduled_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "problem",
                table: "scheduled_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<TimeOnly>(
                name: "quiet_from",
                table: "scheduled_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<TimeOnly>(
                name: "quiet_until",
                table: "scheduled_jobs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "retries",
                table: "scheduled_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "retry_after_seconds",
                table: "scheduled_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 60);

            migrationBuilder.AddColumn<int>(
                name: "timeout_seconds",
                table: "scheduled_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 3600);

            migrationBuilder.AddColumn<bool>(
                name: "waits_for_agent",
                table: "scheduled_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "action",
                table: "job_runs",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "agent_id",
                table: "job_runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "arguments",
                table: "job_runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "correlation_id",
                table: "job_runs",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "due_at",
                table: "job_runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_cancel_requested",
                table: "job_runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "lease_until",
                table: "job_runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "milliseconds",
                table: "job_runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "not_before",
                table: "job_runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "owner",
                table: "job_runs",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "tool_instance_id",
                table: "job_runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddCheckConstraint(
                name: "CK_scheduled_jobs_arguments_json",
                table: "scheduled_jobs",
                sql: "arguments IS NULL OR json_valid(arguments)");

            migrationBuilder.AddCheckConstraint(
                name: "CK_scheduled_jobs_lost_runs",
                table: "scheduled_jobs",
                sql: "lost_runs IN ('mark_lost', 'run_again')");

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
                name: "IX_job_runs_job_newest",
                table: "job_runs",
                columns: new[] { "job_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_open",
                table: "job_runs",
                columns: new[] { "job_id", "outcome" },
                filter: "outcome IN ('queued', 'running')");

            migrationBuilder.CreateIndex(
                name: "IX_job_runs_outcome_newest",
                table: "job_runs",
                columns: new[] { "outcome", "id" });

            migrationBuilder.AddCheckConstraint(
                name: "CK_job_runs_arguments_json",
                table: "job_runs",
                sql: "arguments IS NULL OR json_valid(arguments)");

            migrationBuilder.AddCheckConstraint(
                name: "CK_job_runs_outcome",
                table: "job_runs",
                sql: "outcome IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'lost', 'missed', 'skipped')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "CK_scheduled_jobs_arguments_json",
                table: "scheduled_jobs");

            migrationBuilder.DropCheckConstraint(
                name: "CK_scheduled_jobs_lost_runs",
                table: "scheduled_jobs");

            migrationBuilder.DropIndex(
                name: "IX_job_runs_agent_newest",
                table: "job_runs");

            migrationBuilder.DropIndex(
                name: "IX_job_runs_due",
                table: "job_runs");

            migrationBuilder.DropIndex(
                name: "IX_job_runs_job_newest",
                table: "job_runs");

            migrationBuilder.DropIndex(
                name: "IX_job_runs_open",
                table: "job_runs");

            migrationBuilder.DropIndex(
                name: "IX_job_runs_outcome_newest",
                table: "job_runs");

            migrationBuilder.DropCheckConstraint(
                name: "CK_job_runs_arguments_json",
                table: "job_runs");

            migrationBuilder.DropCheckConstraint(
                name: "CK_job_runs_outcome",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "action",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "alerts",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "arguments",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "catch_up_most",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "lost_runs",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "paused_until",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "problem",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "quiet_from",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "quiet_until",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "retries",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "retry_after_seconds",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "timeout_seconds",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "waits_for_agent",
                table: "scheduled_jobs");

            migrationBuilder.DropColumn(
                name: "action",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "agent_id",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "arguments",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "correlation_id",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "due_at",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "is_cancel_requested",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "lease_until",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "milliseconds",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "not_before",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "owner",
                table: "job_runs");

            migrationBuilder.DropColumn(
                name: "tool_instance_id",
                table: "job_runs");

            migrationBuilder.AddCheckConstraint(
                name: "CK_job_runs_outcome",
                table: "job_runs",
                sql: "outcome IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'lost')");
        }
    }
}
