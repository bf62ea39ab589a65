using System.Globalization;
using System.Text.Json;
using Sanctum.Configurator.Features.Backups.Archive;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Platform;

namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>
/// Gathers each agent of the Letta server as an agent file (.af), as Letta's own export writes it: without secrets and archival passages.
/// </summary>
public sealed class LettaAgentFiles(SavedLetta letta)
{
    public const string Folder = "letta-agents";

    private const int AgentsAtOnce = 50;

    /// <param name="work">Where they are put.</param>
    internal async Task GatherAsync(WorkFolder work, Gathered gathered, IProgress<BackupStep> progress, CancellationToken cancel)
    {
        try
        {
            using var server = await letta.ConnectAsync(cancel);
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
            using var server = await letta.ConnectAsync(cancel);
            using var form = new MultipartFormDataContent
            {
                { new StreamContent(File.OpenRead(file)), "file", name },
                { new StringContent("false"), "override_existing_tools" },
                { new StringContent("true"), "append_copy_suffix" },
            };
            using var json = await server.PostAsync("v1/agents/import", form, cancel);
            return json.RootElement.GetProperty("agent_ids").EnumerateArray().First().GetString() ?? throw new JsonException();
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            throw new BackupFailedException($"{name} was not imported: {why}", e);
        }
    }

    private static async Task GatherAsync(
        LettaConnection server,
        WorkFolder work,
        Gathered gathered,
        IProgress<BackupStep> progress,
        CancellationToken cancel
    )
    {
        var agents = await ListAsync(server, cancel);
        for (var at = 0; at < agents.Count; at++)
        {
            var (id, name) = agents[at];
            progress.Report(new($"Exporting the agent {name}", at, agents.Count));
            var part = $"{Folder}/{LettaFileNames.Of(name, id)}";
            try
            {
                await using (var file = PrivateFiles.Create(work.FileOf(part)))
                {
                    await server.CopyAsync($"v1/agents/{Uri.EscapeDataString(id)}/export", file, cancel);
                }

                gathered.Parts.Add(new(part, work.FileOf(part)));
            }
            catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
            {
                gathered.Missing.Add($"The agent {name} is not in this backup: {why}");
            }
        }
    }

    private static async Task<IReadOnlyList<(string Id, string Name)>> ListAsync(LettaConnection server, CancellationToken cancel)
    {
        var agents = new List<(string Id, string Name)>();
        for (var isMore = true; isMore; )
        {
            var after = agents.Count > 0 ? $"&after={Uri.EscapeDataString(agents[^1].Id)}" : "";
            var before = agents.Count;
            using var page = await server.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"v1/agents/?limit={AgentsAtOnce}&order=asc{after}"),
                cancel
            );
            foreach (var agent in page.RootElement.EnumerateArray())
            {
                var id = LettaAgent.TextOf(agent, "id") ?? throw new JsonException("An agent has no id.");
                agents.Add((id, LettaAgent.TextOf(agent, "name") ?? id));
            }

            // A server that does not know the parameter gives the same page again.
            isMore = agents.Count - before == AgentsAtOnce && agents.Take(before).All(agent => agent.Id != agents[^1].Id);
        }

        return [.. agents.DistinctBy(agent => agent.Id)];
    }
}
