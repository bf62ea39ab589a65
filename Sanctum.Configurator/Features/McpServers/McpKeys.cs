using System.Text.RegularExpressions;
using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.Tools.Curl;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>
/// Keys that people put into arguments and addresses: known by the name in front of them or by their looks. Each is given to a function with
/// its name, and what that answers takes its place.
/// </summary>
internal static partial class McpKeys
{
    /// <summary>A shorter one is a word, or a number.</summary>
    private const int Shortest = 6;

    private const string NoName = "key";

    // What is named by these is where a key is, or how it is given, and not the key.
    private static readonly string[] NotKeys =
    [
        "file",
        "path",
        "dir",
        "env",
        "stdin",
        "name",
        "header",
        "url",
        "host",
        "server",
        "endpoint",
        "proxy",
        "address",
        "uri",
        "id",
        "type",
        "store",
    ];

    /// <summary>What stands for a key where nobody is to enter one.</summary>
    public static string Hidden(string name, string key) => "••••";

    /// <summary>
    /// <c>--token x</c>, <c>--token=x</c>, <c>TOKEN=x</c>, <c>Authorization: Bearer x</c>, members of JSON, parts of an address, and what
    /// looks like a key.
    /// </summary>
    /// <param name="standIn">Of a name and a key.</param>
    public static IReadOnlyList<string> Replace(IReadOnlyList<string> arguments, Func<string, string, string> standIn)
    {
        var replaced = new List<string>();
        string? asked = null;
        foreach (var argument in arguments)
        {
            var isOption = argument.StartsWith('-');
            replaced.Add(asked is not null && !isOption ? Put(argument, 0, argument.Length, asked, standIn) : ReplaceIn(argument, standIn));
            asked =
                argument.Length == 0 ? asked
                : isOption && !argument.Contains('=', StringComparison.Ordinal) && IsKey(argument) ? argument.TrimStart('-')
                : null;
        }

        return replaced;
    }

    /// <summary>In the query, by the names of its parameters and by what looks like a key; in the path by their looks; the password.</summary>
    public static string ReplaceInAddress(string address, Func<string, string, string> standIn)
    {
        var start = address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var found ? found : address.Length;
        var place = UserInfo().Match(address[..start]) is { Success: true } user
            ? Put(address[..start], user.Groups["key"].Index, user.Groups["key"].Length, "password", standIn)
            : address[..start];
        place = ReplaceByLooks(place, standIn);
        return start == address.Length
            ? place
            : $"{place}?{string.Join('&', address[(start + 1)..].Split('&').Select(field => ReplaceIn(field, standIn)))}";
    }

    private static string ReplaceIn(string text, Func<string, string, string> standIn)
    {
        if (Address().IsMatch(text))
        {
            return ReplaceInAddress(text, standIn);
        }

        if (text.StartsWith('{'))
        {
            return ReplaceInJson(text, standIn);
        }

        if (Header().Match(text) is { Success: true } header && SecretNames.IsHeader(header.Groups[1].Value))
        {
            return Put(text, header.Groups[2].Index, header.Groups[2].Length, header.Groups[1].Value, standIn);
        }

        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at <= 0 ? ReplaceByLooks(text, standIn)
            : IsKey(text[..at]) ? Put(text, at + 1, text.Length - at - 1, text[..at].TrimStart('-'), standIn)
            : text[..(at + 1)] + ReplaceIn(text[(at + 1)..], standIn);
    }

    /// <summary>The member's text as it is written, so that nothing else of the argument changes.</summary>
    private static string ReplaceInJson(string text, Func<string, string, string> standIn)
    {
        foreach (var member in Member().Matches(text).Reverse())
        {
            if (IsKey(member.Groups[1].Value))
            {
                text = Put(text, member.Groups[2].Index, member.Groups[2].Length, member.Groups[1].Value, standIn);
            }
        }

        return ReplaceByLooks(text, standIn);
    }

    private static string ReplaceByLooks(string text, Func<string, string, string> standIn)
    {
        foreach (var (_, start, length) in SecretShapes.Find(text, 0, text.Length).Reverse())
        {
            text = Put(text, start, length, NoName, standIn);
        }

        return text;
    }

    private static string Put(string text, int start, int length, string name, Func<string, string, string> standIn)
    {
        var key = text.Substring(start, length);
        return length < Shortest || SecretNames.IsVariable(key) || Sendable.IsStandIn(key)
            ? text
            : text[..start] + standIn(name, key) + text[(start + length)..];
    }

    /// <summary>Whether a name says that its value is a key; also the second of that name, which has a number.</summary>
    public static bool IsKey(string name) => McpTarget.IsSecret(name) && !Array.Exists(NotKeys, end => EndsWithWord(name, end));

    /// <summary>file in token-file, TOKEN_FILE and tokenFile, but id in no "valid".</summary>
    private static bool EndsWithWord(string name, string word) =>
        name.EndsWith(word, StringComparison.OrdinalIgnoreCase)
        && name.Length > word.Length
        && (name[^(word.Length + 1)] is '-' or '_' || (char.IsUpper(name[^word.Length]) && char.IsLower(name[^(word.Length + 1)])));

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*://", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    /// <summary>The password before the last @ of the authority, or a token that stands there alone.</summary>
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#:]*:(?<key>[^/?#]+)|(?<key>[A-Za-z0-9_-]{16,}))@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"^(?:-H\s*)?([A-Za-z][A-Za-z0-9-]*):\s*(?:(?:Bearer|Basic|Token|ApiKey)\s+)?(.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Header();

    [GeneratedRegex("\"([^\"\\\\]+)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Member();
}
