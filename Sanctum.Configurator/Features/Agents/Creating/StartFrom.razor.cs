using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Templates;

namespace Sanctum.Configurator.Features.Agents.Creating;

/// <summary>Chooses a template for a new agent, and asks for its variables.</summary>
public sealed partial class StartFrom
{
    private IReadOnlyList<AgentTemplate> _templates = [];
    private Dictionary<string, string?> _values = [];
    private AgentTemplate? _chosen;
    private string? _problem;
    private bool _isBusy;

    /// <summary>The variables of a template are asked for; the form has to wait.</summary>
    [Parameter]
    public bool IsAsking { get; set; }

    [Parameter]
    public EventCallback<bool> IsAskingChanged { get; set; }

    /// <summary>Told what the template makes.</summary>
    [Parameter]
    public EventCallback<AgentPart> OnFilled { get; set; }

    [Inject]
    public required AgentTemplates Templates { get; init; }

    private IReadOnlyList<Choice<string>> Choices =>
        [new("", "Nothing"), .. _templates.Select(template => new Choice<string>(template.Id, template.Name))];

    protected override async Task OnInitializedAsync() => _templates = await Templates.ListAsync(CancellationToken.None);

    private async Task ChooseAsync(string? id)
    {
        (_chosen, _problem) = (_templates.FirstOrDefault(template => template.Id == id), null);
        _values = VariableFields.Begin(_chosen?.Variables ?? []);
        await IsAskingChanged.InvokeAsync(_chosen is not null);
    }

    private async Task FillAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var outcome = await Templates.FillAsync(_chosen!.Id, _values, CancellationToken.None);
            _problem = outcome.ProblemWith(_chosen.Name);
            if (outcome is Outcome<AgentPart>.Ok { Value: var part })
            {
                await OnFilled.InvokeAsync(part);
                await IsAskingChanged.InvokeAsync(false);
            }
        }
        finally
        {
            _isBusy = false;
        }
    }
}
