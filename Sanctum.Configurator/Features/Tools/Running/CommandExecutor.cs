using Microsoft.Extensions.Options;
using Sanctum.Configurator.Platform.Processes;
using Sanctum.Configurator.Registry.Data.Settings;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.Tools.Running;

/// <summary>
/// Runs a program that lies in one of the folders that the operator allows. Never through a shell: its arguments reach it
/// as they are. It is given no secret of the console's environment, and ends with whatever it started.
/// </summary>
internal sealed class CommandExecutor(EffectiveSettings settings, SettingPins pins, IOptions<ToolOptions> options, TimeProvider clock)
    : IToolExecutor
{
    private const int MostOutput = 4 << 20;
    private const string SanctumFolder = "sanctum_base_path";

    public string Kind => "command";

    public string Title => "Program of this installation";

    public TimeSpan Patience => TimeSpan.FromMinutes(5);

    public string Schema =>
        """
            {"type": "object", "required": ["kind", "program"], "properties": {
              "kind": {"const": "command"},
              "program": {"type": "string", "title": "Program", "description": "The path relative to the Sanctum folder, or the full path. It must be in a folder that Tools:CommandFolders allows.", "minLength": 1},
              "arguments": {"type": "array", "title": "Arguments", "default": [], "items": {"type": "string"}},
              "timeout_seconds": {"type": "number", "title": "Time limit", "description": "In seconds.", "exclusiveMinimum": 0, "maximum": 3600}}}
            """;

    public string? TargetOf(JsonObject config) => new ToolCall(config, null).Text("program");

    public async Task<RunResult> RunAsync(ToolCall run, Action<string> say, CancellationToken cancel)
    {
        var (program, root, problem) = await FindAsync(run.Text("program") ?? "", cancel);
        if (problem is not null)
        {
            return RunResult.Failed(problem);
        }

        string[] arguments =
        [
            .. (run.Config["arguments"] as JsonArray ?? []).Select(each =>
                each is JsonValue text && text.TryGetValue<string>(out var said) ? said : each?.ToJsonString() ?? ""
            ),
        ];
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ["LANG"] = "C.UTF-8",
            ["SANCTUM_PATH"] = root,
        };
        // The time limit is the run's: what cancels it.
        var end = await new ProgramRunner(clock).RunAsync(
            new(program, arguments, root, environment, ToolRunner.LongestRun, MostOutput),
            cancel,
            say
        );
        return end.Ending switch
        {
            ProgramEnding.NotStarted => RunResult.Failed(
                $"{program} can't be started. Check that it is executable and that the interpreter in its first line exists."
            ),
            ProgramEnding.TooMuch => RunResult.Failed($"The program wrote more than {MostOutput >> 20} MB and was stopped."),
            ProgramEnding.TooSlow => RunResult.Failed("The program timed out and was stopped."),
            _ => RunResult.Of(
                end.ExitCode == 0,
                $"The program exited with code {end.ExitCode}{(end.ExitCode != 0 && end.Errors.Length > 0 ? $": {end.Errors}" : "")}.",
                Encoding.UTF8.GetString(end.Output)
            ) with
            {
                Status = end.ExitCode,
            },
        };
    }

    /// <summary>Why a program would not be run; null where it would.</summary>
    internal async Task<string?> ProblemWithAsync(string said, CancellationToken cancel) => (await FindAsync(said, cancel)).Problem;

    private async Task<(string Program, string Root, string? Problem)> FindAsync(string said, CancellationToken cancel)
    {
        var root = Folders.Real(Folders.Expand((await settings.ReadAsync(cancel))[SanctumFolder].Value ?? ""));
        var program = Folders.Real(Path.GetFullPath(said, root));
        var allowed = AllowedFolders();
        return !File.Exists(program) ? (program, root, $"The program {said} was not found in the Sanctum folder {root}.{Hint(said)}")
            : allowed.Exists(folder => Folders.IsInside(program, folder)) ? (program, root, null)
            : (program, root, $"{said} is not in an allowed folder. {Advice(allowed, program)}");
    }

    /// <summary>Folders that only the operator can have chosen: nothing that is set in the console takes part in them.</summary>
    private List<string> AllowedFolders()
    {
        var pinned = pins.Find(Setting.Find(SanctumFolder)!) is var (folder, _) ? Folders.Expand(folder) : null;
        return
        [
            .. options
                .Value.CommandFolders.Select(Folders.Expand)
                .Where(each => Path.IsPathFullyQualified(each) || (pinned is not null && Path.IsPathFullyQualified(pinned)))
                .Select(each => Folders.Real(Path.GetFullPath(each, pinned ?? Path.DirectorySeparatorChar.ToString()))),
        ];
    }

    private string Advice(List<string> allowed, string program) =>
        $"Allowed folders: {(allowed.Count > 0 ? string.Join(", ", allowed) : "none")}. To allow it, start the console with Tools__CommandFolders__{options.Value.CommandFolders.Count}={Path.GetDirectoryName(program)}."
        + (
            options.Value.CommandFolders.Any(each => !Path.IsPathFullyQualified(Folders.Expand(each)))
            && pins.Find(Setting.Find(SanctumFolder)!) is null
                ? $" Or pin the Sanctum folder with {SettingPins.Section}__{SanctumFolder}: then {string.Join(", ", options.Value.CommandFolders)} below it are allowed too."
                : ""
        );

    /// <summary>For who wrote a name alone: the path is read from the Sanctum folder, not from one of those below it.</summary>
    private string Hint(string said) =>
        !said.Contains('/') && options.Value.CommandFolders is [var folder, ..]
            ? $" Use its path relative to that folder, such as {folder}/{said}."
            : "";
}
