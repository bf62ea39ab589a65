using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;

namespace Sanctum.Configurator.Features.Messaging.People;

/// <summary>Who is the same as another person, and what of theirs the other one takes over.</summary>
public sealed class MergeForm
{
    [JsonIgnore]
    public int SurvivorId { get; set; }

    /// <summary>The version of the survivor that was read; null for whichever it is.</summary>
    [JsonIgnore]
    public int? Version { get; set; }

    public int MergedId { get; set; }

    /// <summary>The version of the merged person that was read; null for whichever it is.</summary>
    public int? MergedVersion { get; set; }

    /// <summary>Fields that the survivor takes from the merged person, such as display_name; the rest stays as it is.</summary>
    [TextLimit(Lengths.Name, MostEntries = 50)]
    public IReadOnlyList<string> Take { get; set; } = [];
}

/// <summary>Two people who may be one.</summary>
/// <param name="Reasons">Why, in a sentence each.</param>
public sealed record MergeSuggestion(PersonRow First, PersonRow Second, IReadOnlyList<string> Reasons);
