using Sanctum.Configurator.Features.McpServers.Client;
using Sanctum.Configurator.Features.McpServers.Probe;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Saved;

/// <summary>Keeps a row of each test of a saved server, for as long as anybody looks back.</summary>
public sealed class McpCheckStore(IDbContextFactory<RegistryDbContext> registries, TimeProvider clock)
{
    private const int MostKept = 500;
    private const int LongestText = 2000;

    /// <returns>Null where the server is no more.</returns>
    public async Task<McpCheck?> AddAsync(int serverId, McpReport report, string by, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (!await registry.McpServers.AnyAsync(s => s.Id == serverId, cancel))
        {
            return null;
        }

        var check = CheckOf(serverId, report, by);
        registry.Add(check);
        try
        {
            await registry.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException) when (!registry.McpServers.Any(s => s.Id == serverId))
        {
            // It was deleted a moment ago.
            return null;
        }

        await DropOldAsync(registry, serverId, cancel);
        return check;
    }

    internal static IReadOnlyList<McpStep> StepsOf(McpCheck check)
    {
        try
        {
            return check.Steps is null ? [] : JsonSerializer.Deserialize<List<McpStep>>(check.Steps) ?? [];
        }
        catch (JsonException)
        {
            // Another program's row.
            return [];
        }
    }

    private McpCheck CheckOf(int serverId, McpReport report, string by) =>
        new()
        {
            ServerId = serverId,
            CheckedAt = clock.GetUtcNow(),
            CheckedBy = by,
            Verdict = report.Verdict.Text(),
            IsUp = report.Verdict.IsConnected(),
            LatencyMs = report.LatencyMs,
            Era = report.Era,
            ProtocolVersion = Cut(report.ProtocolVersion, 32),
            Transport = report.Transport,
            ServerName = Cut(report.ServerName, 255),
            ServerVersion = Cut(report.ServerVersion, 64),
            Tools = report.Tools,
            Message = Cut(report.Message, LongestText),
            Hint = Cut(report.Hint, LongestText),
            Steps = Storable(JsonSerializer.Serialize(report.Steps)),
        };

    private static async Task DropOldAsync(RegistryDbContext registry, int serverId, CancellationToken cancel)
    {
        var oldest = await registry
            .McpChecks.Where(c => c.ServerId == serverId)
            .OrderByDescending(c => c.Id)
            .Skip(MostKept)
            .Select(c => (long?)c.Id)
            .FirstOrDefaultAsync(cancel);
        if (oldest is { } last)
        {
            await registry.McpChecks.Where(c => c.ServerId == serverId && c.Id <= last).ExecuteDeleteAsync(cancel);
        }
    }

    private static string? Cut(string? text, int most) => text is null ? null : Storable(text.Length > most ? text[..most] : text);

    /// <summary>PostgreSQL keeps no NUL, as text or as JSON; what strangers say may have one.</summary>
    private static string Storable(string text) =>
        text.Replace("\0", "\uFFFD", StringComparison.Ordinal).Replace("\\u0000", "\\uFFFD", StringComparison.Ordinal);
}
