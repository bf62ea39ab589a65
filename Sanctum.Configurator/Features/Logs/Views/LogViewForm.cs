using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Sanctum.Configurator.Features.Logs.Views;

/// <summary>A view as it is saved or changed.</summary>
public sealed class LogViewForm
{
    /// <summary>Null for a new one.</summary>
    [JsonIgnore]
    public int? Id { get; set; }

    /// <summary>The version that was read; another one meanwhile makes the change stale.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    [Required(ErrorMessage = "Enter a name.")]
    [StringLength(255, ErrorMessage = "A name has at most 255 characters.")]
    public string Name { get; set; } = "";

    /// <summary>The search, as the page of logs takes it; "" for all lines.</summary>
    [StringLength(4000, ErrorMessage = "A search has at most 4000 characters.")]
    public string? Query
    {
        get;
        set => field = value?.Trim();
    } = "";

    /// <summary>Everybody sees it.</summary>
    public bool IsShared { get; set; }
}

/// <summary>A view as it is listed.</summary>
/// <param name="Owner">Whose it is; null where that user is no more, or nobody's key made it.</param>
/// <param name="MayChange">The caller may change and delete it.</param>
public sealed record LogViewRow(
    int Id,
    string Name,
    string Query,
    bool IsShared,
    string? Owner,
    bool MayChange,
    DateTimeOffset UpdatedAt,
    int Version
) : IHasVersion
{
    /// <summary>A form that changes nothing yet.</summary>
    public LogViewForm ToForm() =>
        new()
        {
            Id = Id,
            Version = Version,
            Name = Name,
            Query = Query,
            IsShared = IsShared,
        };
}
