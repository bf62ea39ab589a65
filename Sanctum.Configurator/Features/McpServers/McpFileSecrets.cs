using Sanctum.Configurator.Features.Tools.Curl;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>
/// Keys that people put where nothing is encrypted: into arguments and addresses. A file that goes out has placeholders in their places.
/// </summary>
internal static class McpFileSecrets
{
    /// <summary><c>--token x</c>, <c>--token=x</c>, and what looks like a key.</summary>
    /// <param name="placeholder">Of a name.</param>
    public static IReadOnlyList<string> HideInArguments(IReadOnlyList<string> arguments, Func<string, string> placeholder)
    {
        var hidden = new List<string>();
        string? asked = null;
        foreach (var argument in arguments)
        {
            var (isOption, name, value) = PartsOf(argument);
            hidden.Add(
                asked is not null && !isOption ? placeholder(asked)
                : isOption && value is { Length: > 0 } && SecretNames.IsField(name) ? $"{argument[..^value.Length]}{placeholder(name)}"
                : HideKeys(argument, name, placeholder)
            );
            asked = isOption && value is null && SecretNames.IsField(name) ? name : null;
        }

        return hidden;
    }

    /// <summary>In the query, by the names of its parameters and by what looks like a key; keys in the path by their looks.</summary>
    public static string HideInAddress(string address, Func<string, string> placeholder)
    {
        var start = address.IndexOf('?');
        if (start < 0)
        {
            return HideKeys(address, "key", placeholder);
        }

        var fields = address[(start + 1)..]
            .Split('&')
            .Select(field =>
                field.IndexOf('=') is > 0 and var at && at < field.Length - 1 && SecretNames.IsField(field[..at])
                    ? $"{field[..at]}={placeholder(field[..at])}"
                    : HideKeys(field, "key", placeholder)
            );
        return $"{HideKeys(address[..start], "key", placeholder)}?{string.Join('&', fields)}";
    }

    private static (bool IsOption, string Name, string? Value) PartsOf(string argument)
    {
        var bare = argument.TrimStart('-');
        var at = bare.IndexOf('=');
        return (bare.Length < argument.Length, at < 0 ? bare : bare[..at], at < 0 ? null : bare[(at + 1)..]);
    }

    private static string HideKeys(string text, string name, Func<string, string> placeholder)
    {
        foreach (var (_, start, length) in SecretShapes.Find(text, 0, text.Length).Reverse())
        {
            text =
                text[..start] + placeholder(name.Length is > 0 and <= 40 && text.Length > length ? name : "key") + text[(start + length)..];
        }

        return text;
    }
}
