using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class BackupTrigger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // With its check in one statement: Entity Framework would write the whole table anew for that, outside of the transaction.
            migrationBuilder.Sql(
                """
                ALTER TABLE backups ADD COLUMN "trigger" TEXT NOT NULL DEFAULT 'manual'
                CONSTRAINT CK_backups_trigger CHECK ("trigger" IN ('manual', 'schedule', 'increment', 'before_restore', 'upload'))
                """);
            migrationBuilder.Sql(BackupTriggerOfNames.Fill);
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
