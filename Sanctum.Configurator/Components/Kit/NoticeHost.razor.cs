using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Components.Kit;

/// <summary>Where <see cref="Kit.Notices"/> are shown; stands once in the layout.</summary>
public sealed partial class NoticeHost : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly HashSet<Notice> _timed = [];

    [Inject]
    public required Notices Notices { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    public void Dispose()
    {
        Notices.Changed -= Redraw;
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        Notices.Changed += Redraw;
        Redraw();
    }

    private void Redraw() => _ = InvokeAsync(() =>
    {
        foreach (var notice in Notices.Shown)
        {
            if (_timed.Add(notice))
            {
                _ = DismissLaterAsync(notice);
            }
        }

        StateHasChanged();
    });

    private async Task DismissLaterAsync(Notice notice)
    {
        try
        {
            await Task.Delay(notice.Stays, Clock, _gone.Token);
            Notices.Dismiss(notice);
            _timed.Remove(notice);
        }
        catch (OperationCanceledException)
        {
            // The page has gone, and the notice with it.
        }
    }

    private async Task RunAsync(Notice notice, NoticeAction action)
    {
        Notices.Dismiss(notice);
        await action.Run();
    }
}
