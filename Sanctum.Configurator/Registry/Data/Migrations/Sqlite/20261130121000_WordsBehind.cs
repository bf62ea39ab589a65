using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sanctum.Configurator.Registry.Data.Migrations.Sqlite
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
            migrationBuilder.Sql(
                """
                DROP TRIGGER messages_words_insert;
                DROP TRIGGER messages_words_delete;
                DROP TRIGGER messages_words_update;
                CREATE TABLE messages_unindexed (id INTEGER NOT NULL PRIMARY KEY, is_indexed INTEGER NOT NULL DEFAULT 0, message TEXT, agent_response TEXT);
                CREATE TRIGGER messages_words_insert AFTER INSERT ON messages BEGIN
                    INSERT INTO messages_unindexed (id) SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM messages_unindexed WHERE id = new.id);
                END;
                CREATE TRIGGER messages_words_update AFTER UPDATE OF message, agent_response ON messages BEGIN
                    INSERT INTO messages_unindexed (id, is_indexed, message, agent_response)
                        SELECT old.id, 1, old.message, old.agent_response WHERE NOT EXISTS (SELECT 1 FROM messages_unindexed WHERE id = old.id);
                END;
                CREATE TRIGGER messages_words_delete AFTER DELETE ON messages BEGIN
                    INSERT INTO messages_words (messages_words, rowid, message, agent_response)
                        SELECT 'delete', old.id, old.message, old.agent_response WHERE NOT EXISTS (SELECT 1 FROM messages_unindexed WHERE id = old.id);
                    INSERT INTO messages_words (messages_words, rowid, message, agent_response)
                        SELECT 'delete', id, message, agent_response FROM messages_unindexed WHERE id = old.id AND is_indexed;
                    DELETE FROM messages_unindexed WHERE id = old.id;
                END;
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER messages_words_insert;
                DROP TRIGGER messages_words_delete;
                DROP TRIGGER messages_words_update;
                DROP TABLE IF EXISTS messages_unindexed;
                INSERT INTO messages_words(messages_words) VALUES ('rebuild');
                CREATE TRIGGER messages_words_insert AFTER INSERT ON messages BEGIN
                    INSERT INTO messages_words(rowid, message, agent_response) VALUES (new.id, new.message, new.agent_response);
                END;
                CREATE TRIGGER messages_words_delete AFTER DELETE ON messages BEGIN
                    INSERT INTO messages_words(messages_words, rowid, message, agent_response) VALUES ('delete', old.id, old.message, old.agent_response);
                END;
                CREATE TRIGGER messages_words_update AFTER UPDATE OF message, agent_response ON messages BEGIN
                    INSERT INTO messages_words(messages_words, rowid, message, agent_response) VALUES ('delete', old.id, old.message, old.agent_response);
                    INSERT INTO messages_words(rowid, message, agent_response) VALUES (new.id, new.message, new.agent_response);
                END;
                """
            );
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
