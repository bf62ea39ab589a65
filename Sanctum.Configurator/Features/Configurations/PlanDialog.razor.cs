using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Configurations;

/// <summary>Shows what an act would change before it is done.</summary>
public sealed partial class PlanDialog
{
    private ConfigurationPlan? _plan;

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

    internal static Dictionary<string, object?> For(
        string title,
        string text,
        string verb,
        Func<bool, CancellationToken, Task<Outcome<ConfigurationPlan>>> act
    ) =>
        new()
        {
            [nameof(Title)] = title,
            [nameof(Text)] = text,
            [nameof(Verb)] = verb,
            [nameof(Act)] = act,
        };

    protected override string Thing => "value";

    protected override Task OnInitializedAsync() => RunAsync(async () => _plan = Take(await Act(true, Closed)));

    protected override async Task<Outcome<ConfigurationPlan>> SaveAsync()
    {
        var outcome = await Act(false, CancellationToken.None);
        if (outcome is Outcome<ConfigurationPlan>.Conflict stale)
        {
            // What would change now is shown, to be decided on anew.
            (_plan, outcome) = (stale.Current, NotYet);
            State.Say("Somebody else changed it in the meantime. This is what would change now.", Tone.Warning);
        }

        return outcome;
    }

    protected override object Answer(ConfigurationPlan saved) => $"Done. {saved.Reach}";
}
