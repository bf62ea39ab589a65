using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Rights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "runs_as",
                table: "scheduled_jobs",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            // Jobs ran with every permission until now, the console's own among them: what there is goes on as it was until somebody changes it.
            // Restoring had downloading in it, which is a permission of its own from now on: nobody loses what he had.
            migrationBuilder.Sql("""
                UPDATE scheduled_jobs SET runs_as = 'console';
                UPDATE api_keys SET scopes = scopes || ' backups:download' WHERE ' ' || scopes || ' ' LIKE '% backups:restore %' AND ' ' || scopes || ' ' NOT LIKE '% backups:download %';
                UPDATE users SET permissions = permissions || '["backups:download"]'::jsonb WHERE jsonb_typeof(permissions) = 'array' AND permissions @> '["backups:restore"]'::jsonb AND NOT permissions @> '["backups:download"]'::jsonb;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "runs_as",
                table: "scheduled_jobs");
        }
    }
}
