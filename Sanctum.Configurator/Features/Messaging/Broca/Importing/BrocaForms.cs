using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Jobs;
using Sanctum.Configurator.Registry.Messaging;

namespace Sanctum.Configurator.Features.Messaging.Broca.Importing;

/// <summary>A file of the console's machine.</summary>
public sealed class BrocaPathForm
{
    [Required(ErrorMessage = "Enter the path of Broca's sanctum.db.")]
    [TextLimit(Lengths.Line)]
    public string Path { get; set; } = "";
}

/// <summary>What is imported, and as what.</summary>
public sealed class BrocaImportForm
{
    [TextLimit(Lengths.Name)]
    public string PreviewId { get; set; } = "";

    /// <summary>What the installation is called; the file's name where nothing is said.</summary>
    [StringLength(100, ErrorMessage = "At most 100 characters.")]
    public string? Source { get; set; }

    /// <summary>The agent that its messages are of; null where it is not in the registry.</summary>
    public int? AgentId { get; set; }
}

/// <summary>What an import of a file would do.</summary>
/// <param name="Id">By which it is imported, for an hour.</param>
public sealed record BrocaPreview(
    string Id,
    string FileName,
    long Size,
    string FileHash,
    string Source,
    int? AgentId,
    string Shape,
    string ShapeTitle,
    IReadOnlyList<string> Notes,
    BrocaReport Report
);

/// <summary>An import that was made.</summary>
public sealed record BrocaImportRow(
    int Id,
    string Source,
    string FileName,
    string FileHash,
    string Shape,
    int? AgentId,
    string ImportedBy,
    DateTimeOffset ImportedAt,
    DateTimeOffset? UndoneAt,
    string? UndoneBy,
    int KeptAside,
    BrocaReport Report
)
{
    internal static BrocaReport ReportOf(BrocaImport import) =>
        import.Report is { } text ? JsonSerializer.Deserialize<BrocaReport>(text, ApiJson.Options)! : new([], []);

    internal static BrocaImportRow Of(BrocaImport import)
    {
        var report = ReportOf(import);
        return new(
            import.Id,
            import.Source,
            import.FileName,
            import.FileHash,
            import.Shape,
            import.AgentId,
            import.ImportedBy,
            import.ImportedAt,
            import.UndoneAt,
            import.UndoneBy,
            import.UndoneAt is null ? report.Tables.Sum(table => table.KeptAside) : 0,
            report
        );
    }
}

/// <summary>A row that is kept aside.</summary>
/// <param name="Row">JSON: its columns.</param>
public sealed record BrocaAsideRow(int Id, string Table, string Key, string Reason, string Row);

/// <summary>An import that is under way, or has ended.</summary>
/// <param name="ImportId">Null until it is finished.</param>
public sealed record BrocaRun(
    int Id,
    RunOutcome State,
    string Source,
    string FileName,
    BrocaProgress? Progress,
    int? ImportId,
    string? Message,
    string? By,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    bool IsCancelRequested
)
{
    public bool IsOpen => State == RunOutcome.Running;
}

/// <summary>An agent of the registry.</summary>
public sealed record BrocaAgent(int Id, string Name);
