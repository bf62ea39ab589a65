using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups.Retention;

namespace Sanctum.Configurator.Features.Backups.Settings;

/// <summary>For how long a target keeps backups, tried on a timeline while it is typed.</summary>
public sealed partial class RetentionDialog
{
    private static readonly IReadOnlyList<Choice<bool>> Sources = [new(false, "Backups of the schedule"), new(true, "Backups it has now")];

    private IReadOnlyList<KeepItem> _held = [];
    private Simulation? _played;
    private bool _onPresent;

    /// <summary>The schedule on which the rules are tried, saved or not.</summary>
    [Parameter, EditorRequired]
    public required BackupSchedule Schedule { get; set; }

    [Parameter]
    public bool CanWrite { get; set; }

    [Inject]
    public required BackupTargetService Targets { get; init; }

    [Inject]
    public required RetentionService Retention { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    protected override string Thing => "target";

    protected override async Task OnInitializedAsync() => _held = await Retention.HeldAsync(Form.Id!.Value, Closed);

    protected override void OnFilled() => Play();

    private void Play()
    {
        if (FormRules.Check(Form.Rules).Count == 0)
        {
            _played = _onPresent
                ? KeepSimulator.Play(Form.Rules, _held, Clock.GetUtcNow())
                : KeepSimulator.Play(Form.Rules, Schedule, Clock.GetUtcNow());
        }
    }

    protected override Task<Outcome<BackupTargetRow>> SaveAsync() => Targets.SaveAsync(Form, CancellationToken.None);

    protected override object Answer(BackupTargetRow saved) => $"{saved.Name} keeps: {saved.Rules.InWords().ToLowerInvariant()}.";

    protected override Task<BackupTargetForm?> FindTheirsAsync(BackupTargetRow current) =>
        Task.FromResult<BackupTargetForm?>(current.ToForm());

    /// <summary>Only the rules have fields here.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) =>
        base.Refuse(new Dictionary<string, string> { [""] = reasons.Values.First() });
}
