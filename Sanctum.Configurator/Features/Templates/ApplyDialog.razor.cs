using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>Asks for the variables of a template, shows what it makes, and makes it.</summary>
public sealed partial class ApplyDialog
{
    /// <summary>Stands for no agent: ids begin at 1.</summary>
    private const int Everybody = 0;

    private Dictionary<string, string?> _values = [];
    private IReadOnlyList<Choice<int>> _agents = [];
    private IReadOnlyList<string> _secrets = [];
    private string? _preview;
    private int _agent = Everybody;

    [Parameter, EditorRequired]
    public required TemplateRow Template { get; set; }

    [Inject]
    public required TemplateApplication Application { get; init; }

    [Inject]
    public required TemplateMaker Maker { get; init; }

    private bool IsTool => Template.Kind == TemplateContent.Tool;

    protected override async Task OnInitializedAsync()
    {
        _values = VariableFields.Begin(Template.Variables);
        _agents =
        [
            new(Everybody, "everybody (master)"),
            .. (await Maker.SourcesAsync(TemplateContent.Agent, Closed)).Select(agent => new Choice<int>(agent.Id, agent.Name)),
        ];
    }

    protected override string Thing => "template";

    private EventCallback Back => _preview is null ? default : EventCallback.Factory.Create(this, () => _preview = null);

    /// <summary>Shows first what it would make.</summary>
    protected override Task<Outcome<AppliedTemplate>> SaveAsync() =>
        Application.ApplyAsync(
            Template.Id,
            new(_values, _agent == Everybody ? null : _agent),
            isDryRun: _preview is null,
            CancellationToken.None
        );

    protected override object? Answer(AppliedTemplate saved)
    {
        if (saved.Id is not null)
        {
            return saved;
        }

        (_preview, _secrets) = (ReadableJson.Of(saved.Content), saved.Secrets);
        return null;
    }

    /// <summary>The variables have no messages of their own.</summary>
    protected override void Refuse(IReadOnlyDictionary<string, string> reasons) => State.Say(reasons.Values.First());
}
