namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>
/// Where a block of an agent's memory is on an App Server: a Markdown file below <c>system/</c>, whose name without its ending is the
/// block's label.
/// </summary>
internal static class MemoryPaths
{
    private const string System = "system/";
    private const string Extension = ".md";
    private const int LongestLabel = 120;

    public static string PathOf(string label) => $"{System}{label}{Extension}";

    /// <summary>Null for a file that is no block.</summary>
    public static string? LabelOf(string path) =>
        !path.StartsWith(System, StringComparison.Ordinal) ? null
        : path.EndsWith(Extension, StringComparison.Ordinal) ? path[System.Length..^Extension.Length]
        : path[System.Length..];

    /// <summary>The label itself, or the nearest one that the server takes as the name of a file: it fails over a space.</summary>
    public static string SafeLabel(string label)
    {
        var parts = label
            .Split('/')
            .Select(part => string.Concat(part.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('.'))
            .Where(part => part.Length > 0);
        var safe = string.Join('/', parts);
        return safe.Length == 0 ? "block" : safe[..Math.Min(safe.Length, LongestLabel)].TrimEnd('/', '.');
    }
}
