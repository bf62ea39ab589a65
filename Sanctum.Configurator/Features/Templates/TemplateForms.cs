using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Templates;

/// <summary>A template as it is listed.</summary>
/// <param name="Id">The number of its row; a word for one that is shipped with the console.</param>
/// <param name="Problem">Why it can't be applied; null where it can.</param>
/// <param name="UpdatedAt">Null for one that is shipped.</param>
public sealed record TemplateRow(
    string Id,
    string Name,
    string Kind,
    string? Description,
    bool IsBuiltIn,
    IReadOnlyList<TemplateVariable> Variables,
    string? Problem,
    DateTimeOffset? UpdatedAt,
    int Version
) : IHasVersion;

/// <summary>A template with its content.</summary>
public sealed record TemplateView(TemplateRow Template, JsonObject Content) : IHasVersion
{
    int IHasVersion.Version => Template.Version;
}

/// <summary>A template as it is written, and as its file says it.</summary>
public sealed class TemplateForm
{
    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    /// <summary>"tool" or "agent".</summary>
    [RegularExpression("tool|agent", ErrorMessage = "The kind must be tool or agent.")]
    [Required(ErrorMessage = "The kind must be tool or agent.")]
    [TextLimit(Lengths.Name)]
    public string Kind { get; set; } = "";

    [TextLimit(Lengths.Description)]
    public string? Description { get; set; }

    [Required(ErrorMessage = "Enter the content.")]
    [TextLimit(Lengths.Document)]
    public JsonObject? Content { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    internal static TemplateForm Of(TemplateView view) =>
        new()
        {
            Name = view.Template.Name,
            Kind = view.Template.Kind,
            Description = view.Template.Description,
            Content = view.Content.DeepClone().AsObject(),
            Version = view.Template.Version,
        };
}

/// <summary>The name of a template that is made of an agent or a tool; null for the name of that.</summary>
public sealed record SaveAsForm(
    [property: TextLimit(Lengths.Name)] string? Name = null,
    [property: TextLimit(Lengths.Description)] string? Description = null
);

/// <summary>What a template is applied with.</summary>
/// <param name="Values">Variable → value; one that is left out has its default.</param>
/// <param name="AgentId">The agent that a tool is for; null for a master tool of the whole Sanctum.</param>
public sealed record ApplyForm(
    [property: TextLimit(Lengths.Long)] IReadOnlyDictionary<string, string?>? Values = null,
    int? AgentId = null
);

/// <summary>What applying a template made, or would make.</summary>
/// <param name="Id">The number of the tool or the agent; null where it was only shown.</param>
/// <param name="Content">What is written, with the placeholders of secrets in it.</param>
/// <param name="Secrets">The names of the secrets that are encrypted.</param>
public sealed record AppliedTemplate(string Kind, int? Id, string Name, JsonObject Content, IReadOnlyList<string> Secrets);
