using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Letta.Saved;

namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>
/// Gathers each agent of the Letta server as an agent file: as Letta's own export writes it (.af), or of an App Server as the console does
/// (.agent.json); without secrets and archival passages.
/// </summary>
public sealed class LettaAgentFiles(SavedLetta letta)
{
    public const string Folder = "letta-agents";

    /// <param name="work">Where they are put.</param>
    internal async Task GatherAsync(WorkFolder work, Gathered gathered, IProgress<BackupStep> progress, CancellationToken cancel)
    {
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            await GatherAsync(server, work, gathered, progress, cancel);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            gathered.Missing.Add($"The agents of the Letta server are not in this backup: {LettaFailures.Advised(why)}");
        }
    }

    /// <summary>Hands an agent file to the server, which makes a new agent of it and leaves those that are there alone.</summary>
    /// <returns>The new agent's id.</returns>
    /// <exception cref="BackupFailedException">The server could not be reached, or refused it.</exception>
    public async Task<string> ImportAsync(string file, string name, CancellationToken cancel)
    {
        try
        {
            using var server = await letta.AgentsAsync(cancel);
            var wishes = new Dictionary<string, string> { ["override_existing_tools"] = "false", ["append_copy_suffix"] = "true" };
            return (await server.ImportAsync(await File.ReadAllBytesAsync(file, cancel), wishes, cancel))[0];
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            throw new BackupFailedException($"{name} was not imported: {why}", e);
        }
    }

    private static async Task GatherAsync(
        ILettaAgents server,
        WorkFolder work,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        var agents = await server.NamesAsync(cancel);
        for (var at = 0; at < agents.Count; at++)
        {
            var (id, name) = agents[at];
            progress.Report(new($"Exporting the agent {name}", at, agents.Count));
            var part = $"{Folder}/{LettaFileNames.Of(name, id, server.Kind)}";
            try
            {
                await using (var file = PrivateFiles.Create(work.FileOf(part)))
                {
                    await server.ExportAsync(id, file, cancel);
                }

                gathered.Parts.Add(new(part, work.FileOf(part)));
            }
            catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
            {
                gathered.Missing.Add($"The agent {name} is not in this backup: {why}");
            }
        }
    }
}
