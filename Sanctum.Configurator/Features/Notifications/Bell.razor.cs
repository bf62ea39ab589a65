using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>In the app bar of every page: how many notifications nobody has read, and the newest of them.</summary>
public sealed partial class Bell
{
    private const int Shown = 6;

    private IReadOnlyList<NotificationRow> _newest = [];
    private UnreadState _state = new(0, null);
    private IDisposable? _changes;
    private bool _isTold;

    [Inject]
    public required NotificationService Notifications { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required CurrentUser Reader { get; init; }

    private string Words => _state.Unread == 0 ? "Notifications" : string.Create(CultureInfo.InvariantCulture, $"Notifications, {_state.Unread} unread");

    public void Dispose() => _changes?.Dispose();

    protected override async Task OnInitializedAsync()
    {
        if (await Reader.MayAsync(Policies.ReadRegistry))
        {
            _changes = Feed.Subscribe(change => change.Tables.Contains(NotificationBell.Table) ? InvokeAsync(FollowAsync) : Task.CompletedTask);
            await LoadAsync();
        }
    }

    private async Task FollowAsync()
    {
        var before = _state.Unread;
        await LoadAsync();

        // Said aloud only where there is more than before, and not when the page is opened.
        _isTold = _state.Unread > before;
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        _state = await Notifications.UnreadAsync(CancellationToken.None);
        _newest = (await Notifications.PageAsync(new(), new(0, Shown), CancellationToken.None)).Items;
    }

    private async Task ReadAsync(NotificationRow row)
    {
        if (row.ReadAt is null)
        {
            await Notifications.ReadAsync(row.Id, CancellationToken.None);
            await LoadAsync();
        }
    }

    private async Task ReadAllAsync()
    {
        await Notifications.ReadAllAsync(null, CancellationToken.None);
        await LoadAsync();
    }
}
