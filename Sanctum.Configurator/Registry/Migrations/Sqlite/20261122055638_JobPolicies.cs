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
            // By hand: what is generated makes both tables anew outside of a transaction, which a power cut would leave half done.
            migrationBuilder.Sql("""
                ALTER TABLE scheduled_jobs ADD COLUMN action TEXT NULL;
                ALTER TABLE scheduled_jobs ADD COLUMN alerts TEXT NOT NULL DEFAULT 'failed,missed,late,slow';
                ALTER TABLE scheduled_jobs ADD COLUMN arguments TEXT NULL CONSTRAINT CK_scheduled_jobs_arguments_json CHECK (arguments IS NULL OR json_valid(arguments));
                ALTER TABLE scheduled_jobs ADD COLUMN catch_up_most INTEGER NOT NULL DEFAULT 10;
                ALTER TABLE scheduled_jobs ADD COLUMN lost_runs TEXT NOT NULL DEFAULT 'mark_lost' CONSTRAINT CK_scheduled_jobs_lost_runs CHECK (lost_runs IN ('mark_lost', 'run_again'));
                ALTER TABLE scheduled_jobs ADD COLUMN paused_until TEXT NULL;
                ALTER TABLE scheduled_jobs ADD COLUMN problem TEXT NULL;
                ALTER TABLE scheduled_jobs ADD COLUMN quiet_from TEXT NULL;
                ALTER TABLE scheduled_jobs ADD COLUMN quiet_until TEXT NULL;
                ALTER TABLE scheduled_jobs ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE scheduled_jobs ADD COLUMN retry_after_seconds INTEGER NOT NULL DEFAULT 60;
                ALTER TABLE scheduled_jobs ADD COLUMN timeout_seconds INTEGER NOT NULL DEFAULT 3600;
                ALTER TABLE scheduled_jobs ADD COLUMN waits_for_agent INTEGER NOT NULL DEFAULT 0;
                """);
            migrationBuilder.Sql("""
                CREATE TABLE job_runs_new (
                    id INTEGER NOT NULL CONSTRAINT PK_job_runs PRIMARY KEY AUTOINCREMENT,
                    job_id INTEGER NULL,
                    job_name TEXT NOT NULL,
                    tool_instance_id INTEGER NULL,
                    action TEXT NULL,
                    agent_id INTEGER NULL,
                    arguments TEXT NULL,
                    outcome TEXT NOT NULL DEFAULT 'queued',
                    due_at TEXT NULL,
                    queued_at TEXT NOT NULL DEFAULT (CURRENT_TIMESTAMP),
                    not_before TEXT NULL,
                    started_at TEXT NULL,
                    ended_at TEXT NULL,
                    milliseconds INTEGER NULL,
                    attempt INTEGER NOT NULL DEFAULT 1,
                    output TEXT NULL,
                    message TEXT NULL,
                    triggered_by TEXT NULL,
                    correlation_id TEXT NULL,
                    owner TEXT NULL,
                    lease_until TEXT NULL,
                    is_cancel_requested INTEGER NOT NULL DEFAULT 0,
                    CONSTRAINT CK_job_runs_arguments_json CHECK (arguments IS NULL OR json_valid(arguments)),
                    CONSTRAINT CK_job_runs_outcome CHECK (outcome IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out', 'lost', 'missed', 'skipped')),
                    CONSTRAINT FK_job_runs_scheduled_jobs_job_id FOREIGN KEY (job_id) REFERENCES scheduled_jobs (id) ON DELETE SET NULL
                );
                INSERT INTO job_runs_new (id, job_id, job_name, outcome, queued_at, started_at, ended_at, attempt, output, message, triggered_by)
                    SELECT id, job_id, job_name, outcome, queued_at, started_at, ended_at, attempt, output, message, triggered_by FROM job_runs;
                DROP TABLE job_runs;
                ALTER TABLE job_runs_new RENAME TO job_runs;
                CREATE INDEX IX_job_runs_job_id_queued_at ON job_runs (job_id, queued_at);
                CREATE INDEX IX_job_runs_job_newest ON job_runs (job_id, id);
                CREATE INDEX IX_job_runs_outcome_newest ON job_runs (outcome, id);
                CREATE INDEX IX_job_runs_agent_newest ON job_runs (agent_id, id);
                CREATE UNIQUE INDEX IX_job_runs_due ON job_runs (job_id, due_at, attempt) WHERE due_at IS NOT NULL;
                CREATE INDEX IX_job_runs_open ON job_runs (job_id, outcome) WHERE outcome IN ('queued', 'running');
                """);
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
