using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Agents;

/// <summary>
/// What the registry declares of an agent, as it is changed. An empty field declares nothing. Tools and blocks stay as they are.
/// </summary>
public sealed class AgentForm
{
    [JsonIgnore]
    public int Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(DeclaredAgent.NameLength, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    [TextLimit(Lengths.Description)]
    public string? Description { get; set; }

    [StringLength(255, ErrorMessage = "A model's handle has at most 255 characters.")]
    public string? Model { get; set; }

    [StringLength(255, ErrorMessage = "A model's handle has at most 255 characters.")]
    public string? Embedding { get; set; }

    [TextLimit(Lengths.Long)]
    public string? System { get; set; }

    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? Tags { get; set; }

    public bool IsActive { get; set; } = true;

    /// <summary>The tags as they are typed, with commas between them.</summary>
    [JsonIgnore]
    [TextLimit(Lengths.Document)]
    public string? TypedTags { get; set; }

    public static AgentForm Of(AgentView view) =>
        new()
        {
            Id = view.Agent.Id,
            Version = view.Agent.Version,
            Name = view.Agent.Name,
            Description = view.Agent.Description,
            Model = view.Declared.Model,
            Embedding = view.Declared.Embedding,
            System = view.Declared.System,
            Tags = view.Declared.Tags,
            TypedTags = view.Declared.Tags is { } tags ? string.Join(", ", tags) : null,
            IsActive = view.Agent.IsActive,
        };

    internal void ReadTypedTags() =>
        Tags = Empty(TypedTags)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    internal DeclaredAgent Over(DeclaredAgent declared) =>
        declared with
        {
            Name = Name.Trim(),
            Description = Empty(Description),
            Model = Empty(Model)?.Trim(),
            Embedding = Empty(Embedding)?.Trim(),
            System = Empty(System),
            Tags = Tags is null ? null : [.. Tags.Distinct()],
        };

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>Which agents of the Letta server the registry is to know from now on.</summary>
internal sealed class AdoptForm
{
    [TextLimit(Lengths.Name)]
    public IReadOnlyList<string>? LettaUids { get; set; }
}
