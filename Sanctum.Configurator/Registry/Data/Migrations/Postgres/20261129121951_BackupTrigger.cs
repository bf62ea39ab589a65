using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class BackupTrigger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "trigger",
                table: "backups",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "manual");

            migrationBuilder.Sql(BackupTriggerOfNames.Fill);

            migrationBuilder.AddCheckConstraint(
                name: "CK_backups_trigger",
                table: "backups",
                sql: "trigger IN ('manual', 'schedule', 'increment', 'before_restore', 'upload')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "CK_backups_trigger",
                table: "backups");

            migrationBuilder.DropColumn(
                name: "trigger",
                table: "backups");
        }
    }
}
