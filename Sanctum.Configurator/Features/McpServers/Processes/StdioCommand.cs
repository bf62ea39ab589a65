namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>A program that speaks MCP over its standard input and output. Arguments and environment are kept out of its text.</summary>
/// <param name="Arguments">As they are stored, with <c>${NAME}</c> for each value of the environment that stands in one.</param>
/// <param name="Environment">Beside a path, a home and a language, all that the program is given.</param>
public sealed record StdioCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The arguments that the program gets. They may hold secrets.</summary>
    internal IReadOnlyList<string> Sent => [.. Arguments.Select(each => McpVariables.Fill(each, Environment))];

    /// <summary>The program and its arguments, as somebody would type them, up to the first that holds a value of the environment.</summary>
    public string Line =>
        string.Join(
            ' ',
            Arguments
                .TakeWhile(each => McpVariables.Fill(each, Environment) == each)
                .Prepend(Program)
                .Select(part => part.Contains(' ') ? $"\"{part}\"" : part)
        );

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Program)} = {Program}");
        return true;
    }
}
