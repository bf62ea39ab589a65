using System.IO.Compression;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>A file to save; gone when its content is closed.</summary>
public sealed record ExportedFile(string Name, Stream Content);

/// <summary>One agent in the list of contents of an export.</summary>
/// <param name="File">Null where it could not be exported.</param>
/// <param name="Failure">Why, in a sentence.</param>
internal sealed record ExportedAgent(int Id, string Name, string? LettaUid, string? File, string? Failure);

/// <summary>The list of contents of an export.</summary>
internal sealed record ExportManifest(DateTimeOffset ExportedAt, string LeftOut, IReadOnlyList<ExportedAgent> Agents);

/// <summary>Exports agents as agent files: Letta's own, or of an App Server the console's.</summary>
public sealed class AgentExport(IDbContextFactory<RegistryDbContext> registries, SavedLetta letta, AgentWrites writes, TimeProvider clock)
{
    public const string LeftOut =
        "Neither the values of secrets and variables, nor the tokens of MCP servers, nor archival passages are exported.";

    /// <summary>What an export gives, by the kind of server.</summary>
    public const string About =
        "Of a V1 server you get Letta's agent file (.af) with the prompt, memory, tools and conversation; of an App Server a file of the console's own (.agent.json) with the prompt, memory files and conversations. "
        + LeftOut;

    public const string ManifestName = "manifest.json";
    public const int MostAgents = 1000;

    private static readonly JsonSerializerOptions Written = new(ApiJson.Options) { WriteIndented = true };

    public async Task<Outcome<ExportedFile>> ExportAsync(int id, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<ExportedFile>(Policies.OperateRegistry) is { } mayNot)
        {
            return mayNot;
        }

        if (await FindAsync([id], cancel) is not [var agent])
        {
            return new Outcome<ExportedFile>.NotFound();
        }

        var file = PrivateFiles.CreateTemporary();
        try
        {
            var (name, failure) = await ExportAsync(agent, file, cancel);
            if (name is not null)
            {
                file.Position = 0;
                return new Outcome<ExportedFile>.Ok(new(name, file));
            }

            await file.DisposeAsync();
            return new Outcome<ExportedFile>.Invalid("", $"{agent.Name} was not exported: {failure}");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>A ZIP file with an agent file for each, and a list of contents that names those that failed.</summary>
    public async Task<Outcome<ExportedFile>> ExportAsync(IReadOnlyList<int> ids, CancellationToken cancel)
    {
        if (await writes.RefuseAsync<ExportedFile>(Policies.OperateRegistry) is { } mayNot)
        {
            return mayNot;
        }

        var agents = ids.Count is 0 or > MostAgents ? [] : await FindAsync(ids, cancel);
        if (agents.Count == 0)
        {
            return new Outcome<ExportedFile>.Invalid(
                "ids",
                ids.Count > MostAgents
                    ? $"You can export at most {MostAgents} agents at once."
                    : "Give the ids of the agents in the registry."
            );
        }

        var file = PrivateFiles.CreateTemporary();
        try
        {
            await WriteAsync(agents, file, cancel);
            file.Position = 0;
            return new Outcome<ExportedFile>.Ok(new($"agents-{clock.GetUtcNow():yyyyMMdd-HHmmss}.zip", file));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task WriteAsync(IReadOnlyList<Exportable> agents, Stream file, CancellationToken cancel)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        var contents = new List<ExportedAgent>();
        foreach (var agent in agents)
        {
            // Held apart first: what breaks off in the middle does not come into the ZIP file.
            await using var content = PrivateFiles.CreateTemporary();
            var (name, failure) = await ExportAsync(agent, content, cancel);
            if (name is not null)
            {
                content.Position = 0;
                await using var entry = zip.CreateEntry(name).Open();
                await content.CopyToAsync(entry, cancel);
            }

            contents.Add(new(agent.Id, agent.Name, agent.LettaUid, name, failure));
        }

        await using var manifest = zip.CreateEntry(ManifestName).Open();
        await JsonSerializer.SerializeAsync(manifest, new ExportManifest(clock.GetUtcNow(), LeftOut, contents), Written, cancel);
    }

    /// <returns>The name of the file, or why it failed.</returns>
    private async Task<(string? Name, string? Failure)> ExportAsync(Exportable agent, Stream to, CancellationToken cancel)
    {
        if (agent.LettaUid is not { } uid)
        {
            return (null, "it has no Letta id in the registry.");
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            await server.ExportAsync(uid, to, cancel);
            return (LettaFileNames.Of(agent.Name, uid, server.Kind), null);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return (null, why);
        }
    }

    private async Task<IReadOnlyList<Exportable>> FindAsync(IReadOnlyList<int> ids, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        return await registry
            .Agents.AsNoTracking()
            .Where(a => ids.Contains(a.Id))
            .OrderBy(a => a.Name)
            .ThenBy(a => a.Id)
            .Select(a => new Exportable(a.Id, a.Name, a.LettaUid))
            .ToListAsync(cancel);
    }

    private sealed record Exportable(int Id, string Name, string? LettaUid);
}
