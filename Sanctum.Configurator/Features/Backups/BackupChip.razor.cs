using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>In the app bar of every page: the backup that is being made, or that the newest one failed. Also the palette's way to one.</summary>
public sealed partial class BackupChip
{
    private BackupRow? _newest;
    private IDisposable? _activity;
    private IDisposable? _changes;
    private IDisposable? _command;

    [Inject]
    public required BackupActivity Activity { get; init; }

    [Inject]
    public required BackupService Backups { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required Commands Commands { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required CurrentUser Reader { get; init; }

    public void Dispose()
    {
        _activity?.Dispose();
        _changes?.Dispose();
        _command?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _activity = Activity.Subscribe(() => _ = InvokeAsync(StateHasChanged));
        _changes = Feed.Subscribe(change => change.Tables.Contains("backups") ? InvokeAsync(ReadAsync) : Task.CompletedTask);
        if (await Reader.MayAsync(Policies.MakeBackups))
        {
            _command = Commands.Register(new Command("Back up now", BackUpAsync, Icon: "backup"));
        }

        await ReadAsync();
    }

    private async Task BackUpAsync()
    {
        if (await Backups.BackUpNowAsync(CancellationToken.None) is Outcome<BackupRow>.Refused refused)
        {
            Notices.Say(refused.Reasons.Values.First(), Tone.Bad);
        }
        else
        {
            Notices.Say("The backup has begun.");
        }
    }

    private async Task ReadAsync()
    {
        _newest = (await Backups.PageAsync(new(0, 1), CancellationToken.None)).Items is [var newest, ..] ? newest : null;
        StateHasChanged();
    }
}
