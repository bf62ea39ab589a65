using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.SqliteLogs
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
                type: "TEXT",
                maxLength: 128,
                nullable: true);

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

            migrationBuilder.CreateIndex(
                name: "idx_logs_correlation",
                table: "logs",
                column: "correlation_id",
                filter: "correlation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_log_receipts_stored_at",
                table: "log_receipts",
                column: "stored_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
