using Sanctum.Configurator.Features.Letta.AppServer;

namespace Sanctum.Configurator.Features.Agents.AppServers;

/// <summary>A file of an agent's memory.</summary>
/// <param name="IsInPrompt">Whether the agent has it before its eyes in every conversation.</param>
/// <param name="IsListed">False for one that lies in the folder, but that the server's list leaves out, such as a text file.</param>
public sealed record AgentMemoryFile(string Path, bool IsInPrompt, string? Description, string Content, bool IsListed);

/// <summary>A change of an agent's memory.</summary>
public sealed record AgentMemoryChange(string Sha, string Message, string? Author, DateTimeOffset? At);

/// <summary>What a change did, as a unified difference.</summary>
public sealed record AgentMemoryDifference(string Sha, string Difference);

/// <summary>The memory of an agent on an App Server: its files, and their past.</summary>
public sealed class AgentMemory(AppServerCalls calls)
{
    public Task<Outcome<IReadOnlyList<AgentMemoryFile>>> FilesAsync(int id, CancellationToken cancel) =>
        calls.ReadAsync<IReadOnlyList<AgentMemoryFile>>(
            id,
            async (link, uid) =>
                [
                    .. (await new AppServerMemory(link).ListAllAsync(uid, cancel)).Files.Select(file => new AgentMemoryFile(
                        file.Path,
                        file.IsSystem,
                        file.Description,
                        link.Hide(file.Content),
                        file.IsListed
                    )),
                ],
            cancel
        );

    /// <summary>The newest first.</summary>
    public Task<Outcome<IReadOnlyList<AgentMemoryChange>>> HistoryAsync(int id, CancellationToken cancel) =>
        calls.ReadAsync<IReadOnlyList<AgentMemoryChange>>(
            id,
            async (link, uid) =>
                [
                    .. (await new AppServerMemory(link).HistoryAsync(uid, cancel)).Select(commit => new AgentMemoryChange(
                        commit.Sha,
                        link.Hide(commit.Message),
                        commit.Author,
                        commit.At
                    )),
                ],
            cancel
        );

    public Task<Outcome<AgentMemoryDifference>> DifferenceAsync(int id, string sha, CancellationToken cancel) =>
        calls.ReadAsync(
            id,
            async (link, uid) =>
                new AgentMemoryDifference(sha, link.Hide(await new AppServerMemory(link).DifferenceAsync(uid, sha, cancel))),
            cancel
        );
}
