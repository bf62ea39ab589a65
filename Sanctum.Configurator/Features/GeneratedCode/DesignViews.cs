using System.Text.Json.Serialization;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.GeneratedCode;

namespace Sanctum.Configurator.Features.GeneratedCode;

/// <summary>A file of the design system to be imported as a new version.</summary>
public sealed class DesignFileForm
{
    public DesignFileKind Kind { get; set; }

    /// <summary>The JSON of the file.</summary>
    [TextLimit(Lengths.Document)]
    public string? Content { get; set; }

    /// <summary>Whether prompts have it from now on.</summary>
    public bool Activate { get; set; } = true;
}

/// <summary>A version of a file as it is listed.</summary>
/// <param name="Number">1 for the first of its kind.</param>
public sealed record DesignFileRow(int Id, DesignFileKind Kind, int Number, bool IsActive, string? CreatedBy, DateTimeOffset CreatedAt)
{
    [JsonIgnore]
    internal string Name => $"{DesignLabels.FileOf(Kind)}, version {Number}";
}

/// <summary>A version of a file with all of it.</summary>
public sealed record DesignFileView(DesignFileRow Row, string Content);

/// <summary>What the files are called.</summary>
internal static class DesignLabels
{
    public static string FileOf(DesignFileKind kind) => kind == DesignFileKind.Catalog ? "catalog.json" : "tokens.json";
}
