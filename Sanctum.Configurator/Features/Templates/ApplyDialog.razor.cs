using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Components.Templates;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Asks for the variables of a template, shows what it makes, and makes it.</summary>
public sealed partial class ApplyDialog
{
    /// <summary>Stands for no agent: ids begin at 1.</summary>
    private const int Everybody = 0;

    private readonly EditContext _context = new(new object());
    private Dictionary<string, string?> _values = [];
    private IReadOnlyList<Choice<int>> _agents = [];
    private IReadOnlyList<string> _secrets = [];
    private string? _preview;
    private string? _problem;
    private int _agent = Everybody;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required TemplateRow Template { get; set; }

    [Inject]
    public required TemplateApplication Application { get; init; }

    [Inject]
    public required TemplateMaker Maker { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    private bool IsTool => Template.Kind == TemplateContent.Tool;

    protected override async Task OnInitializedAsync()
    {
        _values = VariableFields.Begin(Template.Variables);
        _agents = [new(Everybody, "everybody (master)"), .. (await Maker.SourcesAsync(TemplateContent.Agent, CancellationToken.None)).Select(agent => new Choice<int>(agent.Id, agent.Name))];
    }

    private async Task GoOnAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            var outcome = await Application.ApplyAsync(Template.Id, new(_values, _agent == Everybody ? null : _agent), isDryRun: _preview is null, CancellationToken.None);
            _problem = outcome.ProblemWith(Template.Name);
            if (outcome is Outcome<AppliedTemplate>.Done { Value.Id: not null } made)
            {
                Shown.Close(made.Value);
            }
            else if (outcome is Outcome<AppliedTemplate>.Done shown)
            {
                (_preview, _secrets) = (ReadableJson.Of(shown.Value.Content), shown.Value.Secrets);
            }
        }
        finally
        {
            _isBusy = false;
        }
    }
}
