using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Features.Messaging.Broca;

/// <summary>A database as a Broca leaves it, of any of its schemas, with the rows that a test adds.</summary>
internal sealed class BrocaDatabaseFile : IDisposable
{
    public const string V1 = """
        CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, role TEXT, message TEXT, timestamp TEXT, processed INTEGER DEFAULT 0, gpt_response TEXT);
        CREATE TABLE users (user_id INTEGER PRIMARY KEY, username TEXT, first_name TEXT, last_active TEXT, message_count INTEGER DEFAULT 0);
        CREATE TABLE queue (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, message_id INTEGER, status TEXT, attempt_count INTEGER DEFAULT 0);
        """;

    public const string V1Later = """
        CREATE TABLE users (user_id INTEGER PRIMARY KEY, username TEXT, first_name TEXT, last_active TEXT, message_count INTEGER DEFAULT 0);
        CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, role TEXT, message TEXT, timestamp TEXT, processed INTEGER DEFAULT 0, agent_response TEXT);
        CREATE TABLE queue (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, message_id INTEGER, status TEXT, attempts INTEGER DEFAULT 0, timestamp TEXT DEFAULT CURRENT_TIMESTAMP);
        """;

    public const string V3 = """
        CREATE TABLE letta_users (id INTEGER PRIMARY KEY AUTOINCREMENT, created_at TEXT DEFAULT CURRENT_TIMESTAMP, last_active TEXT, letta_identity_id TEXT,
            letta_block_id TEXT, agent_preferences TEXT, custom_instructions TEXT, is_active INTEGER DEFAULT 1);
        CREATE TABLE platform_profiles (id INTEGER PRIMARY KEY AUTOINCREMENT, letta_user_id INTEGER, platform TEXT, platform_user_id TEXT, username TEXT,
            display_name TEXT, metadata TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP, last_active TEXT,
            FOREIGN KEY (letta_user_id) REFERENCES letta_users(id), UNIQUE(platform, platform_user_id));
        CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, letta_user_id INTEGER, platform_profile_id INTEGER, role TEXT, message TEXT, timestamp TEXT,
            processed INTEGER DEFAULT 0, agent_response TEXT, FOREIGN KEY (letta_user_id) REFERENCES letta_users(id),
            FOREIGN KEY (platform_profile_id) REFERENCES platform_profiles(id));
        CREATE TABLE queue (id INTEGER PRIMARY KEY AUTOINCREMENT, letta_user_id INTEGER, message_id INTEGER, status TEXT, attempts INTEGER DEFAULT 0,
            timestamp TEXT DEFAULT CURRENT_TIMESTAMP, FOREIGN KEY (letta_user_id) REFERENCES letta_users(id), FOREIGN KEY (message_id) REFERENCES messages(id));
        """;

    /// <summary>Two columns stand last, as in files that were migrated by ALTER TABLE, so that no place of a column is one's to rely on.</summary>
    public static readonly string April2025 =
        V3.Replace(
            "last_active TEXT, letta_identity_id TEXT,\n    letta_block_id TEXT, agent_preferences TEXT,",
            "last_active TEXT, agent_preferences TEXT, conversation_history_limit INTEGER DEFAULT 10,",
            StringComparison.Ordinal
        ) + "ALTER TABLE letta_users ADD COLUMN letta_identity_id TEXT; ALTER TABLE letta_users ADD COLUMN letta_block_id TEXT;";

    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-broca-").FullName;

    public BrocaDatabaseFile(string schema = V3) => Run($"PRAGMA foreign_keys = OFF; {schema}");

    public string Folder => _folder;

    public string FilePath => Path.Combine(_folder, "sanctum.db");

    /// <summary>Two people of the first schema: one answered, one not.</summary>
    public static BrocaDatabaseFile First(string schema = V1)
    {
        var answer = schema == V1 ? "gpt_response" : "agent_response";
        var attempts = schema == V1 ? "attempt_count" : "attempts";
        return new BrocaDatabaseFile(schema).Run(
            $"""
            INSERT INTO users VALUES (7000000001, 'ada', 'Ada', '2025-04-11 06:50 UTC', 12), (7000000002, NULL, 'Bob', '2025-04-12T08:00:01.5', 1);
            INSERT INTO messages (id, user_id, role, message, timestamp, processed, {answer}) VALUES
                (1, 7000000001, 'user', 'Good morning', '2025-04-11 06:48 UTC', 1, 'Good morning, Ada'),
                (2, 7000000001, 'user', 'And now?', '2025-04-11T06:49:21.144013', 1, 'Now too'),
                (3, 7000000002, 'user', 'Hello', '2025-04-12 08:00:00', 0, NULL);
            INSERT INTO queue (id, user_id, message_id, status, {attempts}) VALUES (1, 7000000001, 1, 'done', 1), (2, 7000000001, 2, 'done', 2), (3, 7000000002, 3, 'pending', 0);
            """
        );
    }

    /// <summary>A second-schema file with what real ones show: orphans, stuck entries, old words, three shapes of time, people without profile.</summary>
    public static BrocaDatabaseFile Odd(string schema = V3) =>
        new BrocaDatabaseFile(schema).Run(
            """
            INSERT INTO letta_users (id, created_at, last_active, letta_identity_id, letta_block_id, agent_preferences, custom_instructions) VALUES
                (1, '2025-04-20 10:00:00', '2025-04-21T10:00:00.123456', 'identity-1', 'block-1', '{"tone": "dry", "a": [1, 2]}', 'Be brief.'),
                (2, '2025-04-20 10:00:00', '2025-04-11 06:50 UTC', NULL, NULL, '{''tone'': 1}', NULL),
                (3, '2025-04-20 10:00:00', NULL, NULL, NULL, NULL, NULL);
            INSERT INTO platform_profiles (id, letta_user_id, platform, platform_user_id, username, display_name, metadata) VALUES
                (1, 1, 'telegram', '111', 'ada', 'Ada', '{"lang": "en"}'), (2, 1, 'Email', 'ada@example.org', NULL, 'Ada L.', NULL),
                (3, 2, 'telegram', '222', 'bob', 'Bob', NULL), (4, 99, 'telegram', '999', 'gone', 'Gone', NULL), (5, 2, 'Telegram', '222', 'bob', 'Bob again', NULL);
            UPDATE platform_profiles SET created_at = '2025-04-20 10:00:00';
            INSERT INTO messages (id, letta_user_id, platform_profile_id, role, message, timestamp, processed, agent_response) VALUES
                (1, 1, 1, 'user', 'One', '2025-04-21 10:00 UTC', 1, 'First answer'), (2, 1, 2, 'user', 'Two', '2025-04-21T10:01:00.5', 1, 'Second'),
                (3, 2, 3, 'assistant', 'Three', '2025-04-21 10:02:00', 1, NULL), (4, 99, 4, 'user', 'Whose?', '2025-04-21 10:03:00', 1, 'Nobody''s'),
                (5, 2, 3, 'operator', 'Four', 'yesterday', 0, NULL), (6, NULL, 1, 'user', 'By profile', '2099-01-01 00:00:00', 0, NULL);
            INSERT INTO queue (id, letta_user_id, message_id, status, attempts, timestamp) VALUES
                (1, 1, 1, 'completed', 1, '2025-04-21 10:00:00'), (2, 1, 2, 'done', 1, '2025-04-21 10:00:00'), (3, 2, 3, 'flushed', 0, '2025-04-21 10:00:00'),
                (4, 99, 4, 'completed', 1, '2025-04-21 10:00:00'), (5, 2, 5, 'processing', 4711, '2025-04-21 10:00:00'), (6, 1, 777, 'failed', 3, '2025-04-21 10:00:00'),
                (7, 1, 6, 'paused', 0, '2025-04-21 10:00:00'), (8, 1, 6, 'failed', 3, '2025-04-21 10:00:00');
            """
        );

    /// <summary>Of many people and messages, all answered.</summary>
    public static BrocaDatabaseFile Large(int messages, int people = 50) =>
        new BrocaDatabaseFile().Run(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people}) INSERT INTO letta_users (id, last_active) SELECT i, '2025-04-20 10:00:00' FROM n;
                INSERT INTO platform_profiles (id, letta_user_id, platform, platform_user_id, username) SELECT id, id, 'telegram', 1000 + id, 'person' || id FROM letta_users;
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {messages}) INSERT INTO messages (id, letta_user_id, platform_profile_id, role, message,
                    timestamp, processed, agent_response) SELECT i, 1 + i % {people}, 1 + i % {people}, 'user', 'Message ' || i || ' about the harbour at dawn', '2025-04-21T10:00:00', 1,
                    'Answer ' || i FROM n;
                INSERT INTO queue (letta_user_id, message_id, status, attempts) SELECT letta_user_id, id, 'completed', 1 FROM messages;
                """
            )
        );

    public BrocaDatabaseFile Run(string sql)
    {
        using var file = new SqliteConnection($"Data Source={FilePath};Pooling=False;Foreign Keys=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
        return this;
    }

    public string Ask(string sql)
    {
        using var file = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = sql;
        return $"{command.ExecuteScalar()}";
    }

    public Stream Read() => new MemoryStream(File.ReadAllBytes(FilePath));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
