using Microsoft.AspNetCore.Components;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Shows what an act would change before it is done.</summary>
public sealed partial class PlanDialog
{
    private ConfigurationPlan? _plan;
    private string? _problem;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>What the button says.</summary>
    [Parameter, EditorRequired]
    public required string Verb { get; set; }

    /// <summary>Does it, or with true only says what it would do.</summary>
    [Parameter, EditorRequired]
    public required Func<bool, CancellationToken, Task<Outcome<ConfigurationPlan>>> Act { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    internal static Dictionary<string, object?> For(string title, string text, string verb, Func<bool, CancellationToken, Task<Outcome<ConfigurationPlan>>> act) => new()
    {
        [nameof(Title)] = title,
        [nameof(Text)] = text,
        [nameof(Verb)] = verb,
        [nameof(Act)] = act,
    };

    protected override async Task OnInitializedAsync() => Show(await Act(true, CancellationToken.None));

    private async Task DoAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var outcome = await Act(false, CancellationToken.None);
            if (outcome is Outcome<ConfigurationPlan>.Done done)
            {
                Shown.Close($"Done. {done.Value.Reach}");
                return;
            }

            Show(outcome);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Show(Outcome<ConfigurationPlan> outcome)
    {
        _problem = outcome.ProblemWith("The value");
        _plan = outcome switch
        {
            Outcome<ConfigurationPlan>.Done done => done.Value,
            Outcome<ConfigurationPlan>.Stale stale => stale.Current,
            _ => null,
        };
    }
}
