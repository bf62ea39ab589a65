namespace Sanctum.Configurator.Features.Letta.Client;

/// <summary>A file of an agent's memory, on its way from one server to another.</summary>
/// <param name="Path">Below the memory's folder, such as <c>system/human.md</c>.</param>
/// <param name="Text">Without its front matter; null where it is no text.</param>
/// <param name="Bytes">Of a file that is no text, in Base64.</param>
public sealed record CarriedMemory(string Path, string? Description, string? Text, string? Bytes = null)
{
    /// <summary>Null where it is no block.</summary>
    public string? Label => Text is null ? null : MemoryPaths.LabelOf(Path);

    /// <summary>A block, which is a file of the memory wherever there are files.</summary>
    public static CarriedMemory Block(string label, string value, string? description) =>
        new(MemoryPaths.PathOf(label), description, Plain(value));

    /// <summary>Git counts a file with this character as no text, and PostgreSQL stores every other.</summary>
    internal static string Plain(string text) => text.Replace("\0", "", StringComparison.Ordinal);
}

/// <summary>An agent on its way from one server to another, by a file or by hand: what it is, and what it has that may have to stay.</summary>
/// <param name="ModelSettings">Of this model on an App Server; they mean nothing to another.</param>
public sealed record CarriedAgent(
    string Name,
    string? Description,
    string? System,
    string? Model,
    JsonObject? ModelSettings,
    IReadOnlyList<string> Tags,
    IReadOnlyList<CarriedMemory> Memory
)
{
    public string? Embedding { get; init; }

    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>The names of secrets and variables.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public int Conversations { get; init; }

    /// <summary>Null where nobody has counted them.</summary>
    public int? Messages { get; init; } = 0;

    /// <summary>The server it was exported from did not show the folder of its memory.</summary>
    public bool IsMemoryCut { get; init; }

    /// <summary>Sources and files that it reads.</summary>
    public int Sources { get; init; }

    /// <summary>What would be lost on a server of this kind, a sentence each.</summary>
    public IReadOnlyList<string> LostOn(LettaKind kind)
    {
        var lost = new List<string>();
        void Add(bool isLost, string what)
        {
            if (isLost)
            {
                lost.Add(what);
            }
        }

        Add(
            Messages is not 0 || Conversations > 0,
            $"{SaidIn()}. {(kind == LettaKind.AppServer ? "An App Server" : "A V1 server")} takes no messages."
        );
        Add(IsMemoryCut, "Memory files that are no Markdown, if it had any: the server that it was exported from does not list them.");
        if (kind == LettaKind.AppServer)
        {
            Add(Tools.Count > 0, $"{Counted(Tools.Count, "tool")} ({string.Join(", ", Tools)}). An App Server has a fixed set of its own.");
            Add(Embedding is not null, $"The embedding {Embedding}. An App Server has none.");
            Add(Sources > 0, $"{Counted(Sources, "source or file", "sources and files")}. An App Server has none.");
            Add(Secrets.Count > 0, $"The secrets {string.Join(", ", Secrets)}. Set them on the App Server afterwards.");
        }
        else
        {
            var files = Memory.Where(file => file.Label is null).Select(file => file.Path).ToList();
            Add(
                files.Count > 0,
                $"{Counted(files.Count, "memory file")} outside system/ ({string.Join(", ", files.Take(5))}{(files.Count > 5 ? " …" : "")}). A V1 server has blocks only."
            );
            Add(ModelSettings is { Count: > 0 }, "The settings of its model. A V1 server has its own.");
        }

        lost.AddRange(
            Memory
                .Select(file => file.Label)
                .OfType<string>()
                .Where(label => kind == LettaKind.AppServer && MemoryPaths.SafeLabel(label) != label)
                .Select(label => $"The name of the block {label}: it becomes {MemoryPaths.SafeLabel(label)}.")
        );
        return lost;
    }

    /// <summary>An agent in the words in which Letta makes one, but for what is no block.</summary>
    /// <param name="model">Null for its own.</param>
    public JsonObject ToJson(LettaKind kind, string? name = null, string? model = null)
    {
        var agent = new JsonObject
        {
            ["name"] = name ?? Name,
            ["model"] = model ?? Model,
            ["tags"] = new JsonArray([.. Tags.Distinct().Select(tag => JsonValue.Create(tag))]),
            ["memory_blocks"] = new JsonArray([
                .. Blocks(kind)
                    .Select(block =>
                    {
                        var json = new JsonObject { ["label"] = block.Label, ["value"] = block.File.Text };
                        if (block.File.Description is { Length: > 0 } said)
                        {
                            json["description"] = said;
                        }

                        return json;
                    }),
            ]),
        };
        foreach (var (field, text) in new[] { ("description", Description), ("system", System) })
        {
            if (text is not null)
            {
                agent[field] = text;
            }
        }

        if (kind == LettaKind.AppServer && ModelSettings is { Count: > 0 } && (model is null || model == Model))
        {
            agent["model_settings"] = ModelSettings.DeepClone();
        }

        return agent;
    }

    /// <summary>Its blocks by the labels that they get there, each another.</summary>
    internal IEnumerable<(string Label, CarriedMemory File)> Blocks(LettaKind kind)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Memory)
        {
            if (file.Label is not { } label)
            {
                continue;
            }

            var wanted = kind == LettaKind.AppServer ? MemoryPaths.SafeLabel(label) : label;
            var given = wanted;
            for (var number = 2; !taken.Add(given); number++)
            {
                given = string.Create(CultureInfo.InvariantCulture, $"{wanted}-{number}");
            }

            yield return (given, file);
        }
    }

    private string SaidIn() =>
        Conversations > 0 ? $"{Counted(Conversations, "conversation")} with {Counted(Messages ?? 0, "message")}"
        : Messages is { } messages ? Counted(messages, "message")
        : "Its messages";

    private static string Counted(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
