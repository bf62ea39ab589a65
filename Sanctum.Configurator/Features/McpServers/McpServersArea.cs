using Sanctum.Configurator.Components.Kit;
using Sanctum.Configurator.Features.Overview;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers;

/// <summary>The MCP servers on the Overview: how many answer, and what waits for a person.</summary>
internal sealed class McpServersArea(IDbContextFactory<RegistryDbContext> registries) : IOverviewArea
{
    private const int MostNamed = 3;

    public string Title => "MCP servers";

    public string Url => Urls.McpServers;

    public string Icon => "server";

    public int Order => 27;

    public string Policy => Policies.ReadRegistry;

    public IReadOnlyCollection<string>? Follows => McpLabels.ShownTables;

    public async Task<AreaReading> ReadAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var servers = await registry
            .McpServers.AsNoTracking()
            .Where(s => s.UserId == null && s.IsEnabled)
            .OrderBy(s => s.Name)
            .Select(s => new
            {
                s.Id,
                s.Name,
                IsUp = registry
                    .McpChecks.Where(c => c.ServerId == s.Id)
                    .OrderByDescending(c => c.Id)
                    .Select(c => (bool?)c.IsUp)
                    .FirstOrDefault(),
                Held = registry.McpTools.Count(t =>
                    t.ServerId == s.Id && (t.State == McpToolState.Held || t.State == McpToolState.Removed)
                ),
            })
            .ToListAsync(cancel);
        var (up, down) = (servers.Count(s => s.IsUp == true), servers.Where(s => s.IsUp == false).ToList());
        return new()
        {
            Tile =
                servers.Count == 0
                    ? null
                    : new(
                        "Answering",
                        string.Create(CultureInfo.InvariantCulture, $"{up} of {servers.Count}"),
                        $"{Counts.Of(servers.Sum(s => s.Held), "definition")} held",
                        down.Count > 0 || servers.Exists(s => s.Held > 0) ? Tone.Warning : Tone.Good
                    ),
            Attention =
            [
                .. down.Take(MostNamed)
                    .Select(s => new Attention(Tone.Warning, $"The MCP server {s.Name} can't be used")
                    {
                        Act = new("See why", Policies.ReadRegistry) { Url = Urls.McpServer(s.Id), Api = $"GET /api/mcp-servers/{s.Id}" },
                    }),
                .. servers
                    .Where(s => s.Held > 0)
                    .Take(MostNamed)
                    .Select(s => new Attention(
                        Tone.Warning,
                        $"{Counts.Of(s.Held, "definition")} of the MCP server {s.Name} {(s.Held == 1 ? "is" : "are")} held",
                        "Agents can use only what has been approved."
                    )
                    {
                        Act = new("Look at them", Policies.WriteRegistry)
                        {
                            Url = $"{Urls.McpServer(s.Id)}?tab=approvals",
                            Api = $"GET /api/mcp-servers/{s.Id}/approvals",
                        },
                    }),
            ],
        };
    }
}
