using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Backups;

/// <summary>In the app bar of every page: the backup that is being made, or that the newest one failed.</summary>
public sealed partial class BackupChip
{
    private BackupRow? _newest;
    private IDisposable? _activity;
    private IDisposable? _changes;

    [Inject]
    public required BackupActivity Activity { get; init; }

    [Inject]
    public required BackupService Backups { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    public void Dispose()
    {
        _activity?.Dispose();
        _changes?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _activity = Activity.Subscribe(() => _ = InvokeAsync(StateHasChanged));
        _changes = Feed.Subscribe(change => change.Tables.Contains("backups") ? InvokeAsync(ReadAsync) : Task.CompletedTask);
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        _newest = (await Backups.PageAsync(new(0, 1), CancellationToken.None)).Items is [var newest, ..] ? newest : null;
        StateHasChanged();
    }
}
