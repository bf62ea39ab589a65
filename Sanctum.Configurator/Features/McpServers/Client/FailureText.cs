namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>What the library and the transports throw, in few words.</summary>
internal static class FailureText
{
    private const int Longest = 300;

    /// <summary>The innermost words, without a line break.</summary>
    public static string Short(Exception e)
    {
        var text = (e.InnerException is { } inner && e is not HttpRequestException ? inner : e)
            .Message.ReplaceLineEndings(" ")
            .TrimEnd('.');
        return text.Length > Longest ? $"{text[..Longest]}…" : text;
    }
}
