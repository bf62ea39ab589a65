namespace Sanctum.Configurator.Features.McpEndpoint.Operations;

/// <summary>
/// Names of operations: the words of their path and what they do there. Letters, digits and underscores, 64 at most, as the strictest of
/// clients wants it.
/// </summary>
internal static class OperationNames
{
    public const int Longest = 64;

    /// <param name="isList">It answers with rows.</param>
    /// <param name="isMaking">It answers that something new was made.</param>
    public static string Of(string method, string template, bool isList, bool isMaking)
    {
        var segments = template.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
        var words = segments.Where(segment => segment[0] != '{').Select(Word).ToList();
        var act =
            HttpMethods.IsGet(method) ? (isList ? "list" : "get")
            : HttpMethods.IsPut(method) ? "update"
            : HttpMethods.IsDelete(method) ? "delete"
            : segments.Length == 1 || isMaking && segments[^1].EndsWith('s') ? "create"
            : segments[^1].EndsWith('s') ? "add"
            : null; // The last word says it: agents_activate.
        var name = string.Join('_', act is null ? words : [.. words, act]);
        return name.Length <= Longest ? name : name[..Longest].TrimEnd('_');
    }

    private static string Word(string segment)
    {
        var word = new StringBuilder(segment.Length);
        foreach (var letter in segment)
        {
            word.Append(char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '_');
        }

        return word.ToString();
    }
}
