using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>What a plugin is, and the way to ask it.</summary>
public sealed partial class PluginOverview : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required PluginView View { get; set; }

    /// <summary>It was asked, in a sentence.</summary>
    [Parameter]
    public EventCallback<string?> OnDescribed { get; set; }

    [Inject]
    public required PluginDescriber Describer { get; init; }

    [Inject]
    public required Confirm Confirm { get; init; }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    private async Task DescribeAsync()
    {
        var plugin = View.Plugin;
        if (
            !await Confirm.AskAsync(
                $"Run {plugin.Name} to get its description?",
                "This runs code from the plugin's folder as the console's user. The code gets no secrets and is stopped after a few seconds.",
                "Run it",
                isDanger: false
            )
        )
        {
            return;
        }

        (_isBusy, _problem) = (true, null);
        try
        {
            var asked = await Describer.DescribeAsync(plugin.Id, false, _left.Token);
            _problem = asked.ProblemWith(plugin.Name);
            if (asked is Outcome<PluginView>.Ok done)
            {
                await OnDescribed.InvokeAsync(
                    done.Value.Plugin.IsHeld
                        ? $"The description of {plugin.Name} has changed. Review and approve it."
                        : $"The description of {plugin.Name} is unchanged."
                );
            }
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // The page was left: nobody waits for the answer.
        }
        finally
        {
            _isBusy = false;
        }
    }
}
