using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class WordsBehind : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_messages_edited_from",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_messages_import_id",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_queue_import_id",
                table: "queue");

            migrationBuilder.DropIndex(
                name: "IX_queue_turn_id",
                table: "queue");

            migrationBuilder.CreateIndex(
                name: "IX_messages_edited_from",
                table: "messages",
                column: "edited_from",
                filter: "edited_from IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_messages_import_id",
                table: "messages",
                column: "import_id",
                filter: "import_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_queue_import_id",
                table: "queue",
                column: "import_id",
                filter: "import_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_queue_turn_id",
                table: "queue",
                column: "turn_id",
                filter: "turn_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_messages_edited_from",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_messages_import_id",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_queue_import_id",
                table: "queue");

            migrationBuilder.DropIndex(
                name: "IX_queue_turn_id",
                table: "queue");

            migrationBuilder.CreateIndex(
                name: "IX_messages_edited_from",
                table: "messages",
                column: "edited_from");

            migrationBuilder.CreateIndex(
                name: "IX_messages_import_id",
                table: "messages",
                column: "import_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_import_id",
                table: "queue",
                column: "import_id");

            migrationBuilder.CreateIndex(
                name: "IX_queue_turn_id",
                table: "queue",
                column: "turn_id");
        }
    }
}
