using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Features.Letta.Client;
using Sanctum.Configurator.Features.Templates;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents.Creating;

/// <summary>An agent that is to be made on the Letta server.</summary>
public sealed class NewAgentForm : IValidatableObject
{
    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(DeclaredAgent.NameLength, ErrorMessage = "A name has at most 255 characters.")]
    public string? Name { get; set; }

    [TextLimit(Lengths.Description)]
    public string? Description { get; set; }

    [Required(ErrorMessage = "Choose a model. A self-hosted server requires one.")]
    [TextLimit(Lengths.Name)]
    public string Model { get; set; } = "";

    /// <summary>A V1 server requires one; an App Server has none.</summary>
    [TextLimit(Lengths.Name)]
    public string Embedding { get; set; } = "";

    [TextLimit(Lengths.Long)]
    public string? System { get; set; }

    public IList<NewBlock> Blocks
    {
        get;
        set => field = value ?? [];
    } = [];

    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? Tags { get; set; }

    /// <summary>By name.</summary>
    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? Tools { get; set; }

    /// <summary>Letta's own tools, for speaking and remembering.</summary>
    public bool IncludeBaseTools { get; set; } = true;

    /// <summary>The tags as they are typed, with commas between them.</summary>
    [JsonIgnore]
    [TextLimit(Lengths.Document)]
    public string? TypedTags { get; set; }

    [JsonIgnore]
    [TextLimit(Lengths.Document)]
    public string? TypedTools { get; set; }

    /// <summary>One from scratch, with the two blocks that most agents have.</summary>
    public static NewAgentForm Fresh() => new() { Blocks = [new() { Label = "persona" }, new() { Label = "human" }] };

    /// <summary>One like another.</summary>
    public static NewAgentForm Like(DeclaredAgent other, string name) =>
        new()
        {
            Name = name,
            Description = other.Description,
            Model = other.Model ?? "",
            Embedding = other.Embedding ?? "",
            System = other.System,
            Blocks =
            [
                .. (other.Blocks ?? new Dictionary<string, string>()).Select(block => new NewBlock
                {
                    Label = block.Key,
                    Value = block.Value,
                }),
            ],
            Tags = TagsOf(other),
            Tools = other.Tools,
            TypedTags = Join(TagsOf(other)),
            TypedTools = Join(other.Tools),
            IncludeBaseTools = false,
        };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var labels = Blocks.Select(block => block?.Label?.Trim() ?? "").ToList();
        if (labels.Contains(""))
        {
            yield return new("Every memory block needs a label.", [nameof(Blocks)]);
        }
        else if (labels.Distinct().Count() < labels.Count)
        {
            yield return new("Two memory blocks have the same label.", [nameof(Blocks)]);
        }
    }

    /// <summary>Writes what a template makes over what is in the form.</summary>
    internal void Take(AgentPart part)
    {
        (Name, Description, System) = (part.Name, part.Description, part.System);
        (Model, Embedding) = (part.Model ?? "", part.Embedding ?? "");
        Blocks = [.. (part.Blocks ?? []).Select(block => new NewBlock { Label = block.Label, Value = block.Value })];
        (TypedTags, TypedTools, IncludeBaseTools) = (Join(part.Tags), Join(part.Tools), part.Tools is null);
    }

    internal void ReadTyped()
    {
        Tags = Split(TypedTags);
        Tools = Split(TypedTools);
    }

    /// <summary>In Letta's own words.</summary>
    internal JsonObject ToJson()
    {
        var agent = new JsonObject
        {
            ["name"] = Name!.Trim(),
            ["model"] = Model,
            ["embedding"] = Embedding,
            ["include_base_tools"] = IncludeBaseTools,
            ["memory_blocks"] = new JsonArray([
                .. Blocks.Select(block => new JsonObject { ["label"] = block.Label!.Trim(), ["value"] = block.Value ?? "" }),
            ]),
            ["tags"] = new JsonArray([.. (Tags ?? []).Distinct().Select(tag => JsonValue.Create(tag))]),
            ["tools"] = new JsonArray([.. (Tools ?? []).Distinct().Select(tool => JsonValue.Create(tool))]),
        };
        foreach (var (field, text) in new[] { ("description", Description), ("system", System) })
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                agent[field] = text;
            }
        }

        return agent;
    }

    private static IReadOnlyList<string>? TagsOf(DeclaredAgent other) => other.Tags is null ? null : CarriedAgents.WithoutMarks(other.Tags);

    private static string? Join(IReadOnlyList<string>? names) => names is null ? null : string.Join(", ", names);

    private static string[] Split(string? typed) =>
        (typed ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A block of the memory.</summary>
public sealed class NewBlock
{
    [TextLimit(Lengths.Name)]
    public string? Label { get; set; }

    [TextLimit(Lengths.Long)]
    public string? Value { get; set; }
}

/// <summary>What a new agent can be made of, as the Letta server offers it now.</summary>
public sealed record AgentParts(
    LettaKind Kind,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Embeddings,
    IReadOnlyList<string> Tools
);

/// <summary>An agent that was made; of a dry run, one that could be.</summary>
/// <param name="Id">In the registry.</param>
/// <param name="Sent">What a dry run would send to the Letta server.</param>
public sealed record NewlyMade(
    int? Id,
    string? LettaUid,
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonObject? Sent = null
);
