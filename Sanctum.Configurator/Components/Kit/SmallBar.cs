namespace Sanctum.Configurator.Components.Kit;

/// <summary>An amount beside others.</summary>
public sealed record SmallBar(double Value, Tone Tone = Tone.Accent);

/// <summary>A part of a whole.</summary>
/// <param name="Text">What it is, such as "healthy".</param>
public sealed record Part(string Text, int Count, Tone Tone);
