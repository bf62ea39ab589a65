using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Platform.Outbound;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Saved;

/// <summary>Makes of a row how the server is reached.</summary>
public sealed class McpTargets(SecretBox secrets, IServiceScopeFactory scopes, McpStepUps stepUps, IConfiguration configuration)
{
    internal const string Unreadable =
        "The server's secrets can't be decrypted with this key ring. Restore the keys folder, or edit the server and enter them again.";

    /// <summary>The target, or why there is none, in a sentence.</summary>
    /// <param name="userId">Whose sign-in is used, where the server has one; else that for everybody.</param>
    public (McpTarget? Target, string? Problem) Find(McpServer server, int? userId)
    {
        try
        {
            var (target, problem) = Of(server, McpSecrets.Of(server, secrets));
            return (server.SignIn == McpSignIn.OAuth ? WithSignIn(target, server.Id, userId) : target, problem);
        }
        catch (SecretUnreadableException)
        {
            return (null, Unreadable);
        }
    }

    private McpTarget? WithSignIn(McpTarget? target, int serverId, int? userId) =>
        target is null
            ? null
            : target with
            {
                Token = null,
                OAuth = new(
                    new McpStoredTokens(scopes, secrets, serverId, userId),
                    RedirectOf(configuration),
                    null,
                    null,
                    stepUps.Of(serverId)
                ),
            };

    /// <summary>Where whoever signed in comes back to, as far as the operator has said where the console is.</summary>
    private static Uri RedirectOf(IConfiguration configuration) =>
        new(
            Uri.TryCreate(configuration[Urls.PublicUrlSetting], UriKind.Absolute, out var known) ? known : new Uri("http://localhost/"),
            Urls.McpSignedIn
        );

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

        if (McpVariables.FaultOf(server.Url, values.Environment) is { } gap)
        {
            return (null, gap);
        }

        var (url, fault) = WebAddress.Read(McpVariables.Fill(server.Url, values.Environment));
        return url is null
            ? (null, $"The address can't be called: {fault}")
            : (
                new()
                {
                    Transport = server.Transport,
                    Url = url,
                    Token = values.ApiKey,
                    Headers = values.Headers,
                    InAddress = values.Environment,
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
