using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.SqliteLogs
{
    /// <inheritdoc />
    public partial class Start : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "log_positions",
                columns: table => new
                {
                    machine = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: false),
                    file = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false, defaultValue: ""),
                    read_to = table.Column<long>(type: "INTEGER", nullable: false),
                    mark = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false, defaultValue: ""),
                    skipped = table.Column<long>(type: "INTEGER", nullable: false),
                    lines = table.Column<long>(type: "INTEGER", nullable: false),
                    last_line_at = table.Column<string>(type: "TEXT", nullable: true),
                    stored_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_positions", x => new { x.machine, x.path });
                });

            migrationBuilder.CreateTable(
                name: "log_receipts",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    lines = table.Column<int>(type: "INTEGER", nullable: false),
                    first_id = table.Column<long>(type: "INTEGER", nullable: false),
                    last_id = table.Column<long>(type: "INTEGER", nullable: false),
                    stored_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_receipts", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "logs",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    level = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "INFO"),
                    source = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "system"),
                    source_id = table.Column<int>(type: "INTEGER", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: false),
                    details = table.Column<string>(type: "TEXT", nullable: true),
                    timestamp = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    user_id = table.Column<int>(type: "INTEGER", nullable: true),
                    correlation_id = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logs", x => x.id);
                    table.CheckConstraint("CK_logs_details_json", "details IS NULL OR json_valid(details)");
                    table.CheckConstraint("CK_logs_level", "level IN ('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')");
                });

            migrationBuilder.CreateIndex(
                name: "IX_log_receipts_stored_at",
                table: "log_receipts",
                column: "stored_at");

            migrationBuilder.CreateIndex(
                name: "idx_logs_correlation",
                table: "logs",
                column: "correlation_id",
                filter: "correlation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "idx_logs_source",
                table: "logs",
                columns: new[] { "source", "source_id" });

            migrationBuilder.CreateIndex(
                name: "idx_logs_timestamp",
                table: "logs",
                column: "timestamp");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "log_positions");

            migrationBuilder.DropTable(
                name: "log_receipts");

            migrationBuilder.DropTable(
                name: "logs");
        }
    }
}
