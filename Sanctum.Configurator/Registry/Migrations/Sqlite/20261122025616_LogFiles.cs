using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class LogFiles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "log_files",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    path = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: false),
                    format = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "auto"),
                    source = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false, defaultValue: "system"),
                    source_id = table.Column<int>(type: "INTEGER", nullable: true),
                    is_on = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: true),
                    created_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<string>(type: "TEXT", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_files", x => x.id);
                    table.CheckConstraint("CK_log_files_format", "format IN ('auto', 'broca', 'smcp', 'journald', 'text')");
                });

            migrationBuilder.CreateIndex(
                name: "IX_log_files_path",
                table: "log_files",
                column: "path",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "log_files");
        }
    }
}
