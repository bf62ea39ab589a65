using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Notifications;

/// <summary>In the app bar of every page: how many notifications nobody has read, and the newest of them.</summary>
public sealed partial class Bell
{
    private const int Shown = 6;

    private IReadOnlyList<NotificationRow> _newest = [];
    private UnreadState _state = new(0, null);
    private bool _isTold;

    [Inject]
    public required NotificationService Notifications { get; init; }

    [Inject]
    public required CurrentUser Reader { get; init; }

    private string Words =>
        _state.Unread == 0 ? "Notifications" : string.Create(CultureInfo.InvariantCulture, $"Notifications, {_state.Unread} unread");

    protected override void OnInitialized() => Watch(FollowAsync, Tables.Notifications);

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        if (await Reader.MayAsync(Policies.ReadRegistry))
        {
            _state = await Notifications.UnreadAsync(cancel);
            _newest = (await Notifications.PageAsync(new(), new(0, Shown), cancel)).Items;
        }
    }

    private async Task FollowAsync()
    {
        var before = _state.Unread;
        await ReloadAsync();

        // Said aloud only where there is more than before, and not when the page is opened.
        _isTold = _state.Unread > before;
        StateHasChanged();
    }

    private async Task ReadAsync(NotificationRow row)
    {
        if (row.ReadAt is null)
        {
            await Notifications.ReadAsync(row.Id, CancellationToken.None);
            await ReloadAsync();
        }
    }

    private async Task ReadAllAsync()
    {
        await Notifications.ReadAllAsync(null, CancellationToken.None);
        await ReloadAsync();
    }
}
