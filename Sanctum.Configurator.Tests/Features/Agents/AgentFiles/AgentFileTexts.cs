using System.Text;
using System.Text.Json;

namespace Sanctum.Configurator.Tests.Features.Agents.AgentFiles;

/// <summary>Agent files as Letta writes them, and as nobody would.</summary>
internal static class AgentFileTexts
{
    public const string Whole = """
        {"agents":[{"id":"agent-0","name":"Athena","description":"Wise","system":"Be wise.","model":null,"llm_config":{"model":"gpt-4.1","handle":"openai/gpt-4.1"},
        "embedding":"openai/text-embedding-3-small","tool_ids":["tool-0","tool-1"],"block_ids":["block-0"],"messages":[{"role":"system"},{"role":"user"}],
        "tool_exec_environment_variables":{"API_KEY":"","CITY":"Athens"},"secrets":null,"tags":["wise"]}],
        "groups":[],"blocks":[{"id":"block-0","label":"persona","value":"I am wise."}],"files":[],"sources":[],
        "tools":[{"id":"tool-0","name":"web_search","source_code":"def web_search(): pass"},{"id":"tool-1","name":"send_message","source_code":null}],
        "mcp_servers":[],"metadata":{"revision_id":"1"},"created_at":"2026-01-01T00:00:00Z"}
        """;

    public const string FirstForm =
        """{"agent_type":"memgpt_v2_agent","core_memory":[],"llm_config":{},"messages":[],"name":"deep-thought","version":"0.11.3"}""";

    public static string Twice(string text) => JsonSerializer.Serialize(text);

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
