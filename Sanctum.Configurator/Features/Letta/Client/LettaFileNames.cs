namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>What agent files are called.</summary>
public static class LettaFileNames
{
    /// <summary>Of Letta's own files, which V1 servers write.</summary>
    public const string Extension = ".af";

    /// <summary>Of the console's own files, which it writes of the agents of App Servers.</summary>
    public const string OwnExtension = ".agent.json";

    private const int LongestName = 80;

    /// <summary>A name that every file system takes, and that no other agent has.</summary>
    public static string Of(string name, string id, LettaKind kind)
    {
        var plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        var own = string.Concat(id.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
        return $"{plain[..Math.Min(plain.Length, LongestName)]}-{own}{(kind == LettaKind.AppServer ? OwnExtension : Extension)}";
    }
}
