using Sanctum.Configurator.Features.McpServers.Processes;
using Sanctum.Configurator.Features.Tools.Curl;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>An MCP server as it is reached. Its secrets are kept out of <see cref="object.ToString"/>.</summary>
public sealed record McpTarget
{
    private const string Nowhere = "nowhere";

    /// <summary>By which several of one name are told apart, as in TOKEN_2.</summary>
    private static readonly char[] Numbers = [.. "_0123456789"];

    /// <summary>A shorter one is a word that stands in many a text.</summary>
    private const int ShortestSecret = 6;

    public McpTransport Transport { get; init; }

    /// <summary>Null for a program.</summary>
    public Uri? Url { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c>, to this address's origin only.</summary>
    public string? Token { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The secret parts of the address, by the names of their variables.</summary>
    internal IReadOnlyDictionary<string, string> InAddress { get; init; } = new Dictionary<string, string>();

    /// <summary>How somebody signs in to it; null where a key does.</summary>
    internal McpOAuth? OAuth { get; init; }

    /// <summary>Null for an address.</summary>
    public StdioCommand? Command { get; init; }

    /// <summary>What is called, in a few words and without what is secret.</summary>
    public string Place => Url?.Authority ?? Command?.Program ?? Nowhere;

    /// <summary>
    /// What a server must not be heard saying: its key, and those of its headers and variables that a name or a shape gives away. Others, such
    /// as a folder, are part of what it has to say.
    /// </summary>
    internal HiddenSecrets Secrets =>
        new(
            (Token is null ? [] : new[] { Token })
                .Concat(InAddress.Values)
                .Concat(
                    Headers
                        .Concat(Command?.Environment ?? new Dictionary<string, string>())
                        .Where(IsSecret)
                        .SelectMany(pair => WordsOf(pair.Value))
                )
                .Where(secret => secret.Length >= ShortestSecret)
        );

    /// <summary>An address of the server with variables in the places of its secret parts, as a form and a page have it.</summary>
    internal string AsTyped(Uri address) =>
        Secrets.Hide(
            InAddress
                .OrderByDescending(pair => pair.Value.Length)
                .Aggregate(
                    address.AbsoluteUri,
                    (text, pair) => text.Replace(pair.Value, McpVariables.GapOf(pair.Key), StringComparison.Ordinal)
                )
        );

    /// <summary>Whether a name says that its value is a secret.</summary>
    internal static bool IsSecret(string name) => SecretNames.IsField(name.TrimEnd(Numbers));

    private static bool IsSecret(KeyValuePair<string, string> pair) =>
        IsSecret(pair.Key) || SecretShapes.Find(pair.Value, 0, pair.Value.Length).Any();

    /// <summary>Whole, and without the scheme in front: <c>Bearer …</c>.</summary>
    private static IEnumerable<string> WordsOf(string value) =>
        value.IndexOf(' ') is > 0 and var at ? [value, value[(at + 1)..].Trim()] : [value];

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Transport)} = {Transport}, {nameof(Place)} = {Place}");
        return true;
    }
}
