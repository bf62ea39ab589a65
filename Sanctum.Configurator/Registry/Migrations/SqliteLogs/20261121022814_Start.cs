using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.SqliteLogs
{
    /// <inheritdoc />
    public partial class Start : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                    user_id = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logs", x => x.id);
                    table.CheckConstraint("CK_logs_details_json", "details IS NULL OR json_valid(details)");
                    table.CheckConstraint("CK_logs_level", "level IN ('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')");
                });

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
                name: "logs");
        }
    }
}
