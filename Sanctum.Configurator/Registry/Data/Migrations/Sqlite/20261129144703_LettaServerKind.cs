using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class LettaServerKind : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "letta_server_kind",
                table: "system_config_profiles",
                type: "TEXT",
                maxLength: 32,
                nullable: true,
                defaultValue: "automatic");

            migrationBuilder.AddColumn<string>(
                name: "letta_server_kind",
                table: "system_config",
                type: "TEXT",
                maxLength: 32,
                nullable: true,
                defaultValue: "automatic");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "letta_server_kind",
                table: "system_config_profiles");

            migrationBuilder.DropColumn(
                name: "letta_server_kind",
                table: "system_config");
        }
    }
}
