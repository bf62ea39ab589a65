namespace Sanctum.Configurator.Tests.Support;

/// <summary>MCP servers that are programs: shell scripts of a test's own, so that they need nothing that is not on every machine.</summary>
public sealed class StdioServer : IDisposable
{
    private const string Head = """
        #!/bin/sh
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }

        """;

    private const string Loop = """
        while IFS= read -r line; do
          id=$(printf '%s' "$line" | sed -n 's/.*"id":\("[^"]*"\|[0-9]*\).*/\1/p')
          case "$line" in
            *'"server/discover"'*) DISCOVER ;;
            *'"initialize"'*) answer '"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"shell","version":"0.1"}}' ;;
            *'"tools/list"'*) answer '"result":{"tools":[{"name":"env","description":"Lists the environment.","inputSchema":{"type":"object"}}]}' ;;
            *'"tools/call"'*) CALL ;;
          esac
        done
        """;

    private const string Unknown = """answer '"error":{"code":-32601,"message":"Method not found"}'""";
    private const string SaysEnvironment =
        """answer "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"$(env | tr '\n"\\' '   ')\"}]}" """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sanctum-mcp-").FullName;

    public StdioServer(string before = "", string discover = Unknown, string call = SaysEnvironment)
    {
        Program = Path.Combine(_folder, "server.sh");
        File.WriteAllText(
            Program,
            Head
                + before
                + "\n"
                + Loop.Replace("DISCOVER", discover, StringComparison.Ordinal).Replace("CALL", call, StringComparison.Ordinal)
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string Program { get; }

    /// <summary>A file beside it, for what it leaves behind.</summary>
    public string FileOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
