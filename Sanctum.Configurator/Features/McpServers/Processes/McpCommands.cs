using Microsoft.Extensions.Options;

namespace Sanctum.Configurator.Features.McpServers.Processes;

/// <summary>Which programs may be started as MCP servers: those of the operator's list, and no other.</summary>
public sealed class McpCommands(IOptions<McpServerOptions> options)
{
    private static readonly string[] WindowsEndings = [".exe", ".cmd", ".bat"];

    /// <summary>What the operator allows, as it is written.</summary>
    public IReadOnlyList<string> Allowed => options.Value.Commands;

    /// <summary>The program's full path, or in a sentence why it isn't started and what would allow it.</summary>
    internal (string? Path, McpProcessFailure? Failure) Find(StdioCommand command)
    {
        if (!Allowed.Any(entry => Covers(entry, command)))
        {
            return (null, new(McpProcessFault.NotAllowed, NotAllowed(command)));
        }

        if (command.Environment.Keys.FirstOrDefault(CodeVariables.Has) is { } variable)
        {
            return (null, new(McpProcessFault.NotAllowed, CodeFault(variable)));
        }

        return PathOf(command.Program) is { } path
            ? (path, null)
            : (
                null,
                new(
                    McpProcessFault.NotFound,
                    $"The program {command.Program} was not found{(command.Program.Contains('/') ? "" : " in the console's PATH")}. Install it on the console's machine, or enter its full path and allow that."
                )
            );
    }

    internal static string CodeFault(string variable) =>
        $"The variable {variable} decides which code the program runs, so it can't be set here. Set it in a script of your own on the console's machine, and allow the script.";

    /// <summary>The program itself, not a link that somebody may turn: an entry of the list names what it finds now.</summary>
    internal static string? PathOf(string program)
    {
        if (program.Contains('/') || program.Contains('\\'))
        {
            return Path.IsPathFullyQualified(program) && File.Exists(program) ? program : null;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(Path.PathSeparator);
        var endings = OperatingSystem.IsWindows() ? WindowsEndings : [""];
        return folders
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .FirstOrDefault(File.Exists);
    }

    private static bool Covers(string entry, StdioCommand command)
    {
        var parts = Split(entry);
        return parts.Count > 0
            && parts[0] == command.Program
            && parts.Count - 1 <= command.Arguments.Count
            && parts.Skip(1).SequenceEqual(command.Sent.Take(parts.Count - 1));
    }

    /// <summary>Parted at blanks; what stands in quotes is one part.</summary>
    internal static IReadOnlyList<string> Split(string line)
    {
        var parts = new List<string>();
        foreach (var (at, piece) in line.Split('"').Index())
        {
            parts.AddRange(at % 2 == 1 ? [piece] : piece.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return parts;
    }

    private string NotAllowed(StdioCommand command) =>
        $"The command {command.Program} is not allowed on this console. Allowed commands: {(Allowed.Count > 0 ? string.Join(", ", Allowed) : "none")}. To allow it, start the console with {McpServerOptions.Section}__{nameof(McpServerOptions.Commands)}__{Allowed.Count}='{command.Line}'.";
}
