using Microsoft.Data.Sqlite;

namespace Sanctum.Configurator.Tests.Features.OldConfigurator;

/// <summary>
/// A file as the old configurator leaves it: its tables, its 16 keys with their defaults, and the users that a test adds.
/// </summary>
internal sealed class OldDatabaseFile : IDisposable
{
    private const string Schema = """
        CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT UNIQUE NOT NULL, email TEXT, password_hash TEXT NOT NULL, role TEXT DEFAULT 'user',
            permissions TEXT DEFAULT '[]', is_active BOOLEAN DEFAULT 1, failed_login_attempts INTEGER DEFAULT 0, last_login TIMESTAMP, locked_until TIMESTAMP);
        CREATE TABLE user_sessions (id INTEGER PRIMARY KEY, user_id INTEGER, session_token TEXT);
        CREATE TABLE system_config (config_key TEXT PRIMARY KEY, config_value TEXT, description TEXT);
        INSERT INTO system_config (config_key, config_value) VALUES ('api_key', 'ObeyG1ant'), ('admin_key', 'FreeUkra1ne'), ('flask_port', '5000'), ('smcp_port', '9000'),
            ('openai_api_key', ''), ('anthropic_api_key', ''), ('ollama_base_url', 'http://localhost:11434'), ('sanctum_base_path', '~/sanctum'),
            ('letta_data_path', '~/.letta'), ('letta_server_address', 'https://localhost'), ('letta_server_port', '443'), ('letta_server_token', ''),
            ('letta_connection_timeout', '30'), ('letta_server_active', 'true'), ('session_timeout', '1800'), ('max_message_length', '10000');
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-old-").FullName;

    public OldDatabaseFile(string schema = Schema) => Run(schema);

    public string Path => System.IO.Path.Combine(_folder, "sanctum_ui.db");

    /// <summary>A hash as Python's bcrypt makes it, of the lowest cost.</summary>
    public static string HashOf(string password) => BCrypt.Net.BCrypt.HashPassword(password, BCrypt.Net.BCrypt.GenerateSalt(4, 'b'));

    public OldDatabaseFile Set(string key, string value)
    {
        Run("INSERT OR REPLACE INTO system_config (config_key, config_value) VALUES ($key, $value)", ("$key", key), ("$value", value));
        return this;
    }

    public OldDatabaseFile AddUser(
        string name,
        string password = "an old harbour at dusk",
        string role = "user",
        string permissions = "[]",
        bool isActive = true
    ) => AddUserWithHash(name, HashOf(password), role, permissions, isActive);

    public OldDatabaseFile AddUserWithHash(string name, object hash, string role = "user", string permissions = "[]", bool isActive = true)
    {
        Run(
            "INSERT INTO users (username, email, password_hash, role, permissions, is_active, last_login) VALUES ($name, $name || '@example.org', $hash, $role, $permissions, $active, '2025-04-11 06:50:00')",
            ("$name", name),
            ("$hash", hash),
            ("$role", role),
            ("$permissions", permissions),
            ("$active", isActive ? 1 : 0)
        );
        return this;
    }

    public OldDatabaseFile Run(string sql, params (string Name, object Value)[] values)
    {
        using var file = new SqliteConnection($"Data Source={Path};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
        return this;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
