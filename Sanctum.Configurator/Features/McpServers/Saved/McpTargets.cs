using System.Text.Json;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Saved;

/// <summary>Makes of a row how the server is reached.</summary>
public sealed class McpTargets(SecretBox secrets)
{
    internal const string Unreadable =
        "The server's secrets can't be decrypted with this key ring. Restore the keys folder, or edit the server and enter them again.";

    /// <summary>The target, or why there is none, in a sentence.</summary>
    public (McpTarget? Target, string? Problem) Find(McpServer server)
    {
        try
        {
            return Of(server, McpSecrets.Of(server, secrets));
        }
        catch (SecretUnreadableException)
        {
            return (null, Unreadable);
        }
    }

    internal static (McpTarget? Target, string? Problem) Of(McpServer server, McpSecrets values)
    {
        if (server.Transport == McpTransport.Stdio)
        {
            return server.Command is { Length: > 0 } program
                ? (
                    new() { Transport = McpTransport.Stdio, Command = new StdioCommand(program, ArgumentsOf(server), values.Environment) },
                    null
                )
                : (null, "The server has no command. Edit it and enter one.");
        }

        var (url, fault) = WebAddress.Read(server.Url);
        return url is null
            ? (null, $"The address can't be called: {fault}")
            : (
                new()
                {
                    Transport = server.Transport,
                    Url = url,
                    Token = values.ApiKey,
                    Headers = values.Headers,
                },
                null
            );
    }

    internal static IReadOnlyList<string> ArgumentsOf(McpServer server)
    {
        try
        {
            return server.Arguments is null ? [] : JsonSerializer.Deserialize<List<string>>(server.Arguments) ?? [];
        }
        catch (JsonException)
        {
            // As another program may write: the command is started without them, and the test says how that ends.
            return [];
        }
    }
}
