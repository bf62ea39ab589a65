using System.Text.Json;
using System.Text.Json.Nodes;
using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>A file of an agent's memory.</summary>
/// <param name="Path">Below the memory's folder, such as <c>system/human.md</c>.</param>
/// <param name="IsSystem">Whether it is in the agent's prompt.</param>
internal sealed record MemoryFile(string Path, bool IsSystem, string? Description, string Content, bool IsText);

/// <summary>One change of an agent's memory.</summary>
internal sealed record MemoryCommit(string Sha, string Message, string? Author, DateTimeOffset? At);

/// <summary>
/// An agent's memory on an App Server: a git repository of Markdown files, each with a description in its front matter. Those below
/// <c>system/</c> are in the prompt, and are what V1 calls blocks.
/// </summary>
internal sealed class AppServerMemory(AppServerLink link)
{
    private const string Fence = "---";
    private const int MostCommits = 100;
    private const string Why = "Changed in Sanctum Configurator";

    /// <summary>What is written where nobody described a block: a file without a description is refused, and left lying.</summary>
    public static string DescriptionOf(string label) => $"Memory block {label}";

    public static string PathOf(string label) => MemoryPaths.PathOf(label);

    /// <summary>Null for a file that is no block.</summary>
    public static string? LabelOf(MemoryFile file) => file.IsSystem && file.IsText ? MemoryPaths.LabelOf(file.Path) : null;

    public async Task<IReadOnlyList<MemoryFile>> ListAsync(string agent, CancellationToken cancel)
    {
        var answers = await link.AskAsync(
            "list_memory",
            new() { ["agent_id"] = agent },
            static answer => !answer.TryGetProperty("done", out var done) || done.ValueKind != JsonValueKind.False,
            cancel
        );
        return
        [
            .. from answer in answers
            from entry in LettaAgent.ItemsOf(answer, "entries")
            let path = LettaAgent.TextOf(entry, "relative_path")
            where path is not null
            select new MemoryFile(
                path,
                entry.TryGetProperty("is_system", out var system) && system.ValueKind == JsonValueKind.True,
                LettaAgent.TextOf(entry, "description"),
                LettaAgent.TextOf(entry, "content") ?? "",
                LettaAgent.TextOf(entry, "kind") is null or "markdown" or "text"
            ),
        ];
    }

    /// <summary>The commits of the memory's repository, the newest first.</summary>
    public async Task<IReadOnlyList<MemoryCommit>> HistoryAsync(string agent, CancellationToken cancel)
    {
        var answer = await link.AskAsync("memory_history", new() { ["agent_id"] = agent, ["limit"] = MostCommits }, cancel);
        return
        [
            .. from commit in LettaAgent.ItemsOf(answer, "commits")
            let sha = LettaAgent.TextOf(commit, "sha")
            where sha is not null
            select new MemoryCommit(
                sha,
                LettaAgent.TextOf(commit, "message") ?? "",
                LettaAgent.TextOf(commit, "author_name"),
                LettaAgent.TimeOf(commit, "timestamp")
            ),
        ];
    }

    /// <summary>What a commit changed, as a unified difference.</summary>
    public async Task<string> DifferenceAsync(string agent, string sha, CancellationToken cancel) =>
        LettaAgent.TextOf(await link.AskAsync("memory_commit_diff", new() { ["agent_id"] = agent, ["sha"] = sha }, cancel), "diff") ?? "";

    public async Task<IReadOnlyList<LettaBlock>> BlocksAsync(string agent, CancellationToken cancel) =>
        [
            .. from file in await ListAsync(agent, cancel)
            let label = LabelOf(file)
            where label is not null
            select new LettaBlock(label, file.Content),
        ];

    /// <summary>Writes a block's text, and leaves what stands before it: its description, and whatever else its front matter says.</summary>
    public async Task WriteBlockAsync(string agent, string label, string value, CancellationToken cancel)
    {
        var path = PathOf(label);
        var isThere = (await ListAsync(agent, cancel)).Any(file => file.Path == path);
        var front = (isThere ? await ReadFrontAsync(agent, path, cancel) : null) ?? FrontOf(DescriptionOf(label));
        await WriteAsync(agent, path, front + value + "\n", cancel);
    }

    /// <summary>Writes a whole file, with front matter of its own or a new one.</summary>
    public async Task WriteFileAsync(string agent, MemoryFile file, CancellationToken cancel) =>
        await WriteAsync(
            agent,
            file.Path,
            FrontOf(file.Description is { Length: > 0 } said ? said : $"Memory file {file.Path}") + file.Content + "\n",
            cancel
        );

    /// <summary>Writes a file that is no text, which has no front matter.</summary>
    public Task WriteBytesAsync(string agent, string path, string base64, CancellationToken cancel) =>
        link.AskAsync(
            "write_memory_file",
            new()
            {
                ["agent_id"] = agent,
                ["path"] = path,
                ["content"] = base64,
                ["encoding"] = "base64",
                ["commit_message"] = Why,
            },
            cancel
        );

    /// <summary>A file that is no text, in Base64.</summary>
    public async Task<string> ReadBytesAsync(string agent, string path, CancellationToken cancel) =>
        LettaAgent.TextOf(
            await link.AskAsync(
                "read_memory_file",
                new()
                {
                    ["agent_id"] = agent,
                    ["path"] = path,
                    ["encoding"] = "base64",
                },
                cancel
            ),
            "content"
        ) ?? "";

    private async Task WriteAsync(string agent, string path, string content, CancellationToken cancel) =>
        await link.AskAsync(
            "write_memory_file",
            new()
            {
                ["agent_id"] = agent,
                ["path"] = path,
                ["content"] = content,
                ["commit_message"] = Why,
            },
            cancel
        );

    /// <summary>The front matter of a file with the line that ends it; null where the file has none.</summary>
    private async Task<string?> ReadFrontAsync(string agent, string path, CancellationToken cancel)
    {
        var answer = await link.AskAsync("read_memory_file", new() { ["agent_id"] = agent, ["path"] = path }, cancel);
        var content = LettaAgent.TextOf(answer, "content") ?? "";
        var end = content.StartsWith(Fence + "\n", StringComparison.Ordinal)
            ? content.IndexOf($"\n{Fence}\n", Fence.Length, StringComparison.Ordinal)
            : -1;
        return end < 0 ? null : content[..(end + Fence.Length + 2)];
    }

    /// <summary>The server reads the line as it stands: quotes would become part of the description.</summary>
    private static string FrontOf(string description) => $"{Fence}\ndescription: {description.ReplaceLineEndings(" ")}\n{Fence}\n";
}
