using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Features.Memories.Keeping;
using Sanctum.Configurator.Registry.Memories;

namespace Sanctum.Configurator.Features.Memories;

/// <summary>Adds a memory or changes one.</summary>
public sealed partial class MemoryDialog
{
    private IReadOnlyList<(int Id, string Name)> _agents = [];
    private bool _mayShare;

    /// <summary>The memory as it is; null for a new one.</summary>
    [Parameter]
    public MemoryRow? Stored { get; set; }

    [Inject]
    public required MemoryService Memories { get; init; }

    [Inject]
    public required MemoryReader Reader { get; init; }

    [Inject]
    public required MemoryAccess Access { get; init; }

    protected override string Thing => "memory";

    protected override async Task OnFilledAsync() =>
        (_agents, _mayShare) = (await Reader.AgentsAsync(Closed), await Access.MayShareAsync());

    protected override Task<Outcome<MemoryRow>> SaveAsync() =>
        Form.Id is { } id
            ? Memories.ChangeAsync(id, Form, Form.Version, CancellationToken.None)
            : Memories.AddAsync(Form, CancellationToken.None);

    protected override object Answer(MemoryRow saved) =>
        saved.HeldBecause is { } because ? $"The memory was saved, and is held: {because}" : "The memory was saved.";

    protected override Task<MemoryForm?> FindTheirsAsync(MemoryRow current) => Task.FromResult<MemoryForm?>(current.ToForm());

    private void ChooseScope(MemoryScope scope) => (Form.Scope, Form.AgentId) = (scope, scope == MemoryScope.Agent ? Form.AgentId : null);

    private string NameOf(int? agent) => _agents.FirstOrDefault(one => one.Id == agent).Name ?? "";

    private Task<IEnumerable<int?>> FindAgentsAsync(string? text, CancellationToken cancel) =>
        Task.FromResult(
            _agents
                .Where(agent => text is null || agent.Name.Contains(text, StringComparison.OrdinalIgnoreCase))
                .Take(50)
                .Select(agent => (int?)agent.Id)
        );
}
