using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry;
using Sanctum.Configurator.Registry.Agents;
using Sanctum.Configurator.Registry.History;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>The agents of the registry, and the way to those of the Letta server.</summary>
public sealed partial class AgentsPage : IDisposable
{
    private DataTable<AgentRow> _table = null!;
    private SyncPanel? _sync;
    private IDisposable? _changes;

    [SupplyParameterFromQuery(Name = "status")]
    public string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "active")]
    public string? Active { get; set; }

    [Inject]
    public required AgentService Agents { get; init; }

    [Inject]
    public required ChangeFeed Feed { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    public void Dispose() => _changes?.Dispose();

    protected override void OnInitialized() =>
        _changes = Feed.Subscribe(change => change.Tables.Contains("agents") ? InvokeAsync(ReloadAsync) : Task.CompletedTask);

    private Task<PageOf<AgentRow>> ListAsync(PageRequest page, CancellationToken cancel) =>
        Agents.PageAsync(new(Words<RunState>.Find(Status), Active is "yes" or "no" ? Active == "yes" : null), page, cancel);

    private Task ReloadAsync() => _table.ReloadAsync();

    private Task SynchroniseAsync() => _sync?.SynchroniseAsync() ?? Task.CompletedTask;

    private void ChooseStatus(string? status) => Choose("status", status);

    private void ChooseActive(string? active) => Choose("active", active);

    private void Choose(string key, string? value) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(key, value is { Length: > 0 } ? value : null));
}
