using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Makes a template of an agent or a tool.</summary>
public sealed partial class SaveAsDialog
{
    private static readonly IReadOnlyList<Choice<string>> Kinds =
    [
        new(TemplateContent.Agent, "An agent"),
        new(TemplateContent.Tool, "A tool"),
    ];

    private IReadOnlyList<Choice<int>>? _sources;
    private string _kind = TemplateContent.Agent;
    private int _source;

    [Inject]
    public required TemplateMaker Maker { get; init; }

    protected override string Thing => "template";

    protected override Task OnInitializedAsync() => ChooseKindAsync(_kind);

    private async Task ChooseKindAsync(string kind)
    {
        (_kind, _sources) = (kind, null);
        var sources = await Maker.SourcesAsync(kind, Closed);
        if (_kind == kind)
        {
            _sources = [.. sources.Select(source => new Choice<int>(source.Id, source.Name))];
            _source = sources.Count > 0 ? sources[0].Id : 0;
        }
    }

    protected override Task<Outcome<TemplateRow>> SaveAsync()
    {
        SaveAsForm form = new(Form.Name, Form.Description);
        return _kind == TemplateContent.Agent
            ? Maker.FromAgentAsync(_source, form, CancellationToken.None)
            : Maker.FromToolAsync(_source, form, CancellationToken.None);
    }

    public sealed class Naming
    {
        public string? Name { get; set; }

        public string? Description { get; set; }
    }
}
