using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.PostgresLogs
{
    /// <inheritdoc />
    public partial class Searching : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "correlation_id",
                table: "logs",
                type: "character varying(128)",
                maxLength: 128,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "log_receipts",
                columns: table => new
                {
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    lines = table.Column<int>(type: "integer", nullable: false),
                    first_id = table.Column<long>(type: "bigint", nullable: false),
                    last_id = table.Column<long>(type: "bigint", nullable: false),
                    stored_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_receipts", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "idx_logs_correlation",
                table: "logs",
                column: "correlation_id",
                filter: "correlation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_log_receipts_stored_at",
                table: "log_receipts",
                column: "stored_at");

            // Superseded: Features/Logs/Storing/LogIndexTables makes the index that the search asks for.
            migrationBuilder.Sql("""
                CREATE INDEX idx_logs_words ON logs USING gin (
                    to_tsvector('simple', regexp_replace(message || ' ' || regexp_replace(coalesce(details::text, ''), '\\[nrtbf]', ' ', 'g'), '[^[:alnum:]]+', ' ', 'g')))
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX IF EXISTS idx_logs_words");

            migrationBuilder.DropTable(
                name: "log_receipts");

            migrationBuilder.DropIndex(
                name: "idx_logs_correlation",
                table: "logs");

            migrationBuilder.DropColumn(
                name: "correlation_id",
                table: "logs");
        }
    }
}
