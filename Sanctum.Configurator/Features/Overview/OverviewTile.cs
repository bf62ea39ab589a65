using System.Text.Json.Serialization;
using Sanctum.Configurator.Components.Kit;

namespace Sanctum.Configurator.Features.Overview;

/// <summary>One figure, and one small picture.</summary>
/// <param name="Label">What the figure is, such as "Next run".</param>
/// <param name="Figure">The figure; null where it is a moment.</param>
/// <param name="Caption">What else is worth a line.</param>
public sealed record OverviewTile(string Label, string? Figure, string Caption, Tone Tone = Tone.Neutral)
{
    /// <summary>The moment that is the figure.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The moment is to come: one that is reached is "now", not past.</summary>
    [JsonIgnore]
    public bool IsToCome { get; init; }

    public TilePicture? Picture { get; init; }
}

/// <summary>What is drawn on a tile.</summary>
/// <param name="Label">What it shows, for whoever can't see it, too.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LinePicture), "line")]
[JsonDerivedType(typeof(BarsPicture), "bars")]
[JsonDerivedType(typeof(PartsPicture), "parts")]
public abstract record TilePicture(string Label);

/// <summary>Measurements over time.</summary>
public sealed record LinePicture(string Label, IReadOnlyList<ChartPoint> Points, string Unit) : TilePicture(Label);

/// <summary>Amounts beside each other, in order.</summary>
public sealed record BarsPicture(string Label, IReadOnlyList<SmallBar> Bars) : TilePicture(Label);

/// <summary>The parts of a whole.</summary>
public sealed record PartsPicture(string Label, IReadOnlyList<Part> Parts) : TilePicture(Label);
