using Microsoft.AspNetCore.Components;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Plugins;

/// <summary>Which agents and tools use a plugin.</summary>
public sealed partial class PluginLinksCard
{
    private DataTable<PluginLinkRow> _table = null!;
    private IReadOnlyList<PluginLinkRow> _free = [];
    private string? _chosen;
    private string? _problem;

    [Parameter, EditorRequired]
    public required int Id { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required PluginLinks Links { get; init; }

    [Inject]
    public required Notices Notices { get; init; }

    private static string KeyOf(PluginLinkRow row) => row.AgentId is { } agent ? $"agent:{agent}" : $"tool:{row.ToolId}";

    private async Task<PageOf<PluginLinkRow>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        _free = await Links.FreeAsync(Id, cancel);
        var rows = await Links.ListAsync(Id, cancel) ?? [];
        StateHasChanged();
        return new([.. rows.Skip(page.Skip).Take(page.Take)], rows.Count);
    }

    private async Task AddAsync()
    {
        if (_free.FirstOrDefault(free => KeyOf(free) == _chosen) is { } free)
        {
            await TellAsync(
                await Links.AddAsync(Id, new() { AgentId = free.AgentId, ToolId = free.ToolId }, CancellationToken.None),
                $"{free.Name} was linked to {Name}."
            );
            _chosen = null;
        }
    }

    private async Task DeleteAsync(PluginLinkRow row) =>
        await TellAsync(await Links.DeleteAsync(Id, row.Id, CancellationToken.None), $"{row.Name} was unlinked from {Name}.");

    private async Task TellAsync(Outcome<PluginLinkRow> outcome, string done)
    {
        _problem = outcome.ProblemWith("The link");
        if (_problem is null)
        {
            Notices.Say(done);
        }

        await _table.ReloadAsync();
    }
}
