using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Makes a template of an agent or a tool.</summary>
public sealed partial class SaveAsDialog
{
    private static readonly IReadOnlyList<Choice<string>> Kinds = [new(TemplateContent.Agent, "An agent"), new(TemplateContent.Tool, "A tool")];

    private readonly EditContext _context = new(new object());
    private IReadOnlyList<Choice<int>>? _sources;
    private string _kind = TemplateContent.Agent;
    private int _source;
    private string? _name;
    private string? _description;
    private string? _problem;
    private bool _isBusy;

    [Inject]
    public required TemplateMaker Maker { get; init; }

    [CascadingParameter]
    private IMudDialogInstance Shown { get; set; } = null!;

    protected override Task OnInitializedAsync() => ChooseKindAsync(_kind);

    private async Task ChooseKindAsync(string kind)
    {
        (_kind, _sources, _problem) = (kind, null, null);
        var sources = await Maker.SourcesAsync(kind, CancellationToken.None);
        if (_kind == kind)
        {
            _sources = [.. sources.Select(source => new Choice<int>(source.Id, source.Name))];
            _source = sources.Count > 0 ? sources[0].Id : 0;
        }
    }

    private async Task SaveAsync()
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            SaveAsForm form = new(_name, _description);
            var outcome = _kind == TemplateContent.Agent
                ? await Maker.FromAgentAsync(_source, form, CancellationToken.None)
                : await Maker.FromToolAsync(_source, form, CancellationToken.None);
            _problem = outcome.ProblemWith("It");
            if (outcome is Outcome<TemplateRow>.Done saved)
            {
                Shown.Close(saved.Value);
            }
        }
        finally
        {
            _isBusy = false;
        }
    }
}
