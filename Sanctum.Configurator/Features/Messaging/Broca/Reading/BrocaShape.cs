namespace Sanctum.Configurator.Features.Messaging.Broca.Reading;

/// <summary>Which of Broca's schemas a file has, by its tables and columns: they bear no version.</summary>
/// <param name="Name">As an import keeps it.</param>
/// <param name="Title">For people.</param>
/// <param name="Users">The table <c>users</c> of the first schema, else <c>letta_users</c>.</param>
/// <param name="Profiles">Null in the first schema.</param>
/// <param name="Queue">Null where the file has none.</param>
internal sealed record BrocaShape(string Name, string Title, BrocaTable Users, BrocaTable? Profiles, BrocaTable Messages, BrocaTable? Queue)
{
    private const string NotBroca = "This is a SQLite database, but not Broca's: ";

    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["users"] = ["user_id", "username", "first_name", "last_active", "message_count"],
        ["letta_users"] =
        [
            "id",
            "created_at",
            "last_active",
            "letta_identity_id",
            "letta_block_id",
            "agent_preferences",
            "conversation_history_limit",
            "custom_instructions",
            "is_active",
        ],
        ["platform_profiles"] =
        [
            "id",
            "letta_user_id",
            "platform",
            "platform_user_id",
            "username",
            "display_name",
            "metadata",
            "created_at",
            "last_active",
        ],
        ["messages"] =
        [
            "id",
            "user_id",
            "letta_user_id",
            "platform_profile_id",
            "role",
            "message",
            "timestamp",
            "processed",
            "gpt_response",
            "agent_response",
        ],
        ["queue"] = ["id", "user_id", "letta_user_id", "message_id", "status", "attempts", "attempt_count", "timestamp"],
    };

    /// <summary>Whether people and platforms are one in it.</summary>
    public bool IsFirst => Profiles is null;

    /// <summary>Columns that this console does not know, and tables that stay behind.</summary>
    public IReadOnlyList<string> Unknown { get; private init; } = [];

    /// <summary>The column by which a user is known.</summary>
    public string UserKey => IsFirst ? "user_id" : "id";

    /// <summary>The column by which messages and the queue name a user.</summary>
    public string UserReference => IsFirst ? "user_id" : "letta_user_id";

    public string ResponseColumn => Messages.Has("agent_response") ? "agent_response" : "gpt_response";

    public string AttemptsColumn => Queue?.Has("attempts") == true ? "attempts" : "attempt_count";

    /// <exception cref="BrocaFileException">It is none of them.</exception>
    public static BrocaShape Of(BrocaDatabase database)
    {
        var tables = database.Tables().DistinctBy(table => table.Name).ToDictionary(table => table.Name);
        var messages = Needed(tables, "messages", "id", "role", "message");
        var isFirst = !messages.Has("letta_user_id");
        var users = isFirst ? Needed(tables, "users", "user_id") : Needed(tables, "letta_users", "id");
        var profiles = isFirst ? null : Needed(tables, "platform_profiles", "id", "letta_user_id", "platform", "platform_user_id");
        _ = isFirst ? Needed(tables, "messages", "user_id") : messages;
        var queue = tables.ContainsKey("queue") ? Needed(tables, "queue", "id", "message_id", "status") : null;
        var (name, title) = NameOf(isFirst, users, messages, queue);
        BrocaTable?[] taken = [users, profiles, messages, queue];
        return new(name, title, users, profiles, messages, queue)
        {
            Unknown =
            [
                .. tables.Values.Where(table => !taken.Contains(table)).Select(table => $"table {table.Name}"),
                .. from table in taken.OfType<BrocaTable>()
                from column in table.Columns
                where !Known[table.Name].Contains(column.ToLowerInvariant())
                select $"column {table.Name}.{column}",
            ],
        };
    }

    private static (string Name, string Title) NameOf(bool isFirst, BrocaTable users, BrocaTable messages, BrocaTable? queue) =>
        isFirst
            ? messages.Has("gpt_response") && queue?.Has("attempts") != true
                ? ("v1", "Broca 1 (gpt_response, attempt_count)")
                : ("v1-later", "Broca 1, later (agent_response, attempts)")
            : users.Has("conversation_history_limit")
                ? ("v2-april-2025", "Broca 2 of April 2025")
                : ("v3", "Broca 2 or 3");

    private static BrocaTable Needed(Dictionary<string, BrocaTable> tables, string name, params string[] columns) =>
        !tables.TryGetValue(name, out var table) ? throw new BrocaFileException($"{NotBroca}it has no table {name}.")
        : Array.Find(columns, column => !table.Has(column)) is { } missing
            ? throw new BrocaFileException($"{NotBroca}its table {name} has no column {missing}.")
        : table;
}
