using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>What a plugin says of itself that waits for approval.</summary>
public sealed partial class HeldCard
{
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required PluginView View { get; set; }

    /// <summary>It was decided, in a sentence; null where it could not be.</summary>
    [Parameter]
    public EventCallback<string?> OnDone { get; set; }

    [Inject]
    public required PluginDescriber Describer { get; init; }

    private Task ApproveAsync() => DecideAsync(Describer.ApproveAsync, "was approved");

    private Task RejectAsync() => DecideAsync(Describer.RejectAsync, "was rejected and stays as approved before");

    private async Task DecideAsync(Func<int, int?, CancellationToken, Task<Outcome<PluginView>>> decide, string done)
    {
        _isBusy = true;
        try
        {
            var plugin = View.Plugin;
            _problem = (await decide(plugin.Id, plugin.Version, CancellationToken.None)).ProblemWith(plugin.Name);
            await OnDone.InvokeAsync(_problem is null ? $"{plugin.Name} {done}." : null);
        }
        finally
        {
            _isBusy = false;
        }
    }
}
