using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RegistryDetails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "tool_version",
                table: "tools",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "plugins",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "folder",
                table: "plugins",
                type: "TEXT",
                maxLength: 1024,
                nullable: true);

            // Columns with their checks in one statement each: EF would copy the tables, and not in a transaction.
            foreach (var (table, column) in new[] { ("tool_instances", "last_result"), ("plugins", "described"), ("plugins", "found") })
            {
                migrationBuilder.Sql($"ALTER TABLE {table} ADD COLUMN {column} TEXT NULL CONSTRAINT CK_{table}_{column}_json CHECK ({column} IS NULL OR json_valid({column}))");
            }

            migrationBuilder.CreateIndex(
                name: "IX_tools_name",
                table: "tools",
                column: "name");

            migrationBuilder.CreateIndex(
                name: "IX_tool_instances_name",
                table: "tool_instances",
                column: "name");

            migrationBuilder.CreateIndex(
                name: "IX_agents_name",
                table: "agents",
                column: "name");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_tools_name",
                table: "tools");

            migrationBuilder.DropIndex(
                name: "IX_tool_instances_name",
                table: "tool_instances");

            migrationBuilder.DropCheckConstraint(
                name: "CK_tool_instances_last_result_json",
                table: "tool_instances");

            migrationBuilder.DropCheckConstraint(
                name: "CK_plugins_described_json",
                table: "plugins");

            migrationBuilder.DropCheckConstraint(
                name: "CK_plugins_found_json",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "IX_agents_name",
                table: "agents");

            migrationBuilder.DropColumn(
                name: "tool_version",
                table: "tools");

            migrationBuilder.DropColumn(
                name: "last_result",
                table: "tool_instances");

            migrationBuilder.DropColumn(
                name: "described",
                table: "plugins");

            migrationBuilder.DropColumn(
                name: "description",
                table: "plugins");

            migrationBuilder.DropColumn(
                name: "folder",
                table: "plugins");

            migrationBuilder.DropColumn(
                name: "found",
                table: "plugins");
        }
    }
}
