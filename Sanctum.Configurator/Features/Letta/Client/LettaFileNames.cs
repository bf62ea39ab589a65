namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>What agent files are called.</summary>
public static class LettaFileNames
{
    public const string Extension = ".af";

    private const int LongestName = 80;

    /// <summary>A name that every file system takes, and that no other agent has.</summary>
    public static string Of(string name, string id)
    {
        var plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        return $"{plain[..Math.Min(plain.Length, LongestName)]}-{string.Concat(id.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'))}{Extension}";
    }
}
