namespace Sanctum.Configurator.Features.RestApi;

/// <summary>A call of the REST API that becomes a tool.</summary>
/// <param name="Curl">For the import of cURL commands. The key is a variable, which the import asks for.</param>
internal sealed record MakerTool(string Table, string Name, string Method, string Path, string Purpose, string Curl);

/// <summary>The seven tools that seed 004 names.</summary>
internal static class MakerTools
{
    private const string Conversation = "00000000-0000-0000-0000-000000000000";

    private static readonly (string Table, string Name, string Method, string Query, string Purpose, string? Body)[] Rows =
    [
        ("conversations", "ListConversations", "GET", "?select=*&order=updated_at.desc&limit=50", "Fetch the user's chat sessions", null),
        ("conversations", "CreateConversation", "POST", "", "Start a new chat session", """{"title":"A new conversation"}"""),
        ("messages", "GetMessages", "GET", $"?conversation_id=eq.{Conversation}&order=created_at", "Load chat history", null),
        (
            "messages",
            "SaveMessage",
            "POST",
            "",
            "Store a message",
            $$"""{"conversation_id":"{{Conversation}}","role":"user","content":"What was said"}"""
        ),
        ("generated_code", "GetGeneratedCode", "GET", "?select=*&order=created_at.desc&limit=50", "Browse the code archive", null),
        (
            "generated_code",
            "SaveGeneratedCode",
            "POST",
            "",
            "Archive a generated component",
            """{"component_name":"Card","code":"export const Card = () => null;","language":"tsx"}"""
        ),
        ("user_preferences", "GetPreferences", "GET", "?select=*", "Load the user's settings", null),
    ];

    /// <summary>For the dialog that makes a tool of a command.</summary>
    public static IEnumerable<CurlExample> Examples =>
        For("").Select((tool, at) => new CurlExample(tool.Name, tool.Purpose, console => For(console)[at].Curl));

    /// <param name="console">The console's address, as whoever asks knows it.</param>
    public static IReadOnlyList<MakerTool> For(string console) =>
        [
            .. Rows.Select(row =>
            {
                var path = $"/rest/v1/{row.Table}{row.Query}";
                var body = row.Body is null
                    ? ""
                    : $" \\\n--header 'Content-Type: application/json' \\\n--header 'Prefer: return=representation' \\\n--data '{row.Body}'";
                return new MakerTool(
                    row.Table,
                    row.Name,
                    row.Method,
                    path,
                    row.Purpose,
                    $"curl --location --request {row.Method} '{console}{path}' \\\n--header \"apikey: $SANCTUM_API_KEY\" \\\n--header \"Authorization: Bearer $SANCTUM_API_KEY\"{body}"
                );
            }),
        ];
}
