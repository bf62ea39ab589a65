using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Logs.Sources.Following;
using Sanctum.Configurator.Registry.LogFiles;

namespace Sanctum.Configurator.Features.Logs;

/// <summary>Adds a followed file, or changes one.</summary>
public sealed partial class LogFileDialog
{
    private static readonly IReadOnlyList<Choice<LogFileFormat>> Formats =
    [
        .. Enum.GetValues<LogFileFormat>().Select(format => new Choice<LogFileFormat>(format, LogFileLabels.FormatOf(format))),
    ];

    private static readonly IReadOnlyList<Choice<string>> Sources =
    [
        new("system", "The system"),
        new("agent", "An agent"),
        new("tool", "A tool"),
        new("plugin", "A plugin"),
    ];

    [Inject]
    public required LogFileService Files { get; init; }

    protected override string Thing => "followed file";

    protected override Task<Outcome<LogFileRow>> SaveAsync() => Files.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(LogFileRow saved) =>
        saved.IsOn ? $"{saved.Path} is now followed." : $"{saved.Path} was saved and is paused.";

    protected override Task<LogFileForm?> FindTheirsAsync(LogFileRow current) => Task.FromResult<LogFileForm?>(current.ToForm());
}
