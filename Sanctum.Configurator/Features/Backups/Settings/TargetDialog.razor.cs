using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Registry.Backups;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>Adds a target or changes where one is, and tests it before it is saved.</summary>
public sealed partial class TargetDialog
{
    private static readonly IReadOnlyList<Choice<BackupTargetKind>> Kinds =
    [
        new(BackupTargetKind.Folder, "Folder: a mounted share or another disk"),
        new(BackupTargetKind.S3, "Bucket: an S3-compatible server"),
    ];

    private string _title = "";

    [Parameter]
    public bool HasSecretKey { get; set; }

    [Inject]
    public required BackupTargetService Targets { get; init; }

    protected override string Thing => "target";

    protected override void OnFilled() => _title = Form.Name;

    protected override Task<Outcome<BackupTargetRow>> SaveAsync() => Targets.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(BackupTargetRow saved) => $"{saved.Name} was saved.";

    protected override Task<BackupTargetForm?> FindTheirsAsync(BackupTargetRow current) =>
        Task.FromResult<BackupTargetForm?>(current.ToForm());

    private Task TestAsync() =>
        RunAsync(async () =>
        {
            if (Take(await Targets.TestAsync(Form.Copy(), Closed)) is { } verdict)
            {
                State.Say(verdict.Message, verdict.Ok ? Tone.Good : Tone.Bad);
            }
        });
}
