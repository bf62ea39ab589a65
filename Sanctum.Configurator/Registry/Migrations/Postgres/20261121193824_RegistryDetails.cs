using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Postgres
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
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "last_result",
                table: "tool_instances",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "described",
                table: "plugins",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "plugins",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "folder",
                table: "plugins",
                type: "character varying(1024)",
                maxLength: 1024,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "found",
                table: "plugins",
                type: "jsonb",
                nullable: true);

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
