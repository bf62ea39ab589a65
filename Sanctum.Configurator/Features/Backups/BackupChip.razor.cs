using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Backups.Runs;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>
/// In the app bar of every page: the backup that is being made, or that the newest one failed. Also the palette's way to one.
/// </summary>
public sealed partial class BackupChip
{
    private BackupRow? _newest;

    [Inject]
    public required BackupActivity Activity { get; init; }

    [Inject]
    public required BackupService Backups { get; init; }

    [Inject]
    public required Commands Commands { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required CurrentUser Reader { get; init; }

    protected override async Task OnInitializedAsync()
    {
        Hold(Activity.Subscribe(() => _ = InvokeAsync(StateHasChanged)));
        Watch(Tables.Backups);
        if (await Reader.MayAsync(Policies.MakeBackups))
        {
            Hold(Commands.Register(new Command("Back up now", BackUpAsync, Icon: "backup")));
        }
    }

    private async Task BackUpAsync()
    {
        if (await Backups.BackUpNowAsync(CancellationToken.None) is Outcome<BackupRow>.Invalid refused)
        {
            Notices.Say(refused.Reasons.Values.First(), Tone.Bad);
        }
        else
        {
            Notices.Say("Backup started.");
        }
    }

    protected override async Task ReadAsync(CancellationToken cancel) =>
        _newest = (await Backups.PageAsync(new(0, 1), cancel)).Items is [var newest, ..] ? newest : null;
}
