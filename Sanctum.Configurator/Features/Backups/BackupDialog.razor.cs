using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups.Runs;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>Begins a backup of a chosen kind.</summary>
public sealed partial class BackupDialog
{
    private static readonly IReadOnlyList<Choice<BackupType>> Kinds =
    [
        new(BackupType.Full, "Full: everything"),
        new(BackupType.Incremental, "Incremental: changes since the last backup"),
        new(BackupType.ConfigOnly, "Config only: without history, messages and measurements"),
    ];

    [Inject]
    public required BackupService Backups { get; init; }

    protected override string Thing => "backup";

    protected override Task<Outcome<BackupRow>> SaveAsync() => Backups.BackUpAsync(Form, CancellationToken.None);

    protected override object Answer(BackupRow saved) => true;
}
