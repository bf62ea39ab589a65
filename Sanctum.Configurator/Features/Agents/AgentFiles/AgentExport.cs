using System.IO.Compression;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Registry.Data;

namespace Sanctum.Configurator.Features.Agents.AgentFiles;

/// <summary>A file to save; gone when its content is closed.</summary>
public sealed record ExportedFile(string Name, Stream Content);

/// <summary>One agent in the list of contents of an export.</summary>
/// <param name="File">Null where it could not be exported.</param>
/// <param name="Failure">Why, in a sentence.</param>
public sealed record ExportedAgent(int Id, string Name, string? LettaUid, string? File, string? Failure);

/// <summary>The list of contents of an export.</summary>
public sealed record ExportManifest(DateTimeOffset ExportedAt, string LeftOut, IReadOnlyList<ExportedAgent> Agents);

/// <summary>Exports agents as Letta's own agent files.</summary>
public sealed class AgentExport(IDbContextFactory<RegistryDbContext> registries, SavedLetta letta, AgentWrites writes, TimeProvider clock)
{
    public const string LeftOut =
        "Letta exports neither the values of secrets and variables, nor the tokens of MCP servers, nor archival passages.";
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
            var failure = await ExportAsync(agent, file, cancel);
            if (failure is null)
            {
                file.Position = 0;
                return new Outcome<ExportedFile>.Ok(new(LettaFileNames.Of(agent.Name, agent.LettaUid!), file));
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
            var failure = await ExportAsync(agent, content, cancel);
            var name = failure is null ? LettaFileNames.Of(agent.Name, agent.LettaUid!) : null;
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

    /// <returns>Why it failed; null where it did not.</returns>
    private async Task<string?> ExportAsync(Exportable agent, Stream to, CancellationToken cancel)
    {
        if (agent.LettaUid is not { } uid)
        {
            return "it has no Letta id in the registry.";
        }

        try
        {
            using var server = await letta.AgentsAsync(cancel);
            await server.ExportAsync(uid, to, cancel);
            return null;
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            return why;
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
