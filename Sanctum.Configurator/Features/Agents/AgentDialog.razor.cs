using Microsoft.AspNetCore.Components;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>Changes what the registry declares of an agent.</summary>
public sealed partial class AgentDialog
{
    private string _title = "";

    [Inject]
    public required AgentService Agents { get; init; }

    protected override string Thing => "agent";

    protected override void OnFilled() => _title = Form.Name;

    protected override Task<Outcome<AgentRow>> SaveAsync()
    {
        Form.ReadTypedTags();
        return Agents.SaveAsync(Form, CancellationToken.None);
    }

    protected override object Answer(AgentRow saved) => $"{saved.Name} was saved.";

    protected override async Task<AgentForm?> FindTheirsAsync(AgentRow current) =>
        await Agents.FindAsync(current.Id, Closed) is { } view ? AgentForm.Of(view) : null;
}
