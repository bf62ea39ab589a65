namespace Sanctum.Configurator.Features.Templates;

/// <summary>A template that comes with the console and is not a row.</summary>
internal sealed record ShippedTemplate(string Id, string Kind, string Name, string Description, TemplateContent Content)
{
    public TemplateRow Row => new(Id, Name, Kind, Description, true, Content.Variables, null, null, 0);

    public TemplateView View => new(Row, TemplateContent.Write(Kind, Content.Variables, Content.Part.DeepClone()));
}

/// <summary>What an operator starts from.</summary>
internal static class ShippedTemplates
{
    public static readonly IReadOnlyList<ShippedTemplate> All =
    [
        Of(
            "prime-agent",
            TemplateContent.Agent,
            "Prime agent",
            "The first agent of a Sanctum: it knows its user and remembers what it learns.",
            """
            {
              "variables": [
                {"name": "name", "label": "Name of the agent", "default": "Prime", "required": true},
                {"name": "person", "label": "Name of its user", "required": true},
                {"name": "model", "label": "Model", "default": "openai/gpt-4.1", "required": true},
                {"name": "embedding", "label": "Embedding model", "default": "openai/text-embedding-3-small", "required": true}
              ],
              "agent": {
                "name": "{{name}}",
                "description": "The first agent of this Sanctum.",
                "model": "{{model}}",
                "embedding": "{{embedding}}",
                "system": "You are {{name}}, the first agent of a private Sanctum. You work for {{person}}. Answer plainly and briefly. Say so when you do not know. Keep what you learn about {{person}} and their work in your memory, and correct it when it turns out wrong. Ask before you do anything that cannot be taken back.",
                "tags": ["prime"],
                "tools": ["conversation_search", "memory_insert", "memory_replace"],
                "blocks": [
                  {"label": "persona", "value": "I am {{name}}. I am calm, exact and helpful, and I finish what I begin."},
                  {"label": "human", "value": "I work for {{person}}."}
                ]
              }
            }
            """
        ),
        Of(
            "researcher",
            TemplateContent.Agent,
            "Researcher",
            "Researches topics on the web, cites its sources and remembers its findings.",
            """
            {
              "variables": [
                {"name": "name", "label": "Name of the agent", "default": "Researcher", "required": true},
                {"name": "field", "label": "Topic", "required": true},
                {"name": "model", "label": "Model", "default": "openai/gpt-4.1", "required": true},
                {"name": "embedding", "label": "Embedding model", "default": "openai/text-embedding-3-small", "required": true}
              ],
              "agent": {
                "name": "{{name}}",
                "description": "Finds out about {{field}}.",
                "model": "{{model}}",
                "embedding": "{{embedding}}",
                "system": "You are {{name}}. You find out about {{field}}. Search before you answer, read the pages that you cite, and name the address of each source. Where sources disagree, say so. Tell what is known apart from what you conclude. Keep findings that may be asked for again in your archival memory, with their sources and the date.",
                "tags": ["research"],
                "tools": ["web_search", "fetch_webpage", "archival_memory_insert", "archival_memory_search", "conversation_search"],
                "blocks": [
                  {"label": "persona", "value": "I am {{name}}. I would rather say that I found nothing than guess."},
                  {"label": "questions", "value": "Open questions about {{field}}: none yet."}
                ]
              }
            }
            """
        ),
        Of(
            "http-health-check",
            TemplateContent.Tool,
            "HTTP health check",
            "Checks within ten seconds whether an address responds.",
            """
            {
              "variables": [
                {"name": "name", "label": "Name of the tool", "default": "Health check", "required": true},
                {"name": "url", "label": "Address, such as http://127.0.0.1:8283/v1/health/", "required": true}
              ],
              "tool": {
                "name": "{{name}}",
                "emoji": "🩺",
                "description": "Checks whether {{url}} responds.",
                "tool_type": "service",
                "config": {"kind": "http", "method": "GET", "url": "{{url}}", "headers": [["Accept", "*/*"]], "follow_redirects": true, "timeout_seconds": 10}
              }
            }
            """
        ),
        Of(
            "webhook",
            TemplateContent.Tool,
            "Send a webhook",
            "Sends a message to a chat or service that accepts JSON with a text. The address is stored as a secret, because anyone who knows it can send messages.",
            """
            {
              "variables": [
                {"name": "name", "label": "Name of the tool", "default": "Webhook", "required": true},
                {"name": "url", "label": "Address of the webhook", "required": true, "secret": true},
                {"name": "text", "label": "Message", "default": "Hello from the Sanctum.", "required": true}
              ],
              "tool": {
                "name": "{{name}}",
                "emoji": "📣",
                "description": "Sends a message to a webhook.",
                "tool_type": "service",
                "config": {
                  "kind": "http", "method": "POST", "url": "{{url}}", "headers": [["Content-Type", "application/json"]],
                  "body": "{\"text\":\"{{json:text}}\"}", "timeout_seconds": 30
                }
              }
            }
            """
        ),
        Of(
            "message-agent",
            TemplateContent.Tool,
            "Message a Letta agent",
            "Sends a message to an agent through the REST API of its Letta server and shows the answer.",
            """
            {
              "variables": [
                {"name": "name", "label": "Name of the tool", "default": "Message an agent", "required": true},
                {"name": "server", "label": "Address of the Letta server, without a slash at its end", "default": "http://127.0.0.1:8283", "required": true},
                {"name": "agent_id", "label": "The agent's id on the server, which begins with agent-", "required": true},
                {"name": "token", "label": "Password of the Letta server; any word where it has none", "required": true, "secret": true},
                {"name": "message", "label": "Message", "default": "Are you there?", "required": true}
              ],
              "tool": {
                "name": "{{name}}",
                "emoji": "💬",
                "description": "Sends a message to {{agent_id}}.",
                "tool_type": "service",
                "config": {
                  "kind": "http", "method": "POST", "url": "{{server}}/v1/agents/{{agent_id}}/messages",
                  "headers": [["Authorization", "Bearer {{token}}"], ["Content-Type", "application/json"]],
                  "body": "{\"messages\":[{\"role\":\"user\",\"content\":\"{{json:message}}\"}]}", "timeout_seconds": 180
                }
              }
            }
            """
        ),
    ];

    public static ShippedTemplate? Find(string id) => All.FirstOrDefault(template => template.Id == id);

    private static ShippedTemplate Of(string id, string kind, string name, string description, string json)
    {
        var (content, problem) = TemplateContent.Read(kind, json);
        return new(id, kind, name, description, content ?? throw new InvalidOperationException($"The template {id} is wrong: {problem}"));
    }
}
