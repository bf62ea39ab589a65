using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Agents.Talking;

/// <summary>Tells a page what an agent is doing as long as the page is open, whoever changed it. Shows nothing itself.</summary>
// Markup finds public components only.
public sealed class TalkWatch : ComponentBase, IDisposable
{
    /// <summary>Until it is tried again where the connection was lost, or there is no conversation yet.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private CancellationTokenSource? _watching;
    private (int Agent, int Round)? _watched;
    private bool _isGone;

    [Parameter, EditorRequired]
    public int AgentId { get; set; }

    /// <summary>Another number begins anew, as where another conversation was begun.</summary>
    [Parameter]
    public int Round { get; set; }

    [Parameter, EditorRequired]
    public EventCallback<LettaNow> Changed { get; set; }

    /// <summary>It hears again, or for the first time, after it could not: what happened meanwhile, nobody told.</summary>
    [Parameter]
    public EventCallback Missed { get; set; }

    [Inject]
    public required AgentTalk Talk { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    public void Dispose()
    {
        _isGone = true;
        Stop();
    }

    private void Stop()
    {
        _watching?.Cancel();
        _watching?.Dispose();
        _watching = null;
    }

    protected override void OnParametersSet()
    {
        if (!_isGone && _watched != (AgentId, Round))
        {
            Stop();
            (_watched, _watching) = ((AgentId, Round), new());
            _ = WatchAsync(AgentId, _watching.Token);
        }
    }

    private Task TellAsync(Func<Task> tell, CancellationToken cancel) =>
        InvokeAsync(() => cancel.IsCancellationRequested ? Task.CompletedTask : tell());

    private async Task WatchAsync(int id, CancellationToken cancel)
    {
        try
        {
            for (var isFirst = true; ; isFirst = false)
            {
                var hasMissed = !isFirst;
                await foreach (var now in Talk.WatchAsync(id, cancel))
                {
                    await TellAsync(() => Changed.InvokeAsync(now), cancel);
                    if (hasMissed)
                    {
                        await TellAsync(Missed.InvokeAsync, cancel);
                    }

                    hasMissed = false;
                }

                await Task.Delay(Pause, Clock, cancel);
            }
        }
        catch (Exception e) when (cancel.IsCancellationRequested || e is ObjectDisposedException)
        {
            // The page was left, or shows another conversation: what it asked with may have gone with it.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }
}
