using Sanctum.Configurator.Features.Letta.Client;

namespace Sanctum.Configurator.Features.Letta.AppServer;

/// <summary>A file of an agent's memory.</summary>
/// <param name="Path">Below the memory's folder, such as <c>system/human.md</c>.</param>
/// <param name="IsSystem">Whether it is in the agent's prompt.</param>
/// <param name="IsListed">False for one that the server's list leaves out, such as a text file that is no Markdown.</param>
public sealed record MemoryFile(string Path, bool IsSystem, string? Description, string Content, bool IsText, bool IsListed = true);

/// <summary>All files of an agent's memory.</summary>
/// <param name="IsWhole">False where the server does not show the folder, so that files which its list leaves out may be missing.</param>
public sealed record WholeMemory(IReadOnlyList<MemoryFile> Files, bool IsWhole);

/// <summary>One change of an agent's memory.</summary>
public sealed record MemoryCommit(string Sha, string Message, string? Author, DateTimeOffset? At);

/// <summary>
/// An agent's memory on an App Server: a git repository of Markdown files, each with a description in its front matter. Those below
/// <c>system/</c> are in the prompt, and are what V1 calls blocks.
/// </summary>
public sealed class AppServerMemory(AppServerLink link)
{
    private const string Fence = "---";
    private const int MostCommits = 100;
    private const string Why = "Changed in Sanctum Configurator";

    /// <summary>Of folders within folders.</summary>
    private const int Deepest = 20;
    private const string Check = "Frontmatter validation failed:";

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

    /// <summary>
    /// The files, and those in the folder that the list leaves out: it has Markdown and pictures only, but the agent may keep any file.
    /// </summary>
    public async Task<WholeMemory> ListAllAsync(string agent, CancellationToken cancel)
    {
        var listed = await ListAsync(agent, cancel);
        if (await FindFolderAsync(agent, cancel) is not { } folder)
        {
            return new(listed, IsWhole: false);
        }

        JsonElement tree;
        try
        {
            tree = await link.AskAsync("get_tree", new() { ["path"] = folder, ["depth"] = Deepest }, cancel);
        }
        catch (AppServerSaidNoException)
        {
            return new(listed, IsWhole: false);
        }

        var known = listed.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var others =
            from entry in LettaAgent.ItemsOf(tree, "entries")
            where LettaAgent.TextOf(entry, "type") == "file"
            let path = LettaAgent.TextOf(entry, "path")
            where path is not null && !path.StartsWith(".git", StringComparison.Ordinal) && !known.Contains(path)
            select new MemoryFile(path, IsSystem: false, null, "", IsText: false, IsListed: false);
        var isCut = tree.TryGetProperty("has_more_depth", out var more) && more.ValueKind == JsonValueKind.True;
        return new([.. listed, .. others], !isCut);
    }

    /// <summary>Writes a block's text, and leaves what stands before it: its description, and whatever else its front matter says.</summary>
    /// <exception cref="LettaCallException">The file is read-only, or the server refused it. It is as it was.</exception>
    public async Task WriteBlockAsync(string agent, string label, string value, CancellationToken cancel)
    {
        var path = PathOf(label);
        var isThere = (await ListAsync(agent, cancel)).Any(file => file.Path == path);
        var before = isThere ? await ReadAsync(agent, path, cancel) : null;
        var front = FrontIn(before ?? "");
        if (front?.Split('\n').Any(line => line.Replace(" ", "", StringComparison.Ordinal) == "read_only:true") == true)
        {
            throw new LettaCallException(
                $"the memory file {path} is read-only: its front matter says read_only. It was not changed. Take that line out on the server, or take the server's text into the registry."
            );
        }

        await WriteAsync(agent, path, (front ?? FrontOf(DescriptionOf(label))) + value + "\n", before, cancel);
    }

    /// <summary>Writes a whole file, which is not there yet, with front matter.</summary>
    public async Task WriteFileAsync(string agent, MemoryFile file, CancellationToken cancel) =>
        await WriteAsync(
            agent,
            file.Path,
            FrontOf(file.Description is { Length: > 0 } said ? said : $"Memory file {file.Path}") + file.Content + "\n",
            null,
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

    /// <param name="before">What is there; null where the file is new.</param>
    private async Task WriteAsync(string agent, string path, string content, string? before, CancellationToken cancel)
    {
        try
        {
            await SaveAsync(agent, path, content, cancel);
        }
        catch (AppServerSaidNoException e)
        {
            // The server leaves what it refuses in the folder, where the agent and the next comparison would take it for written.
            await RestoreAsync(agent, path, before);
            throw e.Message.IndexOf(Check, StringComparison.Ordinal) is var at and >= 0
                ? new LettaCallException(
                    $"the App Server's check of memory files refused {path}, which is as it was: {e.Message[(at + Check.Length)..].Trim()}",
                    e
                )
                : e;
        }
    }

    private Task SaveAsync(string agent, string path, string content, CancellationToken cancel) =>
        link.AskAsync(
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

    private async Task RestoreAsync(string agent, string path, string? before)
    {
        try
        {
            await (
                before is not null
                    ? SaveAsync(agent, path, before, CancellationToken.None)
                    : link.AskAsync("delete_memory_file", new() { ["agent_id"] = agent, ["path"] = path }, CancellationToken.None)
            );
        }
        catch (AppServerSaidNoException)
        {
            // Of a file that was never saved the server says so, and deletes it all the same.
        }
    }

    private async Task<string> ReadAsync(string agent, string path, CancellationToken cancel) =>
        LettaAgent.TextOf(await link.AskAsync("read_memory_file", new() { ["agent_id"] = agent, ["path"] = path }, cancel), "content")
        ?? "";

    /// <summary>Where the memory is on the server's machine; null where the server does not say.</summary>
    private async Task<string?> FindFolderAsync(string agent, CancellationToken cancel)
    {
        var scope = new AppServerScope(agent, AppServerScope.Default);
        using var listener = link.Listen(scope);
        await new AppServerConversations(link).SyncAsync(scope, cancel);
        string? folder = null;
        while (listener.TryRead(out var happened))
        {
            folder = happened.TryGetProperty("device_status", out var device)
                ? LettaAgent.TextOf(device, "memory_directory") ?? folder
                : folder;
        }

        return folder;
    }

    /// <summary>The front matter of a file with the line that ends it; null where the file has none.</summary>
    private static string? FrontIn(string content)
    {
        var end = content.StartsWith(Fence + "\n", StringComparison.Ordinal)
            ? content.IndexOf($"\n{Fence}\n", Fence.Length, StringComparison.Ordinal)
            : -1;
        return end < 0 ? null : content[..(end + Fence.Length + 2)];
    }

    /// <summary>The server reads a line as it stands: quotes would become part of the description. Several are a block, as in YAML.</summary>
    internal static string FrontOf(string description)
    {
        var text = description.ReplaceLineEndings("\n");
        if (!text.TrimEnd('\n').Contains('\n', StringComparison.Ordinal))
        {
            return $"{Fence}\ndescription: {text.TrimEnd('\n')}\n{Fence}\n";
        }

        var (sign, lines) = text.EndsWith('\n') ? ("|", text[..^1]) : ("|-", text);
        return $"{Fence}\ndescription: {sign}\n{string.Join('\n', lines.Split('\n').Select(line => line.Length > 0 ? "  " + line : line))}\n{Fence}\n";
    }
}
