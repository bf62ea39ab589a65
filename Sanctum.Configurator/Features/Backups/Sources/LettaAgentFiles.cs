using System.Globalization;
using System.Net;
using System.Text.Json;
using Sanctum.Configurator.Platform;
using Sanctum.Configurator.Platform.Letta;
using Sanctum.Configurator.Registry.Settings;

namespace Sanctum.Configurator.Features.Backups.Sources;

/// <summary>Gathers each agent of the Letta server as an agent file (.af), as Letta's own export writes it: without secrets and archival passages.</summary>
public sealed class LettaAgentFiles(SavedLetta letta)
{
    public const string Folder = "letta-agents";

    private const int AgentsAtOnce = 50;

    /// <param name="work">Where they are put.</param>
    internal async Task GatherAsync(WorkFolder work, Gathered gathered, Action<string, long, long> say, CancellationToken cancel)
    {
        try
        {
            using var server = await letta.ConnectAsync(cancel);
            await GatherAsync(server.Client, server.Patience, work, gathered, say, cancel);
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is not null)
        {
            gathered.Missing.Add($"The agents of the Letta server are not in this backup: {LettaFailures.WhyOf(e, cancel)} Test the connection on the page Letta server.");
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
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(server.Patience);
            using var answer = await server.Client.PostAsync("v1/agents/import", form, limit.Token);
            await RequireAsync(answer, limit.Token);
            using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(limit.Token), default, limit.Token);
            return json.RootElement.GetProperty("agent_ids")[0].GetString() ?? throw new JsonException();
        }
        catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is { } why)
        {
            throw new BackupFailedException($"{name} was not imported: {why}", e);
        }
    }

    private static async Task GatherAsync(HttpClient client, TimeSpan patience, WorkFolder work, Gathered gathered, Action<string, long, long> say, CancellationToken cancel)
    {
        var agents = await ListAsync(client, patience, cancel);
        for (var at = 0; at < agents.Count; at++)
        {
            var (id, name) = agents[at];
            say($"Exporting the agent {name}", at, agents.Count);
            var part = $"{Folder}/{LettaFileNames.Of(name, id)}";
            try
            {
                await using (var file = PrivateFiles.Create(work.FileOf(part)))
                {
                    await GetAsync(client, $"v1/agents/{Uri.EscapeDataString(id)}/export", patience, async (body, token) => await body.CopyToAsync(file, token), cancel);
                }

                gathered.Parts.Add(new(part, work.FileOf(part)));
            }
            catch (Exception e) when (LettaFailures.WhyOf(e, cancel) is not null)
            {
                gathered.Missing.Add($"The agent {name} is not in this backup: {LettaFailures.WhyOf(e, cancel)}");
            }
        }
    }

    private static async Task<IReadOnlyList<(string Id, string Name)>> ListAsync(HttpClient client, TimeSpan patience, CancellationToken cancel)
    {
        var agents = new List<(string Id, string Name)>();
        for (var isMore = true; isMore;)
        {
            var after = agents.Count > 0 ? $"&after={Uri.EscapeDataString(agents[^1].Id)}" : "";
            var before = agents.Count;
            await GetAsync(
                client,
                string.Create(CultureInfo.InvariantCulture, $"v1/agents/?limit={AgentsAtOnce}&order=asc{after}"),
                patience,
                async (body, token) =>
                {
                    using var json = await JsonDocument.ParseAsync(body, default, token);
                    foreach (var agent in json.RootElement.EnumerateArray())
                    {
                        var id = agent.GetProperty("id").GetString() ?? throw new JsonException("An agent has no id.");
                        agents.Add((id, agent.TryGetProperty("name", out var name) ? name.GetString() ?? id : id));
                    }
                },
                cancel);

            // A server that does not know the parameter gives the same page again.
            isMore = agents.Count - before == AgentsAtOnce && agents.Take(before).All(agent => agent.Id != agents[^1].Id);
        }

        return [.. agents.DistinctBy(agent => agent.Id)];
    }

    private static async Task GetAsync(HttpClient client, string path, TimeSpan patience, Func<Stream, CancellationToken, Task> read, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        using var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        await RequireAsync(answer, limit.Token);
        await read(await answer.Content.ReadAsStreamAsync(limit.Token), limit.Token);
    }

    private static async Task RequireAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (!answer.IsSuccessStatusCode)
        {
            _ = await answer.Content.ReadAsByteArrayAsync(cancel);
            throw new HttpRequestException(
                answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "the server refused the token." : $"the server answered {(int)answer.StatusCode}.");
        }
    }
}
