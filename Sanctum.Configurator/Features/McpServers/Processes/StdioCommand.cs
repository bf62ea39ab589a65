namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>A program that speaks MCP over its standard input and output. Arguments and environment are kept out of its text.</summary>
/// <param name="Environment">Beside a path, a home and a language, all that the program is given.</param>
public sealed record StdioCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The program and its arguments, as somebody would type them.</summary>
    public string Line => string.Join(' ', Arguments.Prepend(Program).Select(part => part.Contains(' ') ? $"\"{part}\"" : part));

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Program)} = {Program}");
        return true;
    }
}
