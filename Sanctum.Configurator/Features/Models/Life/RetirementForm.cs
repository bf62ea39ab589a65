using System.ComponentModel.DataAnnotations;
using Sanctum.Configurator.Platform.Requests;
using Sanctum.Configurator.Registry.Models;

namespace Sanctum.Configurator.Features.Models.Life;

/// <summary>A list of ends of models, as a program sends it.</summary>
internal sealed class RetirementForm
{
    /// <summary>Where the list is from, as it is shown.</summary>
    [StringLength(500, ErrorMessage = "A source has at most 500 characters.")]
    public string? Source { get; set; }

    public IReadOnlyList<RetirementLine> Models { get; set; } = [];

    internal IReadOnlyList<RetiringModel> ToModels() =>
        [.. Models.Select(line => new RetiringModel(line.Type, line.Model, line.EndsOn, line.Replacement))];
}

/// <summary>One of them.</summary>
internal sealed class RetirementLine
{
    [TextLimit(LlmConfig.TypeLength)]
    public string Type { get; set; } = "";

    [TextLimit(LlmConfig.ModelLength)]
    public string Model { get; set; } = "";

    public DateOnly EndsOn { get; set; }

    [TextLimit(LlmConfig.ModelLength)]
    public string? Replacement { get; set; }
}
